//! `cargo xtask onnxruntime`: the library of ONNX Runtime, out of the package that its makers put on PyPI.

use crate::python;
use crate::repository::root;
use crate::steps::Missing;
use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Of the list with version and hashes, and of the folder below `target/`.
const NAME: &str = "onnxruntime";
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
    library_in(&root().join("target").join(NAME).join("onnxruntime/capi"))
}

/// The library, fetched now where it is missing or another version is wanted.
pub(crate) fn fetched() -> Result<Result<PathBuf, Missing>> {
    let Some(platform) = platform() else {
        return Ok(Err(Missing("there is no ONNX Runtime for this kind of machine on PyPI".into())));
    };
    // The library is the same for every Python; naming one makes the hash independent of the machine's.
    let of = ["--implementation=cp", "--python-version=3.13", "--abi=cp313", "--platform", platform];
    match python::unpacked(NAME, &of)? {
        Ok(_) => Ok(Ok(there().context("the package of ONNX Runtime has no library in it")?)),
        Err(missing) => Ok(Err(missing)),
    }
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
