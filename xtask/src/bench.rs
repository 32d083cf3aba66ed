//! `cargo xtask bench`: a thin wrapper over `fieldproof-bench`.

use crate::postgres::Postgres;
use crate::repository;
use crate::steps::Missing;
use anyhow::{Context, Result, bail};
use clap::Subcommand;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

#[derive(Subcommand)]
pub(crate) enum Store {
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
}

pub(crate) fn run(write: bool, args: Vec<OsString>) -> Result<ExitCode> {
    build()?;
    let mut all = Vec::new();
    if write {
        all.extend(["--write".into(), repository::root().join("docs/performance.md").into()]);
    }
    all.extend(args);
    repository::run_release("fieldproof-bench", all)
}

pub(crate) fn store(store: Store) -> Result<ExitCode> {
    let Store::Store { write, size, args } = store;
    build()?;
    // Ctrl-C reaches the bench too, which then tidies up and ends: only afterwards the database server may go.
    ctrlc::set_handler(|| {}).context("cannot wait for the bench when it is stopped")?;
    let server = Postgres::start_in(&on_disk())?;
    let mut all = vec!["store".into()];
    match &server {
        Ok(server) => {
            all.extend(["--postgres".into(), server.url().into()]);
            all.extend(["--postmaster".into(), server.postmaster()?.to_string().into()]);
        }
        Err(Missing(why)) => all.extend(["--no-postgres".into(), why.into()]),
    }
    if write {
        all.extend(["--write".into(), repository::root().join("docs/performance-store.md").into()]);
    }
    all.extend(size.into_iter().flat_map(|size| ["--size".into(), size.to_string().into()]));
    all.extend(args);
    let ended = repository::finish_release("fieldproof-bench", all)?;
    Ok(if ended.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The bench starts the server as its users do, from the binary beside its own.
pub(crate) fn build() -> Result<()> {
    let mut build = repository::cargo();
    build.args(["build", "--release", "--package", "fieldproof", "--package", "fieldproof-bench"]);
    if !repository::finish(&mut build)?.success() {
        bail!("the release build failed, so nothing was measured");
    }
    Ok(())
}

/// Where temporary files are that are large: the usual place may be in memory.
fn on_disk() -> PathBuf {
    let usual = Path::new("/var/tmp");
    if usual.is_dir() { usual.to_owned() } else { std::env::temp_dir() }
}
