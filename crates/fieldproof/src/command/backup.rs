//! `fieldproof backup`.

use std::{path::PathBuf, process::ExitCode};

use clap::Args;
use fieldproof_app::keeping::MissingBlobs;
use serde_json::json;

use crate::{
    output::{AdminOptions, size},
    server::signal,
};

#[derive(Args)]
pub(crate) struct BackupCommand {
    /// File to write, ending with .tar, .tar.gz or .tar.zst; photos do not get smaller, so .tar is the fastest.
    file: PathBuf,
    #[command(flatten)]
    admin: AdminOptions,
}

pub(crate) async fn run(command: BackupCommand) -> anyhow::Result<ExitCode> {
    let stopped = signal()?;
    let system = command.admin.open().await?;
    let manifest = tokio::select! {
        manifest = system.backup(&command.file) => manifest?,
        () = stopped => anyhow::bail!("the backup was stopped, and nothing is left of it"),
    };
    system.close().await;
    let json = json!({"file": command.file, "manifest": manifest});
    let text = format!(
        "{}: {} rows of {} tables, {} photos and application files ({})",
        command.file.display(),
        manifest.rows(),
        manifest.tables.len(),
        manifest.blobs.count,
        size(manifest.blobs.bytes)
    );
    command.admin.output.print(&json, text)?;
    Ok(warn_of_missing(&manifest.missing, "the backup is whole apart from them"))
}

/// Says which photos were lost before, and answers with a failure then, so that whoever looks at exit codes hears of it.
pub(super) fn warn_of_missing(missing: &MissingBlobs, otherwise: &str) -> ExitCode {
    if missing.count == 0 {
        return ExitCode::SUCCESS;
    }
    let examples = missing.examples.join(", ");
    eprintln!(
        "fieldproof: {} blobs that rows speak of are not in the blob store; {otherwise}. Run 'fieldproof doctor' and \
         look for them in an earlier backup: {examples}",
        missing.count
    );
    ExitCode::FAILURE
}
