//! `cargo xtask bench`: a thin wrapper over `fieldproof-bench`.

use crate::repository;
use anyhow::{Result, bail};
use std::ffi::OsString;
use std::process::ExitCode;

pub(crate) fn run(write: bool, args: Vec<OsString>) -> Result<ExitCode> {
    // The bench starts the server as its users do, from the binary beside its own.
    let mut build = repository::cargo();
    build.args(["build", "--release", "--package", "fieldproof", "--package", "fieldproof-bench"]);
    if !repository::finish(&mut build)?.success() {
        bail!("the release build failed, so nothing was measured");
    }
    let mut all = Vec::new();
    if write {
        all.extend(["--write".into(), repository::root().join("docs/performance.md").into()]);
    }
    all.extend(args);
    repository::run_release("fieldproof-bench", all)
}
