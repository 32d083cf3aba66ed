//! Where things are in this repository, and how its programs are started.

use crate::libjpeg_turbo;
use anyhow::{Context, Result};
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, ExitStatus, Stdio};

/// The root of the repository. Cargo says at run time where this package lies, so a checkout can be moved.
pub(crate) fn root() -> PathBuf {
    let package = std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
    Path::new(&package).parent().map(Path::to_owned).unwrap_or_default()
}

/// The cargo that runs this program, in the root of the repository.
pub(crate) fn cargo() -> Command {
    let mut command = cargo_here();
    command.current_dir(root());
    command
}

/// Builds and runs the program, optimised, in the folder the person is in, so that relative paths among
/// `args` mean what he thinks. Cargo talks on stderr; stdout is the program's alone.
pub(crate) fn run_release(args: Vec<OsString>) -> Result<ExitCode> {
    let mut command = cargo_here();
    command.arg("run").arg("--manifest-path").arg(root().join("Cargo.toml"));
    command.args(["--release", "--package", "fieldproof"]);
    libjpeg_turbo::add_to(&mut command, "fieldproof");
    command.arg("--").args(args);
    become_it(command)
}

/// Where optimised programs are: beside this one, which is not.
pub(crate) fn release_folder() -> Result<PathBuf> {
    let own = std::env::current_exe().context("this program lies nowhere")?;
    let built = own.parent().and_then(Path::parent).context("this program does not lie where cargo puts programs")?;
    Ok(built.join("release"))
}

/// Runs `command` to its end without input, output passed through.
pub(crate) fn finish(command: &mut Command) -> Result<ExitStatus> {
    let name = format!("{command:?}");
    command.stdin(Stdio::null()).status().with_context(|| format!("cannot start {name}"))
}

fn cargo_here() -> Command {
    Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// Turns this process into `command`, so that signals and the exit status are its own. Cargo does the same with the
/// program it runs.
#[cfg(unix)]
pub(crate) fn become_it(mut command: Command) -> Result<ExitCode> {
    use std::os::unix::process::CommandExt;
    let error = command.exec();
    Err(error).with_context(|| format!("cannot start {command:?}"))
}

#[cfg(not(unix))]
pub(crate) fn become_it(mut command: Command) -> Result<ExitCode> {
    let status = command.status().with_context(|| format!("cannot start {command:?}"))?;
    Ok(status.code().and_then(|code| u8::try_from(code).ok()).map_or(ExitCode::FAILURE, ExitCode::from))
}
