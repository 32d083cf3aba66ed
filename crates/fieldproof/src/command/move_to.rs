//! `fieldproof move`.

use std::{path::PathBuf, process::ExitCode};

use clap::Args;
use fieldproof_app::keeping::move_to::Destination;
use serde_json::json;

use super::backup::warn_of_missing;
use crate::output::{AdminOptions, explain};

#[derive(Args)]
pub(crate) struct MoveCommand {
    /// Where to: postgres://user:password@host:5432/database, or a data folder for SQLite; empty in any case.
    #[arg(long, value_name = "URL|DIR")]
    to: String,
    /// Data folder of servers on postgres://… [default: the one of now]
    #[arg(long, value_name = "DIR")]
    to_data: Option<PathBuf>,
    /// Where photos shall be [default: the --blob-url of now, else the data folder]
    #[arg(long, value_name = "URL")]
    to_blob_url: Option<String>,
    #[command(flatten)]
    admin: AdminOptions,
}

pub(crate) async fn run(command: MoveCommand) -> anyhow::Result<ExitCode> {
    let system = command.admin.open().await?;
    let destination = Destination { to: command.to, data: command.to_data, blob_url: command.to_blob_url };
    let from = system.places().clone();
    let to = destination.places(&from).map_err(explain)?;
    let moved = system.move_to(&to).await?;
    system.close().await;
    let json = json!({
        "database": to.database_place(), "blobs": to.blob_place(), "tables": moved.tables, "copied_blobs": moved.blobs,
        "missing": moved.missing,
    });
    let mut lines: Vec<_> = moved
        .tables
        .iter()
        .map(|(name, sum)| format!("{name}: {} rows, the same on both sides (sha256 {:.16}…)", sum.rows, sum.sha256))
        .collect();
    lines.push(match moved.blobs {
        Some(count) => format!("{count} photos and application files were copied to {}", to.blob_place()),
        None => format!("photos and application files stay in {}", to.blob_place()),
    });
    lines.push(format!(
        "moved to {}. No server may have run on {} meanwhile, and none should again: start the next one on the new place",
        to.database_place(),
        from.database_place()
    ));
    command.admin.output.print(&json, lines.join("\n"))?;
    Ok(warn_of_missing(&moved.missing, "everything else was moved"))
}
