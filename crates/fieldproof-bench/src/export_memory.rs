//! Whether an export takes more memory the more work orders there are.

use std::{path::Path, sync::Arc, time::Duration};

use anyhow::{Context as _, Result, ensure};
use clap::Args;
use fieldproof_app::{
    Ambient as _, SystemAmbient,
    applications::{Bundle, LoadedApplication},
};

use crate::{
    client::Client,
    export_cost::{Exports, fill},
    place::{self, Place},
    server::Server,
};

/// Work orders of the small export.
const SMALL: u32 = 10_000;
/// The most that the large one may take besides, in bytes.
const MARK: i64 = 20_000_000;

/// Options of `fieldproof-bench exports`.
#[derive(Args)]
pub(crate) struct Options {
    /// Work orders of the large export, of three photos each
    #[arg(long, value_name = "N", default_value_t = 1_000_000, value_parser = clap::value_parser!(u32).range(1_000..))]
    size: u32,
}

/// Exports both, and fails where the large one takes too much.
pub(crate) async fn run(options: Options) -> Result<()> {
    let binary = std::env::current_exe()?;
    let parent = binary.parent().context("this program lies nowhere")?;
    let (bundle, application) = place::load(&crate::demo())?;
    let application = Arc::new(application);
    let mut grown = Vec::new();
    println!("| work orders | memory before | most during the export | grown by | took |\n|---:|---:|---:|---:|---:|");
    for size in [SMALL, options.size] {
        grown.push(export(parent, (&bundle, &application), size).await?);
    }
    let [small, large] = grown[..] else { return Ok(()) };
    println!("\n{:.1} MB more for {} work orders than for {SMALL}", (large - small) as f64 / 1e6, options.size);
    ensure!(large - small < MARK, "that is more than {} MB", MARK / 1_000_000);
    Ok(())
}

/// By how many bytes the server grows while it exports so many work orders.
async fn export(parent: &Path, (bundle, application): (&Bundle, &Arc<LoadedApplication>), size: u32) -> Result<i64> {
    let place = Place::make(parent, bundle, application, None).await?;
    fill(&place, application, size).await?;
    let root = tempfile::tempdir_in(parent)?;
    let options = ["--export-root".as_ref(), root.path().as_os_str()];
    let server = Server::start_with(place.folder(), None, &options)?;
    server.ready().await?;
    let before = settled(&server).await?;
    server.forget_peak()?;
    let exports = Exports { client: Client::new(&server.url, &place.token), root: root.path() };
    let run = exports.run(SystemAmbient.now()).await?;
    ensure!(run["rows"] == size, "the export has {} lines", run["rows"]);
    let most = server.peak_memory()?;
    let grown = i64::try_from(most)? - i64::try_from(before)?;
    let mb = |bytes: f64| format!("{:.1} MB", bytes / 1e6);
    println!(
        "| {size} | {} | {} | {} | {} s |",
        mb(before as f64),
        mb(most as f64),
        mb(grown as f64),
        run["duration"].as_f64().unwrap_or_default().round()
    );
    Ok(grown)
}

/// Its memory once it knows what earlier photos look like.
async fn settled(server: &Server) -> Result<u64> {
    let mut before = 0;
    loop {
        tokio::time::sleep(Duration::from_secs(5)).await;
        let now = server.memory()?;
        if now.abs_diff(before) < 500_000 {
            return Ok(now);
        }
        before = now;
    }
}
