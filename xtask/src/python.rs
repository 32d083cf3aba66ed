//! Programs from PyPI that tests and the bench use, in virtual environments of their own below `target/`.

use crate::repository::{finish, root};
use crate::steps::Missing;
use anyhow::{Context, Result};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};

/// The folder with the tests' programs, made now where it is missing or its list has changed.
pub(crate) fn programs() -> Result<Result<PathBuf, Missing>> {
    with_packages("test-tools")
}

/// The folder with the programs of an environment, whose packages stand in a list of that name in this package's folder;
/// made now where it is missing or its list has changed. A copy of the list in the environment says what is installed.
pub(crate) fn with_packages(name: &str) -> Result<Result<PathBuf, Missing>> {
    let list_name = format!("{name}.txt");
    let list = root().join("xtask").join(&list_name);
    let wanted = std::fs::read_to_string(&list).with_context(|| list.display().to_string())?;
    let folder = root().join("target").join(name);
    let programs = folder.join("bin");
    if std::fs::read_to_string(folder.join(&list_name)).is_ok_and(|installed| installed == wanted) {
        return Ok(Ok(programs));
    }
    eprintln!("installing {name} from PyPI");
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
    std::fs::write(folder.join(&list_name), wanted)?;
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
