//! `cargo xtask demo`: a thin wrapper over `fieldproof demo`.

use crate::onnxruntime;
use crate::repository;
use anyhow::Result;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

pub(crate) fn run(args: Vec<OsString>) -> Result<ExitCode> {
    let args = with_app(args, &repository::root().join("apps/demo"));
    let is_chosen = std::env::var_os(onnxruntime::FOR_PROGRAM).is_some();
    let library = onnxruntime::there().filter(|_| !is_chosen);
    repository::run_release(with_engine(args, library))
}

/// The arguments with the library that was fetched, unless something is said of it.
fn with_engine(mut args: Vec<OsString>, library: Option<PathBuf>) -> Vec<OsString> {
    let is_named = args.iter().any(|arg| arg.to_string_lossy().starts_with("--onnxruntime"));
    if let Some(library) = library.filter(|_| !is_named) {
        args.extend(["--onnxruntime".into(), library.into()]);
    }
    args
}

/// The arguments of `fieldproof demo`: the application of this repository unless another one is asked for.
fn with_app(args: Vec<OsString>, demo: &Path) -> Vec<OsString> {
    let named = args.iter().any(|arg| arg == "--app" || arg.to_string_lossy().starts_with("--app="));
    let mut all: Vec<OsString> = vec!["demo".into()];
    if !named {
        all.extend(["--app".into(), demo.into()]);
    }
    all.extend(args);
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_library_that_was_fetched_is_used_unless_another_is_named() {
        let library = Some(PathBuf::from("lib.so"));
        let words = |text: &str| text.split_whitespace().map(OsString::from).collect::<Vec<_>>();
        assert_eq!(with_engine(words("demo --exit"), library.clone()), words("demo --exit --onnxruntime lib.so"));
        assert_eq!(with_engine(words("demo --onnxruntime off"), library), words("demo --onnxruntime off"));
        assert_eq!(with_engine(words("demo"), None), words("demo"));
    }

    #[test]
    fn the_demo_application_is_used_unless_another_is_named() {
        for (given, expected) in [
            ("", "demo --app apps/demo"),
            ("--exit --json", "demo --app apps/demo --exit --json"),
            ("--app mine --exit", "demo --app mine --exit"),
            ("--exit --app=mine", "demo --exit --app=mine"),
            ("--application x", "demo --app apps/demo --application x"),
        ] {
            let args = given.split_whitespace().map(OsString::from).collect();
            let expected: Vec<OsString> = expected.split(' ').map(OsString::from).collect();
            assert_eq!(with_app(args, Path::new("apps/demo")), expected, "{given}");
        }
    }
}
