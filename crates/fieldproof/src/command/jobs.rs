//! `fieldproof jobs …`.

use std::process::ExitCode;

use clap::Subcommand;
use fieldproof_app::jobs::JobLine;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::output::{AdminOptions, explain};

#[derive(Subcommand)]
pub(crate) enum JobsCommand {
    /// List the jobs, those that were given up first.
    List {
        #[command(flatten)]
        admin: AdminOptions,
    },
    /// Start jobs again that were given up.
    Retry {
        /// Id of the job.
        #[arg(required_unless_present = "all")]
        id: Option<Uuid>,
        /// All that were given up.
        #[arg(long, conflicts_with = "id")]
        all: bool,
        #[command(flatten)]
        admin: AdminOptions,
    },
}

pub(crate) async fn run(command: JobsCommand) -> anyhow::Result<ExitCode> {
    match command {
        JobsCommand::List { admin } => list(&admin).await,
        JobsCommand::Retry { id, admin, .. } => retry(id, &admin).await,
    }
}

async fn list(admin: &AdminOptions) -> anyhow::Result<ExitCode> {
    let system = admin.open().await?;
    let jobs = system.jobs().await.map_err(explain)?;
    system.close().await;
    let json: Vec<_> = jobs.iter().map(as_json).collect();
    let lines: Vec<_> = jobs.iter().map(as_line).collect();
    let text = if lines.is_empty() { "no jobs".to_owned() } else { lines.join("\n") };
    admin.output.print(&json.into(), text)?;
    Ok(ExitCode::SUCCESS)
}

async fn retry(id: Option<Uuid>, admin: &AdminOptions) -> anyhow::Result<ExitCode> {
    let system = admin.open().await?;
    let retried = system.retry_jobs(id).await.map_err(explain)?;
    system.close().await;
    admin.output.print(&json!({"retried": retried}), format_args!("{retried} started again"))?;
    Ok(ExitCode::SUCCESS)
}

fn as_json(job: &JobLine) -> Value {
    json!({
        "id": job.id,
        "kind": job.kind,
        "state": job.state,
        "attempts": job.attempts,
        "run_at": job.run_at,
        "last_error": job.last_error,
        "created_at": job.created_at,
    })
}

fn as_line(job: &JobLine) -> String {
    let error = job.last_error.as_ref().map(|error| format!("  {error}")).unwrap_or_default();
    format!("{}  {}  {}  tried {}  from {}{error}", job.id, job.kind, job.state, job.attempts, job.run_at)
}
