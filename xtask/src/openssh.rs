//! OpenSSH's server, which the tests start themselves.

use crate::debian;
use crate::steps::Missing;
use std::path::{Path, PathBuf};

/// Where Debian puts it.
const SSHD: &str = "/usr/sbin/sshd";

/// The program, after installing its package where that can be done.
pub(crate) fn server() -> Result<PathBuf, Missing> {
    if Path::new(SSHD).exists() || debian::install("openssh-server") {
        return Ok(SSHD.into());
    }
    Err(Missing("OpenSSH's server is not installed, and only root on Debian can install it here".into()))
}
