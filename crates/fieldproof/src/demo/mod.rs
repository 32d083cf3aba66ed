//! `fieldproof demo`: the whole product in one command, through its real API.

mod client;
mod place;
mod send;
mod table;

use std::{path::PathBuf, process::ExitCode};

use anyhow::Context as _;
use clap::Args;
use fieldproof_app::applications::check_folder;
use serde_json::json;

use crate::{logging, options::ServeOptions, output, server};

/// Data folder of a demo that names none: apart from that of `serve`.
const DEFAULT_DATA: &str = "fieldproof-demo";

/// Options of `demo`: those of `serve`, and its own.
#[derive(Args)]
pub(crate) struct DemoOptions {
    #[command(flatten)]
    serve: ServeOptions,
    /// The demo application's folder, with its photos and tests.yaml.
    #[arg(long, env = "FIELDPROOF_APP", value_name = "DIR", default_value = "apps/demo")]
    app: PathBuf,
    /// Stop after the table; status 0 only if every verdict is the expected one.
    #[arg(long)]
    exit: bool,
    /// Print exactly one line on standard output: {"url","token","site_id"}.
    #[arg(long)]
    json: bool,
}

/// Makes the demo, shows it, and serves it.
pub(crate) async fn command(options: DemoOptions) -> anyhow::Result<ExitCode> {
    let mut serve = options.serve;
    serve.data.get_or_insert_with(|| DEFAULT_DATA.into());
    // The table is the output here; the log of every request would bury it.
    serve.log.get_or_insert_with(|| "warn".to_owned());
    let serve = serve.with_file()?;
    logging::start(&serve)?;
    let engine = serve.settings()?.engine.open(serve.data()).map_err(anyhow::Error::msg)?;
    let (bundle, loaded, expectations) = match check_folder(engine.as_ref(), &options.app) {
        Ok(checked) => checked,
        Err(problems) => {
            let lines: Vec<_> = problems.iter().map(ToString::to_string).collect();
            anyhow::bail!("the demo application in {} is not in order:\n{}", options.app.display(), lines.join("\n"));
        }
    };
    let expectations = expectations.context("the demo application has no tests.yaml")?;
    let signal = server::signal()?;
    let server = server::Server::start(&serve).await?;
    let mut place = place::Place::prepare(&server.system, serve.data(), &loaded.application, &bundle).await?;
    let client = client::Client::new(&server.url, &place.token);
    let sent = send::send(&client, &options.app, &expectations, &mut place).await?;
    let table = table::render(&sent);
    let as_expected = sent.iter().all(send::SentWorkOrder::is_expected);
    if options.json {
        eprintln!("{table}");
        output::line(json!({"url": server.url, "token": place.token, "site_id": place.site_id}))?;
    } else {
        output::line(&table)?;
        output::line(table::closing(&server.url, &place, as_expected))?;
    }
    if !options.exit {
        signal.await;
    }
    server.stop().await?;
    Ok(if options.exit && !as_expected { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}
