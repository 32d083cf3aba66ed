//! `fieldproof doctor`.

use std::process::ExitCode;

use clap::Args;
use fieldproof_app::keeping::doctor::{Check, Status};
use serde_json::json;

use crate::output::{AdminOptions, explain};

#[derive(Args)]
pub(crate) struct DoctorCommand {
    #[command(flatten)]
    admin: AdminOptions,
}

pub(crate) async fn run(command: DoctorCommand) -> anyhow::Result<ExitCode> {
    let system = command.admin.open().await?;
    let checks = system.examine().await.map_err(explain)?;
    system.close().await;
    let sound = checks.iter().all(|check| check.status != Status::Error);
    let lines: Vec<_> = checks.iter().map(describe).collect();
    command.admin.output.print(&json!({"sound": sound, "checks": checks}), lines.join("\n"))?;
    Ok(if sound { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn describe(check: &Check) -> String {
    let status = match check.status {
        Status::Ok => "OK",
        Status::Warning => "WARNING",
        Status::Error => "ERROR",
    };
    let mut lines = vec![format!("{status:8}{}: {}", check.name, check.summary)];
    lines.extend(check.examples.iter().map(|example| format!("          {example}")));
    if !check.advice.is_empty() {
        lines.push(format!("        {}", check.advice));
    }
    lines.join("\n")
}
