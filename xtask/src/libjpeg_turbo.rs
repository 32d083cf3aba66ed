//! libjpeg-turbo, which decodes photos quicker than Rust does: built in where this machine has what that takes.

use crate::debian;
use std::process::{Command, Stdio};

/// Tells the build where the library comes from.
const SOURCE: &str = "TURBOJPEG_SOURCE";
/// The oldest version that the bindings know.
const OLDEST: &str = "3.0";

/// Has cargo build it into a package if it can be; says on standard error whether it can.
pub(crate) fn add_to(cargo: &mut Command, package: &str) {
    match source() {
        Some(source) => {
            eprintln!("JPEG photos are decoded by libjpeg-turbo");
            cargo.arg("--features").arg(format!("{package}/libjpeg-turbo")).env(SOURCE, source);
        }
        None => eprintln!(
            "JPEG photos are decoded in Rust; with {} installed, libjpeg-turbo does it",
            tools().join(" and ")
        ),
    }
}

/// Whether it can be built in, with Debian's packages if need be.
pub(crate) fn is_there_or_installed() -> bool {
    source().is_some() || (tools().iter().all(|tool| debian::install(tool)) && source().is_some())
}

/// Where the library comes from, in the words of its build; `None`: it cannot be had.
fn source() -> Option<&'static str> {
    let installed = format!("libturbojpeg >= {OLDEST}");
    if succeeds("pkg-config", &["--exists", &installed]) {
        return Some("pkg-config");
    }
    tools().iter().all(|tool| succeeds(tool, &["--version"])).then_some("vendor")
}

/// What building it from its source takes beside a C compiler.
pub(crate) fn tools() -> &'static [&'static str] {
    if cfg!(any(target_arch = "x86_64", target_arch = "x86")) { &["cmake", "make", "nasm"] } else { &["cmake", "make"] }
}

fn succeeds(program: &str, args: &[&str]) -> bool {
    let mut command = Command::new(program);
    command.args(args).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}
