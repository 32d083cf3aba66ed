//! `fieldproof export test`, `pause`, `resume` and `delete`.

use std::process::ExitCode;

use clap::Args;
use fieldproof_app::{AppError, Missing, exports::Manager, repeat::Unkept};
use fieldproof_domain::ids::ExportId;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    options::{ExportOptions, export_id},
    shown,
};
use crate::output::explain;

#[derive(Args)]
pub(crate) struct OneCommand {
    /// Id of the export
    #[arg(value_parser = export_id)]
    id: Uuid,
    #[command(flatten)]
    options: ExportOptions,
}

pub(super) async fn test(command: OneCommand) -> anyhow::Result<ExitCode> {
    let system = command.options.open().await?;
    let probed = system.probe_export(Manager::Operator, ExportId(command.id)).await;
    let probed = probed.map_err(|error| no_such_export(command.id, error))?;
    system.close().await;
    let is_ok = probed.steps.iter().all(|step| step.error.is_none());
    let steps: Vec<Value> = probed
        .steps
        .iter()
        .map(|step| {
            let error = step.error.as_ref();
            json!({
                "step": step.name,
                "ok": error.is_none(),
                "code": error.map(|error| error.trouble.as_str()),
                "error": error.map(ToString::to_string),
            })
        })
        .collect();
    let lines: Vec<_> = probed
        .steps
        .iter()
        .map(|step| match &step.error {
            None => format!("{}: ok", step.name),
            Some(error) => format!("{}: {error}", step.name),
        })
        .collect();
    command.options.admin.output.print(&json!({"ok": is_ok, "steps": steps}), lines.join("\n"))?;
    Ok(if is_ok { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

pub(super) async fn pause(command: OneCommand) -> anyhow::Result<ExitCode> {
    let system = command.options.open().await?;
    let view = system.pause_export(Manager::Operator, ExportId(command.id), &Unkept).await;
    let view = view.map_err(|error| no_such_export(command.id, error))?;
    system.close().await;
    command.options.admin.output.print(&shown::export(&view), format_args!("export {} waits", command.id))?;
    Ok(ExitCode::SUCCESS)
}

pub(super) async fn resume(command: OneCommand) -> anyhow::Result<ExitCode> {
    let system = command.options.open().await?;
    let view = system.resume_export(Manager::Operator, ExportId(command.id), &Unkept).await;
    let view = view.map_err(|error| no_such_export(command.id, error))?;
    system.close().await;
    command.options.admin.output.print(&shown::export(&view), format_args!("export {} goes on", command.id))?;
    Ok(ExitCode::SUCCESS)
}

pub(super) async fn delete(command: OneCommand) -> anyhow::Result<ExitCode> {
    let system = command.options.open().await?;
    let deleted = system.delete_export(Manager::Operator, ExportId(command.id)).await;
    deleted.map_err(|error| no_such_export(command.id, error))?;
    system.close().await;
    command
        .options
        .admin
        .output
        .print(&json!({"id": command.id}), format_args!("export {} is forgotten", command.id))?;
    Ok(ExitCode::SUCCESS)
}

pub(super) fn no_such_export(id: Uuid, error: AppError) -> anyhow::Error {
    match error {
        AppError::NotFound(Missing::Export) => {
            anyhow::anyhow!("there is no export {id}: 'fieldproof export list' shows them")
        }
        other => explain(other),
    }
}
