//! Packages of Debian.

use crate::repository::finish;
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};

/// Installs a package if the person is root on Debian; whether it was.
pub(crate) fn install(package: &str) -> bool {
    if !is_root() || !Path::new("/usr/bin/apt-get").exists() {
        return false;
    }
    eprintln!("{package} is not there; installing Debian's package");
    let mut update = Command::new("apt-get");
    let mut install = Command::new("apt-get");
    install.args(["install", "--yes", "--no-install-recommends", package]).env("DEBIAN_FRONTEND", "noninteractive");
    // A list that cannot be brought up to date may still know the package.
    let _ = finish(update.arg("update").stdout(Stdio::null()));
    finish(install.stdout(Stdio::null())).is_ok_and(|status: ExitStatus| status.success())
}

pub(crate) fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}
