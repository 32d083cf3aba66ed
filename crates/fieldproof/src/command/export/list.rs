//! `fieldproof export list` and `history`.

use std::process::ExitCode;

use clap::Args;
use fieldproof_app::exports::Manager;
use fieldproof_domain::ids::ExportId;
use serde_json::Value;
use uuid::Uuid;

use super::{
    options::{ExportOptions, export_id},
    shown,
};
use crate::output::explain;

#[derive(Args)]
pub(crate) struct ListCommand {
    /// Name or id of a site [default: all of them]
    #[arg(long)]
    site: Option<String>,
    #[command(flatten)]
    options: ExportOptions,
}

#[derive(Args)]
pub(crate) struct HistoryCommand {
    /// Id of the export
    #[arg(value_parser = export_id)]
    id: Uuid,
    /// How many windows
    #[arg(long, default_value_t = 20)]
    limit: u32,
    #[command(flatten)]
    options: ExportOptions,
}

pub(super) async fn run(command: ListCommand) -> anyhow::Result<ExitCode> {
    let system = command.options.open().await?;
    let site = match &command.site {
        Some(site) => Some(system.find_site(site).await.map_err(explain)?.id),
        None => None,
    };
    let mut views = system.list_exports(Manager::Operator).await.map_err(explain)?;
    system.close().await;
    views.retain(|view| site.is_none_or(|site| view.sites.iter().any(|known| known.site == site)));
    let json: Vec<Value> = views.iter().map(shown::export).collect();
    let mut table = shown::table(["id", "name", "state", "interval", "goes to", "next window ends", "last window"]);
    for view in &views {
        table.add_row([
            view.export.id.to_string(),
            view.export.name.clone().unwrap_or_default(),
            view.state.as_str().to_owned(),
            view.export.settings.get("interval").and_then(Value::as_str).unwrap_or_default().to_owned(),
            shown::place(view),
            view.next_end.map(|end| end.to_string()).unwrap_or_default(),
            view.last_run.as_ref().map(|run| run.state.as_str()).unwrap_or_default().to_owned(),
        ]);
    }
    let text = if views.is_empty() { "no exports".to_owned() } else { table.to_string() };
    command.options.admin.output.print(&json.into(), text)?;
    Ok(ExitCode::SUCCESS)
}

pub(super) async fn history(command: HistoryCommand) -> anyhow::Result<ExitCode> {
    let system = command.options.open().await?;
    let page = system.export_runs(Manager::Operator, ExportId(command.id), None, command.limit).await;
    let runs = page.map_err(|error| super::steer::no_such_export(command.id, error))?.runs;
    system.close().await;
    let json: Vec<Value> = runs.iter().map(shown::run).collect();
    let text = if runs.is_empty() { "no window is over yet".to_owned() } else { shown::runs(&runs) };
    command.options.admin.output.print(&json.into(), text)?;
    Ok(ExitCode::SUCCESS)
}
