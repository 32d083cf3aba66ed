//! `fieldproof model …`: what a solution engineer does with an ONNX file that is in no application yet.

mod draw;
mod inspect;
mod manifest;
mod run;

use std::{path::Path, process::ExitCode};

use anyhow::Context as _;
use clap::Subcommand;

#[derive(Subcommand)]
pub(crate) enum ModelCommand {
    /// Say what an ONNX file holds and how it is used, and print its entry for an application.yaml.
    Inspect(inspect::InspectOptions),
    /// Let an ONNX file look at a photo, and draw what it sees.
    Run(run::RunOptions),
}

pub(crate) fn run(command: ModelCommand) -> anyhow::Result<ExitCode> {
    match command {
        ModelCommand::Inspect(options) => inspect::inspect(&options),
        ModelCommand::Run(options) => run::run(&options),
    }
}

fn read(file: &Path) -> anyhow::Result<Vec<u8>> {
    std::fs::read(file).with_context(|| format!("{} cannot be read", file.display()))
}
