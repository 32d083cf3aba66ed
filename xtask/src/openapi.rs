//! `cargo xtask openapi`: the committed `openapi.json`, from the router itself.

use crate::repository;
use anyhow::{Context, Result, bail};
use std::process::{ExitCode, Stdio};

pub(crate) fn run() -> Result<ExitCode> {
    let mut command = repository::cargo();
    command.args(["run", "--quiet", "--package", "fieldproof", "--", "openapi"]);
    let output = command.stdin(Stdio::null()).stderr(Stdio::inherit()).output().context("cannot start cargo")?;
    if !output.status.success() || output.stdout.is_empty() {
        bail!("`fieldproof openapi` failed, openapi.json is left as it was");
    }
    let path = repository::root().join("openapi.json");
    if std::fs::read(&path).is_ok_and(|before| before == output.stdout) {
        println!("openapi.json is up to date");
    } else {
        std::fs::write(&path, output.stdout).with_context(|| format!("cannot write {}", path.display()))?;
        println!("openapi.json written");
    }
    Ok(ExitCode::SUCCESS)
}
