//! `cargo xtask …`: what a person does with this repository, as commands that need nothing but Rust and a C compiler.

mod azurite;
mod bench;
mod debian;
mod demo;
mod document;
mod fuzz;
mod google;
mod libjpeg_turbo;
mod onnxruntime;
mod openapi;
mod openssh;
mod postgres;
mod python;
mod repository;
mod running;
mod served;
mod soak;
mod steps;
mod tesseract;
mod test;

use clap::{Parser, Subcommand};
use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

/// Set-up, demo, tests and benchmarks of Fieldproof.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Build the server (release) and run `fieldproof demo` with the demo application; `--help` lists its options
    #[command(disable_help_flag = true)]
    Demo {
        /// Options of `fieldproof demo`
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        args: Vec<OsString>,
    },
    /// Run every test there is, getting what the tests need by itself
    Test {
        /// Options and filters for the Rust tests (those of `cargo nextest run`); other tests are then skipped
        #[arg(last = true)]
        args: Vec<OsString>,
    },
    /// Measure the speed against bare pipelines (release) and print the table
    #[command(args_conflicts_with_subcommands = true)]
    Bench {
        #[command(subcommand)]
        special: Option<bench::Special>,
        /// Write the table to docs/performance.md
        #[arg(long)]
        write: bool,
        /// Options of `fieldproof-bench`
        #[arg(last = true)]
        args: Vec<OsString>,
    },
    /// Run what takes longer than a test should
    #[command(subcommand)]
    Soak(soak::Soak),
    /// Look for inputs that make a reader panic, hang or take too much memory, getting cargo-fuzz by itself
    Fuzz {
        /// A file of fuzz/fuzz_targets, without its ending
        #[arg(default_value = "archive")]
        target: String,
        /// How long to look
        #[arg(long, default_value_t = 60)]
        seconds: u64,
    },
    /// Fetch the library of ONNX Runtime, which runs models faster than the built-in engine, and print where it is
    Onnxruntime {
        /// Data folder to put it into, where `fieldproof` finds it by itself
        #[arg(long, value_name = "DIR")]
        data: Option<PathBuf>,
    },
    /// Write openapi.json from the router
    Openapi,
}

fn main() -> ExitCode {
    let outcome = match Cli::parse().command {
        Command::Demo { args } => demo::run(args),
        Command::Test { args } => test::run(args),
        Command::Bench { special: Some(special), .. } => bench::special(special),
        Command::Bench { special: None, write, args } => bench::run(write, args),
        Command::Soak(soak) => soak::run(soak),
        Command::Fuzz { target, seconds } => fuzz::run(&target, seconds),
        Command::Onnxruntime { data } => onnxruntime::run(data.as_deref()),
        Command::Openapi => openapi::run(),
    };
    outcome.unwrap_or_else(|error| {
        eprintln!("error: {error:#}");
        ExitCode::FAILURE
    })
}
