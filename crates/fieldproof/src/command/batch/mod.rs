//! `fieldproof batch …`: many finished work orders at once. These commands talk to a server over HTTP, as any other
//! client would; only `check` needs none.
//!
//! The walk of an upload: `upload` opens the `archive` and makes the batch through the `client`, `send` asks where the
//! server stands and sends what follows (`range`, `checksum`), `trying` waits after a `failure` as long as there is
//! `patience`, `progress` shows what the `meter` says, and `wait` follows the batch to its end.

mod archive;
mod check;
mod checksum;
mod client;
mod errors;
mod failure;
mod manage;
mod meter;
mod options;
mod patience;
mod progress;
mod range;
mod send;
mod shown;
mod trying;
mod upload;
mod wait;

use std::process::ExitCode;

use clap::Subcommand;

#[derive(Subcommand)]
pub(crate) enum BatchCommand {
    /// Send an archive of work orders; goes on by itself after an interruption of either side.
    Upload(upload::UploadCommand),
    /// Look through an archive before it is sent: what would go wrong, where, and why.
    Check(check::CheckCommand),
    /// Show how far a batch is.
    Status(manage::FollowCommand),
    /// List batches, newest first.
    List(manage::ListCommand),
    /// Write out what went wrong where.
    Errors(errors::ErrorsCommand),
    /// Begin no more work orders of a batch; those that were made stay.
    Cancel(manage::OneCommand),
    /// Try again the work orders of a batch that failed, and only those.
    Retry(manage::FollowCommand),
}

pub(crate) async fn run(command: BatchCommand) -> anyhow::Result<ExitCode> {
    match command {
        BatchCommand::Upload(command) => upload::run(command).await,
        BatchCommand::Check(command) => check::run(command).await,
        BatchCommand::Status(command) => manage::status(command).await,
        BatchCommand::List(command) => manage::list(command).await,
        BatchCommand::Errors(command) => errors::run(command).await,
        BatchCommand::Cancel(command) => manage::cancel(command).await,
        BatchCommand::Retry(command) => manage::retry(command).await,
    }
}
