//! `fieldproof checks …`: what level 1 measures, for whoever sets its thresholds.

mod look;
mod run;
mod show;

use std::process::ExitCode;

use clap::Subcommand;

#[derive(Subcommand)]
pub(crate) enum ChecksCommand {
    /// Print what every check measures on some photos, and what it would say.
    Run(run::RunOptions),
}

pub(crate) fn run(command: ChecksCommand) -> anyhow::Result<ExitCode> {
    match command {
        ChecksCommand::Run(options) => run::run(&options),
    }
}
