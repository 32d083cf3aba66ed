//! Programs from PyPI that tests and the bench use, in virtual environments of their own below `target/`.

use crate::repository::{finish, root};
use crate::steps::Missing;
use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};

/// The folder with the tests' programs, made now where it is missing or its list has changed.
pub(crate) fn programs() -> Result<Result<PathBuf, Missing>> {
    with_packages("test-tools")
}

/// The folder with the programs of an environment, whose packages stand in the list of that name; made now where it
/// is missing or its list has changed.
pub(crate) fn with_packages(name: &str) -> Result<Result<PathBuf, Missing>> {
    let list = List::read(name)?;
    let programs = list.folder.join("bin");
    if list.is_there() {
        return Ok(Ok(programs));
    }
    eprintln!("installing {name} from PyPI");
    // What an earlier attempt has left may be half an environment.
    let _ = std::fs::remove_dir_all(&list.folder);
    if !make(&list.folder) {
        return Ok(Err(Missing("python3 with venv is not there".into())));
    }
    let mut install = Command::new(programs.join("pip"));
    install.args(["install", "--quiet", "--disable-pip-version-check", "--requirement"]).arg(&list.path);
    if !succeeds(&mut install) {
        return Ok(Err(Missing("the packages could not be installed from PyPI".into())));
    }
    list.note()?;
    Ok(Ok(programs))
}

/// The folder with what is in one package, of which nothing is run: version and hashes stand in the list of that name.
/// Fetched now where it is missing or its list has changed. `of` says to pip for which platform.
pub(crate) fn unpacked(name: &str, of: &[&str]) -> Result<Result<PathBuf, Missing>> {
    let list = List::read(name)?;
    if list.is_there() {
        return Ok(Ok(list.folder));
    }
    eprintln!("fetching {name} from PyPI");
    let folder = &list.folder;
    // What an earlier attempt has left may be half a package.
    let _ = std::fs::remove_dir_all(folder);
    let environment = folder.join("python");
    if !make(&environment) {
        return Ok(Err(Missing("python3 with venv is not there".into())));
    }
    let python = environment.join("bin/python");
    let mut download = Command::new(&python);
    download.args(["-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps", "--require-hashes"]);
    download.arg("--only-binary=:all:").args(of).arg("--dest").arg(folder).arg("--requirement").arg(&list.path);
    if !succeeds(&mut download) {
        return Ok(Err(Missing(format!("{name} could not be fetched from PyPI"))));
    }
    let files = std::fs::read_dir(folder)?.filter_map(|entry| Some(entry.ok()?.path()));
    let package = files.filter(|file| file.extension().is_some_and(|extension| extension == "whl")).max();
    let package = package.context("pip has left no package")?;
    if !succeeds(Command::new(&python).args(["-m", "zipfile", "--extract"]).arg(&package).arg(folder)) {
        bail!("{} cannot be unpacked", package.display());
    }
    list.note()?;
    Ok(Ok(list.folder))
}

/// What is wanted of PyPI, by a list in this package's folder, and the folder that it goes to. A copy of the list there says
/// what is there.
struct List {
    path: PathBuf,
    wanted: String,
    folder: PathBuf,
    copy: PathBuf,
}

impl List {
    fn read(name: &str) -> Result<Self> {
        let file = format!("{name}.txt");
        let path = root().join("xtask").join(&file);
        let wanted = std::fs::read_to_string(&path).with_context(|| path.display().to_string())?;
        let folder = root().join("target").join(name);
        Ok(Self { path, wanted, copy: folder.join(file), folder })
    }

    fn is_there(&self) -> bool {
        std::fs::read_to_string(&self.copy).is_ok_and(|copy| copy == self.wanted)
    }

    fn note(&self) -> Result<()> {
        Ok(std::fs::write(&self.copy, &self.wanted)?)
    }
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
