//! `cargo xtask bench`: a thin wrapper over `fieldproof-bench`.

use crate::libjpeg_turbo;
use crate::onnxruntime;
use crate::postgres::Postgres;
use crate::python;
use crate::repository;
use crate::steps::Missing;
use anyhow::{Context, Result, bail};
use clap::Subcommand;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

#[derive(Subcommand)]
pub(crate) enum Special {
    /// Measure whether the server slows down as its tables grow to a million work orders, on both databases, and print
    /// the tables; takes up to 12 GB of disk and half an hour
    Store {
        /// Write the tables to docs/performance-store.md
        #[arg(long)]
        write: bool,
        /// Work orders in the large table
        #[arg(long, value_name = "N")]
        size: Option<u32>,
        /// Options of `fieldproof-bench store`
        #[arg(last = true)]
        args: Vec<OsString>,
    },
    /// Count how often the checks of level 1 are right, on pictures made for it out of real photos, and measure what they
    /// cost
    Checks {
        /// Write the tables to docs/checks-accuracy.md
        #[arg(long)]
        write: bool,
    },
}

pub(crate) fn special(special: Special) -> Result<ExitCode> {
    match special {
        Special::Store { write, size, args } => store(write, size, args),
        Special::Checks { write } => checks(write),
    }
}

fn checks(write: bool) -> Result<ExitCode> {
    let mut bench = build()?;
    let programs = match python::with_packages("bench-checks")? {
        Ok(programs) => programs,
        Err(Missing(why)) => bail!("the pictures cannot be made: {why}"),
    };
    let cases = repository::root().join("target/check-cases");
    // Made anew each time: the script may have changed, and so may the packages.
    let _ = std::fs::remove_dir_all(&cases);
    eprintln!("making pictures; this takes some minutes");
    let mut make = Command::new(programs.join("python"));
    make.arg(repository::root().join("crates/fieldproof-bench/src/checks/cases.py")).arg(&cases);
    // Compiled files would lie among the sources.
    make.env("PYTHONDONTWRITEBYTECODE", "1");
    if !repository::finish(&mut make)?.success() {
        bail!("the pictures could not be made");
    }
    bench.args(["checks", "--cases"]).arg(&cases);
    if write {
        bench.arg("--write").arg(repository::root().join("docs/checks-accuracy.md"));
    }
    repository::become_it(bench)
}

pub(crate) fn run(write: bool, args: Vec<OsString>) -> Result<ExitCode> {
    let mut bench = build()?;
    if write {
        bench.arg("--write").arg(repository::root().join("docs/performance.md"));
    }
    match onnxruntime::fetched()? {
        Ok(library) => drop(bench.arg("--onnxruntime").arg(library)),
        Err(Missing(why)) => eprintln!("models run on the built-in engine: {why}"),
    }
    match python::with_packages("bench-tools")? {
        Ok(programs) => drop(bench.arg("--python").arg(programs.join("python"))),
        Err(Missing(why)) => eprintln!("decoding is held against nothing: {why}"),
    }
    bench.args(args);
    repository::become_it(bench)
}

fn store(write: bool, size: Option<u32>, args: Vec<OsString>) -> Result<ExitCode> {
    let mut bench = build()?;
    // Ctrl-C reaches the bench too, which then tidies up and ends: only afterwards the database server may go.
    ctrlc::set_handler(|| {}).context("cannot wait for the bench when it is stopped")?;
    let server = Postgres::start_in(&on_disk())?;
    bench.arg("store");
    match &server {
        Ok(server) => bench.args(["--postgres", &server.url(), "--postmaster", &server.postmaster()?.to_string()]),
        Err(Missing(why)) => bench.args(["--no-postgres", why]),
    };
    if write {
        bench.arg("--write").arg(repository::root().join("docs/performance-store.md"));
    }
    bench.args(size.into_iter().flat_map(|size| ["--size".to_owned(), size.to_string()])).args(args);
    let ended = repository::finish(&mut bench)?;
    Ok(if ended.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Builds the bench and the server, which it starts as users do, from the program beside its own. Both at once, and the
/// bench is then not run by cargo: each alone, dependencies would be compiled anew.
pub(crate) fn build() -> Result<Command> {
    let mut build = repository::cargo();
    build.args(["build", "--release", "--package", "fieldproof", "--package", "fieldproof-bench"]);
    libjpeg_turbo::add_to(&mut build, "fieldproof");
    if !repository::finish(&mut build)?.success() {
        bail!("the release build failed, so nothing was measured");
    }
    let mut bench = Command::new(repository::release_folder()?.join("fieldproof-bench"));
    // As cargo would: it looks for the demo application from there.
    bench.env("CARGO_MANIFEST_DIR", repository::root().join("crates/fieldproof-bench"));
    Ok(bench)
}

/// Where temporary files are that are large: the usual place may be in memory.
fn on_disk() -> PathBuf {
    let usual = Path::new("/var/tmp");
    if usual.is_dir() { usual.to_owned() } else { std::env::temp_dir() }
}
