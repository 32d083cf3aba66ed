//! Another server for models, to hold ours against: LitServe, from PyPI.

use std::{
    fs::File,
    io::{BufRead as _, BufReader},
    net::TcpListener,
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use bytes::Bytes;
use hyper::Method;
use serde_json::json;

use crate::{client::Client, cpu::CpuClock};

/// The program that serves the model.
const PROGRAM: &str = include_str!("peer.py");
/// Longer than this, and it will not get ready.
const PATIENCE: Duration = Duration::from_secs(120);

/// A server that runs until this is dropped.
pub(crate) struct Peer {
    child: Child,
    /// Of all its processes.
    clocks: Vec<CpuClock>,
    pub(crate) client: Client,
    /// Name and version.
    pub(crate) name: String,
    _log: tempfile::NamedTempFile,
}

impl Peer {
    /// Starts it on a model whose input has this width and height, with as many workers as there are cores.
    pub(crate) async fn start(python: &Path, model: &Path, [width, height]: [u32; 2]) -> Result<Self> {
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let workers = std::thread::available_parallelism().map_or(1, usize::from);
        // Its workers are started from a file with its name.
        let program = tempfile::Builder::new().prefix("peer-").suffix(".py").tempfile()?;
        std::fs::write(program.path(), PROGRAM)?;
        let log = tempfile::NamedTempFile::new()?;
        let mut command = Command::new(python);
        command.arg(program.path()).arg(model).args([width, height].map(|side| side.to_string()));
        command.args([port.to_string(), workers.to_string()]);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(File::create(log.path())?);
        let mut child = command.spawn().with_context(|| format!("cannot start {}", python.display()))?;
        let mut version = String::new();
        let mut output = BufReader::new(child.stdout.take().context("it has no standard output")?);
        output.read_line(&mut version)?;
        // What else it writes there is of no interest, but has to go somewhere.
        std::thread::spawn(move || std::io::copy(&mut output, &mut std::io::sink()));
        let client = Client::new(&format!("http://127.0.0.1:{port}"), "");
        let name = format!("LitServe {}", version.trim());
        let mut peer = Self { child, clocks: Vec::new(), client, name, _log: log };
        let start = Instant::now();
        while peer.client.bytes(Method::GET, "/health", Bytes::new()).await.is_err() {
            if start.elapsed() > PATIENCE || peer.child.try_wait()?.is_some() {
                bail!("LitServe did not start:\n{}", std::fs::read_to_string(peer._log.path())?);
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        peer.clocks = with_descendants(peer.child.id())?.into_iter().map(CpuClock::of).collect::<Result<_>>()?;
        Ok(peer)
    }

    /// What its processes have used so far.
    pub(crate) fn cpu(&self) -> Result<Duration> {
        self.clocks.iter().map(|clock| clock.read()).sum()
    }

    /// Where photos are sent.
    pub(crate) fn path(&self) -> &'static str {
        "/predict"
    }

    /// The body that sends a photo.
    pub(crate) fn body(&self, jpeg: &[u8]) -> Bytes {
        json!({"image": STANDARD.encode(jpeg)}).to_string().into()
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        // Its children would outlive it; they first, so that none is started again.
        for pid in with_descendants(self.child.id()).unwrap_or_default().iter().rev() {
            let _ended = Command::new("kill").args(["-9", &pid.to_string()]).stderr(Stdio::null()).status();
        }
        let _killed = self.child.kill();
        let _ended = self.child.wait();
    }
}

/// A process, its children, their children and so on.
fn with_descendants(root: u32) -> Result<Vec<u32>> {
    let mut found = vec![root];
    let mut at = 0;
    while let Some(parent) = found.get(at).copied() {
        at += 1;
        for entry in std::fs::read_dir(format!("/proc/{parent}/task"))? {
            let children = std::fs::read_to_string(entry?.path().join("children")).unwrap_or_default();
            found.extend(children.split_whitespace().filter_map(|pid| pid.parse::<u32>().ok()));
        }
    }
    Ok(found)
}
