//! `fieldproof checks …`: what level 1 measures, for whoever sets its thresholds.

mod look;
mod plot;
mod run;
mod show;
mod threshold;
mod tune;

use std::process::ExitCode;

use clap::Subcommand;

#[derive(Subcommand)]
pub(crate) enum ChecksCommand {
    /// Print what every check measures on some photos, and what it would say.
    Run(run::RunOptions),
    /// Find the threshold of a check that tells good photos from bad ones best, and print both distributions.
    Tune(tune::TuneOptions),
}

pub(crate) fn run(command: ChecksCommand) -> anyhow::Result<ExitCode> {
    match command {
        ChecksCommand::Run(options) => run::run(&options),
        ChecksCommand::Tune(options) => tune::run(&options),
    }
}
