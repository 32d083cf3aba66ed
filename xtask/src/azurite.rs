//! Microsoft's emulator of its own storage, from npm, in a folder of its own below `target/`.

use crate::repository::{finish, root};
use crate::running::{Running, free_port};
use crate::steps::Missing;
use anyhow::Result;
use std::process::{Command, ExitStatus, Stdio};
use tempfile::TempDir;

const PACKAGE: &str = "azurite@3.37.0";

/// The emulator, until this is dropped.
pub(crate) struct Azurite {
    _running: Running,
    _data: TempDir,
    pub(crate) url: String,
}

impl Azurite {
    /// Starts it, after installing it where it is missing.
    pub(crate) fn start() -> Result<Result<Self, Missing>> {
        let folder = root().join("target/azurite");
        let program = folder.join("node_modules/.bin/azurite-blob");
        let installed = folder.join(format!("{PACKAGE}.done"));
        if !installed.exists() {
            eprintln!("installing {PACKAGE} from npm");
            let mut install = Command::new("npm");
            install.args(["install", "--no-audit", "--no-fund", "--prefix"]).arg(&folder).arg(PACKAGE);
            std::fs::create_dir_all(&folder)?;
            if !finish(install.stdout(Stdio::null())).is_ok_and(|status: ExitStatus| status.success()) {
                return Ok(Err(Missing("Azurite could not be installed from npm".into())));
            }
            std::fs::write(installed, "")?;
        }
        let (port, data) = (free_port()?, tempfile::tempdir()?);
        let mut command = Command::new(program);
        command.args([
            "--silent",
            "--skipApiVersionCheck",
            "--disableTelemetry",
            "--blobHost",
            "127.0.0.1",
            "--blobPort",
        ]);
        command.arg(port.to_string()).arg("--location").arg(data.path());
        let url = format!("http://127.0.0.1:{port}/devstoreaccount1");
        Ok(Ok(Self { _running: Running::start(&mut command, port)?, _data: data, url }))
    }
}
