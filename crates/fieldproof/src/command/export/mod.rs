//! `fieldproof export …`: what goes where, and how often. As other admin commands they open the data folder themselves, also
//! beside a running server, which does the deliveries; `run` does them itself where there is none.

mod create;
mod lines;
mod list;
mod options;
mod run;
mod shown;
mod steer;

use std::process::ExitCode;

use clap::Subcommand;

#[derive(Subcommand)]
pub(crate) enum ExportCommand {
    /// Make an export.
    Create(Box<create::CreateCommand>),
    /// List the exports, newest first.
    List(list::ListCommand),
    /// Deliver at once: a window, or what waits, or the last window again. Without an export, write a window's lines to a file.
    Run(run::RunCommand),
    /// Show the windows of an export, newest first, and what became of each.
    History(list::HistoryCommand),
    /// Try whether an export can deliver: write a small file to its place, look at it and remove it.
    Test(steer::OneCommand),
    /// Let an export wait.
    Pause(steer::OneCommand),
    /// Let an export go on, with the windows that ended meanwhile.
    Resume(steer::OneCommand),
    /// Forget an export; what it has delivered stays where it is.
    Delete(steer::OneCommand),
}

pub(crate) async fn run(command: ExportCommand) -> anyhow::Result<ExitCode> {
    match command {
        ExportCommand::Create(command) => create::run(*command).await,
        ExportCommand::List(command) => list::run(command).await,
        ExportCommand::Run(command) => run::run(command).await,
        ExportCommand::History(command) => list::history(command).await,
        ExportCommand::Test(command) => steer::test(command).await,
        ExportCommand::Pause(command) => steer::pause(command).await,
        ExportCommand::Resume(command) => steer::resume(command).await,
        ExportCommand::Delete(command) => steer::delete(command).await,
    }
}
