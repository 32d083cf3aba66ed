//! Programs from PyPI that tests use, in a virtual environment of their own below `target/`.

use crate::repository::{finish, root};
use crate::steps::Missing;
use anyhow::{Context, Result};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};

/// Name of the list of packages, in this package's folder; a copy in the environment says what is installed there.
const LIST: &str = "test-tools.txt";

/// The folder with the programs, made now where it is missing or its list has changed.
pub(crate) fn programs() -> Result<Result<PathBuf, Missing>> {
    let list = root().join("xtask").join(LIST);
    let wanted = std::fs::read_to_string(&list).with_context(|| list.display().to_string())?;
    let folder = root().join("target/test-tools");
    let programs = folder.join("bin");
    if std::fs::read_to_string(folder.join(LIST)).is_ok_and(|installed| installed == wanted) {
        return Ok(Ok(programs));
    }
    eprintln!("installing the tests' programs from PyPI");
    // What an earlier attempt has left may be half an environment.
    let _ = std::fs::remove_dir_all(&folder);
    if !make(&folder) {
        return Ok(Err(Missing("python3 with venv is not there".into())));
    }
    let mut install = Command::new(programs.join("pip"));
    install.args(["install", "--quiet", "--disable-pip-version-check", "--requirement"]).arg(&list);
    if !succeeds(&mut install) {
        return Ok(Err(Missing("the packages could not be installed from PyPI".into())));
    }
    std::fs::write(folder.join(LIST), wanted)?;
    Ok(Ok(programs))
}

/// A Python with pip and nothing else, made in a folder; where its interpreter is.
pub(crate) fn bare(folder: &Path) -> Result<Result<PathBuf, Missing>> {
    if !make(folder) {
        return Ok(Err(Missing("python3 with venv is not there".into())));
    }
    Ok(Ok(folder.join("bin/python")))
}

fn make(folder: &Path) -> bool {
    let mut venv = Command::new("python3");
    venv.args(["-m", "venv"]).arg(folder);
    if succeeds(&mut venv) {
        return true;
    }
    // Debian has it in a package of its own, which only root can install.
    let mut install = Command::new("apt-get");
    install.args(["install", "--yes", "python3-venv"]).env("DEBIAN_FRONTEND", "noninteractive").stdout(Stdio::null());
    succeeds(&mut install) && succeeds(&mut venv)
}

fn succeeds(command: &mut Command) -> bool {
    finish(command).is_ok_and(|status: ExitStatus| status.success())
}
