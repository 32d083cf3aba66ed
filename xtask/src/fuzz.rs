//! `cargo xtask fuzz`: a thin wrapper over cargo-fuzz.

use crate::repository::{cargo, finish, root};
use anyhow::{Result, bail};
use std::process::{Command, ExitCode, Stdio};

/// Fuzzes `target` for so many seconds, starting from the committed seeds and from what earlier runs found.
pub(crate) fn run(target: &str, seconds: u64) -> Result<ExitCode> {
    if !is_there() {
        eprintln!("cargo-fuzz is not there; installing it");
        if !finish(cargo().args(["install", "cargo-fuzz", "--locked"]))?.success() || !is_there() {
            bail!("cargo-fuzz could not be installed");
        }
    }
    let fuzz = root().join("fuzz");
    // New finds go into the first folder; the second is only read.
    let (corpus, seeds) = (fuzz.join("corpus").join(target), fuzz.join("seeds").join(target));
    std::fs::create_dir_all(&corpus)?;
    let mut command = instrumented();
    command.args(["fuzz", "run", "--sanitizer", "none", target]).args([&corpus, &seeds]).arg("--");
    command.arg(format!("-max_total_time={seconds}"));
    // An input that takes long or much memory is a find as well.
    command.args(["-timeout=10", "-rss_limit_mb=512", "-max_len=65536", "-print_final_stats=1"]);
    Ok(if finish(&mut command)?.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The instrumentation is not stable in the compiler, but any stable one has it. Sanitizers would need nightly's standard
/// library, and there is no unsafe code of our own to look after.
fn instrumented() -> Command {
    let mut command = cargo();
    command.env("RUSTC_BOOTSTRAP", "1");
    command
}

fn is_there() -> bool {
    let mut command = cargo();
    command.args(["fuzz", "--version"]).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}
