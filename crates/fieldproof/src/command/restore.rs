//! `fieldproof restore`.

use std::{path::PathBuf, process::ExitCode};

use anyhow::anyhow;
use clap::Args;
use fieldproof_app::keeping::restore::CheckedArchive;
use serde_json::json;

use crate::output::{AdminOptions, size};

#[derive(Args)]
pub(crate) struct RestoreCommand {
    /// File that `fieldproof backup` has written.
    file: PathBuf,
    #[command(flatten)]
    admin: AdminOptions,
}

pub(crate) async fn run(command: RestoreCommand) -> anyhow::Result<ExitCode> {
    // Before the data folder is made: a damaged archive must not leave an empty one behind.
    let archive = CheckedArchive::check(&command.file).await;
    let archive = archive.map_err(|error| anyhow!("{error}. Nothing was touched"))?;
    let system = command.admin.open_or_make().await?;
    let already_there = system.restore(&archive).await?;
    system.close().await;
    let manifest = archive.manifest();
    let json = json!({"file": command.file, "manifest": manifest, "already_there": already_there});
    let mut text = format!(
        "{}: as it was at {}: {} rows of {} tables, {} photos and application files ({})",
        command.file.display(),
        manifest.created_at.to_rfc3339(),
        manifest.rows(),
        manifest.tables.len(),
        manifest.blobs.count,
        size(manifest.blobs.bytes)
    );
    if already_there > 0 {
        text += &format!("; {already_there} of them were there already, from a restore that was cut off");
    }
    command.admin.output.print(&json, text)?;
    Ok(ExitCode::SUCCESS)
}
