//! A PostgreSQL server for the tests, in a folder of its own, stopped and removed afterwards.

use crate::debian::{self, is_root};
use crate::running::free_port;
use crate::steps::Missing;
use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use tempfile::TempDir;

/// Where Debian puts the programs of each version.
const DEBIAN: &str = "/usr/lib/postgresql";
/// The user that runs the server when a person is root, whom PostgreSQL refuses.
const SERVER_USER: &str = "postgres";

/// A server that runs until this is dropped.
pub(crate) struct Postgres {
    programs: PathBuf,
    folder: TempDir,
    port: u16,
}

impl Postgres {
    /// Starts a server, after installing its package where that can be done.
    pub(crate) fn start() -> Result<Result<Self, Missing>> {
        Self::start_in(&std::env::temp_dir())
    }

    /// As [`Postgres::start`], with its folder in `parent`, into which its user must get.
    pub(crate) fn start_in(parent: &Path) -> Result<Result<Self, Missing>> {
        let Some(programs) = find().or_else(install) else {
            return Ok(Err(Missing("PostgreSQL is not installed, and only root on Debian can install it here".into())));
        };
        let folder = tempfile::Builder::new().prefix("fieldproof-postgres-").tempdir_in(parent)?;
        if is_root() {
            run(Command::new("chown").arg(SERVER_USER).arg(folder.path()))?;
        }
        let server = Self { programs, folder, port: free_port()? };
        let data = server.data();
        server.run_program(
            "initdb",
            &["--auth=trust", "--username=postgres", "--encoding=UTF8", "--no-sync", "-D", &data],
        )?;
        // Nothing here outlives the tests, so nothing has to survive a power cut. Loopback only.
        let options = format!(
            "-p {} -k {} -c listen_addresses=127.0.0.1 -c fsync=off -c full_page_writes=off -c max_connections=500",
            server.port,
            server.folder.path().display()
        );
        let log = server.folder.path().join("log").display().to_string();
        server.run_program("pg_ctl", &["start", "--wait", "-D", &data, "-l", &log, "-o", &options])?;
        Ok(Ok(server))
    }

    /// What the tests make their databases on.
    pub(crate) fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}", self.port)
    }

    /// The number of its first process, which starts the others.
    pub(crate) fn postmaster(&self) -> Result<u32> {
        let file = Path::new(&self.data()).join("postmaster.pid");
        let text = std::fs::read_to_string(&file).with_context(|| file.display().to_string())?;
        let first = text.lines().next().unwrap_or_default();
        first.trim().parse().with_context(|| format!("{}: {first}", file.display()))
    }

    fn data(&self) -> String {
        self.folder.path().join("data").display().to_string()
    }

    /// As the server's user when root: no word of these holds a quote.
    fn run_program(&self, name: &str, arguments: &[&str]) -> Result<()> {
        let program = self.programs.join(name);
        let mut command = if is_root() {
            let words: Vec<_> = arguments.iter().map(|word| format!("'{word}'")).collect();
            let mut command = Command::new("su");
            command.args([SERVER_USER, "-c", &format!("{} {}", program.display(), words.join(" "))]);
            command
        } else {
            let mut command = Command::new(program);
            command.args(arguments);
            command
        };
        run(command.current_dir(self.folder.path()))
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        if let Err(error) = self.run_program("pg_ctl", &["stop", "--mode=immediate", "-D", &self.data()]) {
            eprintln!("the tests' PostgreSQL in {} was not stopped: {error:#}", self.folder.path().display());
        }
    }
}

/// The programs of the newest version that is installed.
fn find() -> Option<PathBuf> {
    let versions = std::fs::read_dir(DEBIAN).into_iter().flatten().flatten().map(|entry| entry.path().join("bin"));
    let mut found: Vec<_> = versions.filter(|folder| folder.join("initdb").exists()).collect();
    found.sort();
    found.pop().or_else(|| {
        let path = std::env::var_os("PATH")?;
        std::env::split_paths(&path).find(|folder| folder.join("initdb").exists() && folder.join("pg_ctl").exists())
    })
}

fn install() -> Option<PathBuf> {
    if debian::install("postgresql") { find() } else { None }
}

fn run(command: &mut Command) -> Result<()> {
    let output = command.stdin(Stdio::null()).stdout(Stdio::null()).status().with_context(|| format!("{command:?}"))?;
    if !output.success() {
        bail!("{command:?} ended with {output}");
    }
    Ok(())
}
