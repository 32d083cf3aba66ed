//! `cargo xtask onnxruntime`: the library of ONNX Runtime, out of the package that its makers put on PyPI.

use crate::python;
use crate::repository::{finish, root};
use crate::steps::Missing;
use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

/// Version and hashes, in this package's folder; a copy beside the library says what is there.
const LIST: &str = "onnxruntime.txt";
/// Names the library to the tests.
pub(crate) const FOR_TESTS: &str = "FIELDPROOF_TEST_ONNXRUNTIME";
/// Names the library to the program.
pub(crate) const FOR_PROGRAM: &str = "FIELDPROOF_ONNXRUNTIME";

pub(crate) fn run(into: Option<&Path>) -> Result<ExitCode> {
    let library = match fetched()? {
        Ok(library) => library,
        Err(Missing(why)) => bail!("{why}"),
    };
    let library = match into {
        Some(data) => copied(&library, &data.join("onnxruntime"))?,
        None => library,
    };
    println!("{}", library.display());
    Ok(ExitCode::SUCCESS)
}

/// The library if it was fetched before.
pub(crate) fn there() -> Option<PathBuf> {
    library_in(&folder().join("onnxruntime/capi"))
}

/// The library, fetched now where it is missing or another version is wanted.
pub(crate) fn fetched() -> Result<Result<PathBuf, Missing>> {
    let list = root().join("xtask").join(LIST);
    let wanted = std::fs::read_to_string(&list).with_context(|| list.display().to_string())?;
    let folder = folder();
    if std::fs::read_to_string(folder.join(LIST)).is_ok_and(|fetched| fetched == wanted) {
        return library();
    }
    let Some(platform) = platform() else {
        return Ok(Err(Missing("there is no ONNX Runtime for this kind of machine on PyPI".into())));
    };
    eprintln!("fetching ONNX Runtime from PyPI");
    // What an earlier attempt has left may be half a package.
    let _ = std::fs::remove_dir_all(&folder);
    let python = match python::bare(&folder.join("python"))? {
        Ok(python) => python,
        Err(missing) => return Ok(Err(missing)),
    };
    let mut download = Command::new(&python);
    download.args(["-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps", "--require-hashes"]);
    // The library is the same for every Python; naming one makes the hash independent of the machine's.
    download.args(["--only-binary=:all:", "--implementation=cp", "--python-version=3.13", "--abi=cp313", "--platform"]);
    download.arg(platform).arg("--dest").arg(&folder).arg("--requirement").arg(&list);
    if !finish(&mut download)?.success() {
        return Ok(Err(Missing("ONNX Runtime could not be fetched from PyPI".into())));
    }
    let files = std::fs::read_dir(&folder)?.filter_map(|entry| Some(entry.ok()?.path()));
    let package = files.filter(|file| file.extension().is_some_and(|extension| extension == "whl")).max();
    let package = package.context("pip has left no package")?;
    let mut unpack = Command::new(&python);
    unpack.args(["-m", "zipfile", "--extract"]).arg(&package).arg(&folder);
    if !finish(&mut unpack)?.success() {
        bail!("{} cannot be unpacked", package.display());
    }
    std::fs::write(folder.join(LIST), wanted)?;
    library()
}

fn library() -> Result<Result<PathBuf, Missing>> {
    Ok(Ok(there().context("the package of ONNX Runtime has no library in it")?))
}

fn folder() -> PathBuf {
    root().join("target/onnxruntime")
}

fn library_in(folder: &Path) -> Option<PathBuf> {
    let files = std::fs::read_dir(folder).ok()?.filter_map(|entry| Some(entry.ok()?.path()));
    let is_library =
        |file: &PathBuf| file.file_name().is_some_and(|name| name.to_string_lossy().starts_with("libonnxruntime."));
    files.filter(is_library).max()
}

/// The library and what its licence asks to be with it, in a folder where the program looks.
fn copied(library: &Path, folder: &Path) -> Result<PathBuf> {
    std::fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
    let name = library.file_name().context("the library has no name")?;
    let package = library.ancestors().nth(2).context("the library lies in no package")?;
    let files = [library.to_owned(), package.join("LICENSE"), package.join("ThirdPartyNotices.txt")];
    for file in files {
        let name = file.file_name().context("the file has no name")?;
        std::fs::copy(&file, folder.join(name)).with_context(|| file.display().to_string())?;
    }
    Ok(folder.join(name))
}

/// As PyPI names this machine, where there is a package for it.
fn platform() -> Option<&'static str> {
    match (std::env::consts::OS, std::env::consts::ARCH) {
        ("linux", "x86_64") => Some("manylinux_2_28_x86_64"),
        ("linux", "aarch64") => Some("manylinux_2_28_aarch64"),
        ("macos", "aarch64") => Some("macosx_14_0_arm64"),
        _ => None,
    }
}
