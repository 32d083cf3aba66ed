//! What Fieldproof costs beside the work itself: ratios, measured in one run (see `docs/performance.md`).

mod bare;
mod batch_cost;
mod checks;
mod client;
mod cpu;
mod engine;
mod export_bare;
mod export_cost;
mod export_memory;
mod figures;
mod load_cost;
mod machine;
mod pages;
mod peer;
mod photo_cost;
mod photos;
mod place;
mod report;
mod scale;
mod server;
mod start_up;
mod tensor_cost;
mod upload_cost;
mod work_order_cost;

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
};

use anyhow::{Context as _, Result};
use clap::{Parser, Subcommand};
use fieldproof_app::applications::LoadedApplication;

use crate::{client::Client, peer::Peer, place::Place, report::Report};

/// Measures what the server costs beside the work itself, and prints tables.
#[derive(Parser)]
#[command(name = "fieldproof-bench", max_term_width = 100)]
#[command(args_conflicts_with_subcommands = true)]
struct Options {
    #[command(subcommand)]
    command: Option<Command>,
    /// Write the page with the tables here too
    #[arg(long, value_name = "FILE")]
    write: Option<PathBuf>,
    /// Folder of the application to measure with [default: apps/demo of this repository]
    #[arg(long, value_name = "DIR")]
    app: Option<PathBuf>,
    /// Library of ONNX Runtime, for the server and the bare pipeline [default: the built-in engine]
    #[arg(long, value_name = "FILE")]
    onnxruntime: Option<PathBuf>,
    /// A Python with what ours is held against: libjpeg-turbo in simplejpeg, and LitServe [default: that is not measured]
    #[arg(long, value_name = "FILE")]
    python: Option<PathBuf>,
    /// Rounds of each measurement
    #[arg(long, value_name = "N", default_value_t = 9, value_parser = clap::value_parser!(u16).range(1..))]
    rounds: u16,
}

#[derive(Subcommand)]
enum Command {
    /// Measures whether the server slows down as its tables grow, and prints tables
    Store(scale::Options),
    /// Measures whether an export takes more memory the more work orders there are
    Exports(export_memory::Options),
    /// Counts how often the checks of level 1 are right, and measures what they cost
    Checks(checks::Options),
}

#[tokio::main]
async fn main() -> ExitCode {
    let options = Options::parse();
    let done = match options.command {
        Some(Command::Store(options)) => scale::run(options).await,
        Some(Command::Exports(options)) => export_memory::run(options).await,
        Some(Command::Checks(options)) => checks::run(&options),
        None => run(options).await,
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("fieldproof-bench: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(options: Options) -> Result<()> {
    let rounds = usize::from(options.rounds);
    if let Some(library) = options.onnxruntime {
        engine::use_library(library)?;
    }
    let folder = options.app.unwrap_or_else(demo);
    let (bundle, application) = place::load(&folder)?;
    // Beside the binaries: a temporary folder of the system may be in memory, where syncing costs nothing.
    let binary = std::env::current_exe()?;
    let parent = binary.parent().context("this program lies nowhere")?;
    let served = Place::make(parent, &bundle, &application, None).await?;
    let ours = Place::make(parent, &bundle, &application, None).await?;
    let empty = tempfile::tempdir_in(parent)?;

    eprintln!("decoding photos, {rounds} rounds …");
    let tensor = options.python.as_deref().map(|python| tensor_cost::measure(python, rounds)).transpose()?;

    eprintln!("starting the server {} times …", rounds.min(5) * 2);
    let start = start_up::measure(served.folder(), rounds.min(5)).await?;
    let empty_start = start_up::measure(empty.path(), rounds.min(5)).await?;

    let server = served.serve()?;
    server.ready().await?;
    let client = Client::new(&server.url, &served.token);
    eprintln!("creating and retrieving work orders, {rounds} rounds …");
    let system = Arc::new(ours.open().await?);
    let ours = (Arc::clone(&system), ours.token.as_str());
    let work_order = work_order_cost::measure(&server, &client, ours, &application, rounds).await?;
    system.close().await;
    eprintln!("analysing photos, {rounds} rounds …");
    let photo = photo_cost::measure(&server, &client, &application, rounds).await?;

    eprintln!("analysing photos with every core busy, {rounds} rounds …");
    let peer = match &options.python {
        Some(python) => Some(peer_of(python, &folder, &application).await?),
        None => None,
    };
    let load = load_cost::measure(&server, &client, &application, peer.as_ref(), rounds).await?;
    drop(peer);

    eprintln!("working off batches, {rounds} rounds …");
    let batch = batch_cost::measure(&server, &client, &application, rounds).await?;

    eprintln!("sending archives, {rounds} rounds …");
    let uploads = upload_cost::measure(&server, &client, rounds).await?;

    drop(server);
    let application = Arc::new(application);
    eprintln!("exporting work orders, {rounds} rounds …");
    let export = export_cost::measure(parent, (&bundle, &application), rounds).await?;

    let report = Report {
        rounds,
        engine: engine::open()?.describe(),
        tensor,
        application: format!("{} {}", application.application.name, application.application.version),
        model_bytes: model_bytes(&folder, &application)?,
        photo,
        load,
        batch,
        uploads,
        export,
        work_order,
        start,
        empty_start,
    };
    println!("{}", report.tables());
    if let Some(file) = options.write {
        std::fs::write(&file, report.page()).with_context(|| file.display().to_string())?;
    }
    Ok(())
}

/// Another server with the model that the measured task group looks with.
async fn peer_of(python: &Path, folder: &Path, application: &LoadedApplication) -> Result<Peer> {
    let group = photo_cost::task_group(application)?;
    let name = group.observe.keys().next().context("the task group has no model")?;
    let model = application.application.models.get(name).with_context(|| format!("model {name}"))?;
    Peer::start(python, &folder.join(&model.file), model.input.size).await
}

/// The demo application. Cargo says at run time where this package lies, so a checkout can be moved.
fn demo() -> PathBuf {
    let package = std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
    package.map_or_else(|| "apps/demo".into(), |package| package.join("../../apps/demo"))
}

fn model_bytes(folder: &Path, application: &LoadedApplication) -> Result<usize> {
    let mut files: Vec<_> = application.application.models.values().map(|model| &model.file).collect();
    files.sort();
    files.dedup();
    let sizes = files.into_iter().map(|file| std::fs::metadata(folder.join(file)).map(|meta| meta.len() as usize));
    Ok(sizes.sum::<std::io::Result<usize>>()?)
}
