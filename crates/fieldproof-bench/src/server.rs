//! The server as its users start it: the release binary, in a process of its own.

use std::{
    ffi::OsStr,
    fs::File,
    io::{BufRead as _, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail};
use hyper::Method;

use crate::{client::Client, cpu::CpuClock, engine};

/// Longer than this, and it will not get ready.
const PATIENCE: Duration = Duration::from_secs(60);

/// A server that runs until this is dropped.
pub(crate) struct Server {
    child: Child,
    started: Instant,
    folder: PathBuf,
    /// Where it listens.
    pub(crate) url: String,
    /// What it uses.
    pub(crate) cpu: CpuClock,
}

impl Server {
    /// Starts it on a data folder, with the settings that it has by itself; its log goes to a file, as under systemd.
    /// Without a database's URL it uses the file in the folder.
    pub(crate) fn start(data: &Path, database_url: Option<&str>) -> Result<Self> {
        Self::start_with(data, database_url, &[])
    }

    /// As [`Server::start`], with more options of `serve`.
    pub(crate) fn start_with(data: &Path, database_url: Option<&str>, options: &[&OsStr]) -> Result<Self> {
        let binary = binary()?;
        let log = File::create(data.join("bench.log"))?;
        let mut command = Command::new(&binary);
        command.arg("serve").arg("--data").arg(data).args(["--listen", "127.0.0.1:0"]).args(options);
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("FIELDPROOF_") {
                command.env_remove(name);
            }
        }
        command.env("FIELDPROOF_ONNXRUNTIME", engine::option());
        if let Some(url) = database_url {
            command
                .env("FIELDPROOF_DATABASE_URL", url)
                .env("FIELDPROOF_SECRET_KEY", "of the bench, and of nothing else");
        }
        let started = Instant::now();
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .with_context(|| format!("cannot start {}", binary.display()))?;
        let cpu = CpuClock::of(child.id())?;
        let mut line = String::new();
        if let Some(output) = child.stdout.take() {
            BufReader::new(output).read_line(&mut line)?;
        }
        let url = line.split_whitespace().find(|word| word.starts_with("http://")).unwrap_or_default().to_owned();
        let server = Self { child, started, folder: data.to_owned(), url, cpu };
        if server.url.is_empty() {
            bail!("the server did not start:\n{}", std::fs::read_to_string(data.join("bench.log"))?);
        }
        Ok(server)
    }

    /// Waits until it says that it can do its work; answers how long that took from its start.
    pub(crate) async fn ready(&self) -> Result<Duration> {
        let client = Client::new(&self.url, "");
        while self.started.elapsed() < PATIENCE {
            if client.call(Method::GET, "/readyz", Default::default()).await.is_ok() {
                return Ok(self.started.elapsed());
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        bail!("the server did not get ready in {PATIENCE:?}");
    }

    /// Its data folder.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Its resident memory, in bytes.
    pub(crate) fn memory(&self) -> Result<u64> {
        self.status("VmRSS:")
    }

    /// The most resident memory that it has ever had, in bytes.
    pub(crate) fn peak_memory(&self) -> Result<u64> {
        self.status("VmHWM:")
    }

    /// Lets [`Server::peak_memory`] begin anew.
    pub(crate) fn forget_peak(&self) -> Result<()> {
        Ok(std::fs::write(format!("/proc/{}/clear_refs", self.child.id()), "5")?)
    }

    fn status(&self, what: &str) -> Result<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix(what)).with_context(|| what.to_owned())?;
        let kib: u64 = line.trim().trim_end_matches("kB").trim().parse()?;
        Ok(kib * 1024)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Nothing here is worth a clean stop: the data folder goes next.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// The server's binary lies beside this one, since both are built together.
fn binary() -> Result<PathBuf> {
    let binary = std::env::current_exe()?.with_file_name("fieldproof");
    anyhow::ensure!(binary.exists(), "{} is missing: start this by `cargo xtask bench`", binary.display());
    Ok(binary)
}
