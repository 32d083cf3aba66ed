//! `cargo xtask demo`: a thin wrapper over `fieldproof demo`.

use crate::repository;
use anyhow::Result;
use std::ffi::OsString;
use std::path::Path;
use std::process::ExitCode;

pub(crate) fn run(args: Vec<OsString>) -> Result<ExitCode> {
    repository::run_release("fieldproof", with_app(args, &repository::root().join("apps/demo")))
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
