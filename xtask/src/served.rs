//! A server with the demo application, one site and one user, for tests by other programs.

use crate::repository::{cargo, finish, root};
use crate::running::{Running, free_port};
use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use tempfile::TempDir;

/// A server that runs until this is dropped.
pub(crate) struct Served {
    // Stopped before its folder goes.
    _server: Running,
    folder: TempDir,
    url: String,
    token: String,
}

impl Served {
    /// Starts it with some options of `serve`.
    pub(crate) fn start(options: &[&str]) -> Result<Self> {
        // With the tests, whose build of the program is there already.
        if !finish(cargo().args(["test", "--workspace", "--no-run"]).stdout(Stdio::null()))?.success() {
            bail!("the build failed");
        }
        let folder = tempfile::tempdir()?;
        let data = folder.path().join("data");
        let demo = root().join("apps/demo");
        admin(&data, &["site", "create", "main", "--app", &demo.display().to_string()])?;
        admin(&data, &["user", "create", "jane.doe@example.com", "--role", "admin", "--site", "main"])?;
        let made = admin(&data, &["token", "create", "--user", "jane.doe@example.com", "--site", "main", "--json"])?;
        let token = made.split('"').find(|word| word.starts_with("fp_")).context("no token was printed")?.to_owned();
        let port = free_port()?;
        let address = format!("127.0.0.1:{port}");
        let mut serve = Command::new(program());
        serve.args(["serve", "--listen", &address, "--data"]).arg(&data).args(options);
        Ok(Self { _server: Running::start(&mut serve, port)?, folder, url: format!("http://{address}"), token })
    }

    /// `http://127.0.0.1:PORT`
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// The user's token.
    pub(crate) fn token(&self) -> &str {
        &self.token
    }

    /// A folder for what the other program writes.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }
}

fn admin(data: &Path, arguments: &[&str]) -> Result<String> {
    let output = Command::new(program()).args(arguments).arg("--data").arg(data).output().context("the program")?;
    if !output.status.success() {
        bail!("fieldproof {}: {}", arguments.join(" "), String::from_utf8_lossy(&output.stderr));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

fn program() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), Into::into).join("debug/fieldproof")
}
