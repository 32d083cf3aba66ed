//! `fieldproof export run`.

use std::{path::PathBuf, process::ExitCode};

use clap::{ArgGroup, Args};
use fieldproof_app::{
    GivenTime,
    exports::{Manager, RunState},
    repeat::Unkept,
};
use fieldproof_domain::{export::ExportType, ids::ExportId};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    lines,
    options::{ExportOptions, export_id},
    shown,
    steer::no_such_export,
};
use crate::output::explain;

#[derive(Args)]
#[command(group = ArgGroup::new("what").required(true).args(["id", "to_file"]))]
pub(crate) struct RunCommand {
    /// Id of the export
    #[arg(value_parser = export_id)]
    id: Option<Uuid>,
    /// Created or updated then or later; a date alone begins by the export's time zone, with --to-file in UTC
    #[arg(long, value_name = "TIME")]
    from: Option<GivenTime>,
    /// And before
    #[arg(long, value_name = "TIME")]
    to: Option<GivenTime>,
    /// Write the lines of the window here, and deliver nothing; - is standard output
    #[arg(long, value_name = "FILE")]
    to_file: Option<PathBuf>,
    /// With --to-file: name or id of the site [default: the only one]
    #[arg(long, requires = "to_file")]
    site: Option<String>,
    /// With --to-file: work-orders-timeline or work-orders-states
    #[arg(long, value_name = "TYPE", requires = "to_file", default_value = "work-orders-timeline", value_parser = export_type)]
    export_type: ExportType,
    #[command(flatten)]
    options: ExportOptions,
}

pub(super) async fn run(command: RunCommand) -> anyhow::Result<ExitCode> {
    match (command.id, &command.to_file) {
        (Some(id), _) => deliver(&command, id).await,
        (None, Some(file)) => write_lines(&command, file).await,
        (None, None) => anyhow::bail!("name an export, or a file with --to-file"),
    }
}

/// Lets the windows be delivered, by a server or by this very process, and waits for it.
async fn deliver(command: &RunCommand, id: Uuid) -> anyhow::Result<ExitCode> {
    let window = match (command.from, command.to) {
        (Some(from), Some(to)) => Some((from, to)),
        (None, None) => None,
        _ => anyhow::bail!("a window has two ends: give both --from and --to"),
    };
    let system = command.options.open().await?;
    let asked = system.run_export(Manager::Operator, ExportId(id), window, &Unkept).await;
    let asked = asked.map_err(|error| no_such_export(id, error))?;
    let asked: Vec<_> = asked.iter().map(|run| run.id).collect();
    let runs = system.work_off_export(ExportId(id), &asked).await.map_err(explain)?;
    system.close().await;
    let json: Vec<Value> = runs.iter().map(shown::run).collect();
    command.options.admin.output.print(&json.into(), shown::runs(&runs))?;
    let is_ok = runs.iter().all(|run| run.state == RunState::Delivered);
    Ok(if is_ok { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

async fn write_lines(command: &RunCommand, file: &std::path::Path) -> anyhow::Result<ExitCode> {
    let system = command.options.open().await?;
    let site = match &command.site {
        Some(site) => system.find_site(site).await.map_err(explain)?,
        None => match &system.sites().await.map_err(explain)?[..] {
            [only] => only.clone(),
            [] => anyhow::bail!("there is no site yet: make one with 'site create'"),
            _ => anyhow::bail!("there are several sites: name one with --site"),
        },
    };
    let window = (command.from.map(GivenTime::by_utc), command.to.map(GivenTime::by_utc));
    let preview = system.preview_site(site.id, command.export_type, window).await.map_err(explain)?;
    let count = lines::write(preview, file).await?;
    system.close().await;
    if file != std::path::Path::new("-") {
        let json = json!({"file": file, "rows": count});
        command.options.admin.output.print(&json, format_args!("{}: {count} work orders", file.display()))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn export_type(word: &str) -> Result<ExportType, String> {
    let known = ExportType::ALL.map(ExportType::as_str).join(" or ");
    ExportType::from_word(word).ok_or_else(|| format!("it must be {known}"))
}
