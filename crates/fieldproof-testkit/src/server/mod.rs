//! The real program, in a data folder of its own.

mod builder;
mod command;

use std::{
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    sync::Arc,
    time::Duration,
};

use serde_json::Value;
use sqlx::{AssertSqlSafe, Connection as _, SqliteConnection};
use tempfile::TempDir;

pub use self::{
    builder::TestServerBuilder,
    command::{CliOutput, Running},
};
use crate::{Application, Client, TestDatabase};

/// How long a server may take to start or to stop: generous, since tests share their machine.
const PATIENCE: Duration = Duration::from_secs(60);
/// The administrator that owns [`TestServer::token`].
const ADMIN: &str = "admin@example.com";

/// What servers on PostgreSQL sign links with.
const SECRET_KEY: &str = "a key that only tests use, and never a server";

/// A server with its data folder, which stays the same across restarts; killed and removed when dropped.
pub struct TestServer {
    binary: PathBuf,
    application: Application,
    options: Vec<String>,
    env: Vec<(String, String)>,
    everywhere: Vec<(String, String)>,
    folder: TempDir,
    data: PathBuf,
    database: Option<Arc<TestDatabase>>,
    site_id: String,
    token: String,
    url: String,
    child: Option<Child>,
}

impl TestServer {
    /// A server of the program at `binary`: `env!("CARGO_BIN_EXE_fieldproof")`.
    pub fn builder(binary: &str) -> TestServerBuilder {
        TestServerBuilder {
            binary: binary.into(),
            application: Application::new(),
            options: Vec::new(),
            env: Vec::new(),
            everywhere: Vec::new(),
            common_blobs: false,
            data: None,
            files: Vec::new(),
            database: TestDatabase::make().map(Arc::new),
        }
    }

    /// `http://127.0.0.1:PORT`; another one after each restart.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The administrator's token; its default site is [`TestServer::site_id`].
    pub fn token(&self) -> &str {
        &self.token
    }

    /// Id of the site `site`.
    pub fn site_id(&self) -> &str {
        &self.site_id
    }

    /// The application's folder.
    pub fn application(&self) -> &Application {
        &self.application
    }

    /// The PostgreSQL database, if the tests run on one.
    pub fn database(&self) -> Option<&TestDatabase> {
        self.database.as_deref()
    }

    /// The data folder.
    pub fn data(&self) -> &Path {
        &self.data
    }

    /// A client with the administrator's token, for the server as it runs now.
    pub fn client(&self) -> Client {
        Client::new(&self.url).with_token(&self.token)
    }

    /// Process id of the running server.
    ///
    /// # Panics
    /// When it does not run.
    pub fn pid(&self) -> u32 {
        self.child.as_ref().expect("a running server").id()
    }

    /// Runs a command of the program on this data folder, beside the server if it runs.
    pub fn cli(&self, arguments: &[&str]) -> CliOutput {
        CliOutput::of(self.command().args(arguments))
    }

    /// Starts a command that goes on, such as `worker`, on this data folder; its log goes to that of the server.
    ///
    /// # Panics
    /// When the program cannot be started.
    pub fn spawn(&self, arguments: &[&str]) -> Running {
        let log = std::fs::OpenOptions::new().append(true).create(true).open(self.log_file()).expect("a log file");
        let child = self.command().args(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(log).spawn();
        Running(child.expect("the program starts"))
    }

    /// As [`TestServer::cli`], without a secret key in the environment.
    pub fn cli_without_key(&self, arguments: &[&str]) -> CliOutput {
        let mut command = self.command();
        CliOutput::of(command.env_remove("FIELDPROOF_SECRET_KEY").args(arguments))
    }

    /// Changes rows behind the program's back, as a version before it would have left them.
    ///
    /// # Panics
    /// When the database refuses.
    pub async fn sql(&self, sql: &str) {
        match self.database() {
            Some(database) => database.execute(sql),
            None => {
                let file = format!("sqlite://{}", self.data.join("fieldproof.db").display());
                let mut connection = SqliteConnection::connect(&file).await.expect("the database");
                sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(&mut connection).await.expect("the statement");
                connection.close().await.expect("the database closes");
            }
        }
    }

    /// A token of a user with a default site.
    ///
    /// # Panics
    /// When the command fails.
    pub fn new_token(&self, email: &str, site: &str) -> String {
        text(&self.cli(&["token", "create", "--user", email, "--site", site, "--json"]).ok_json()["token"])
    }

    /// Takes over site and token of another server, whose data has come to this place.
    pub fn is_copy_of(&mut self, other: &Self) {
        self.site_id.clone_from(&other.site_id);
        self.token.clone_from(&other.token);
    }

    /// Changes an option of `serve` for the next start.
    pub fn set_option(&mut self, name: &str, value: &str) {
        self.options.extend([name.to_owned(), value.to_owned()]);
    }

    /// Changes an environment variable of `serve` for the next start.
    pub fn set_env(&mut self, name: &str, value: &str) {
        self.env.push((name.to_owned(), value.to_owned()));
    }

    /// Kills the server with SIGKILL, as a power cut would.
    ///
    /// # Panics
    /// When it does not run.
    pub fn kill9(&mut self) {
        let mut child = self.child.take().expect("a running server");
        child.kill().expect("the server is killed");
        child.wait().expect("the server ends");
    }

    /// Sends SIGTERM and does not wait.
    ///
    /// # Panics
    /// When the server does not run.
    pub fn signal_terminate(&self) {
        let sent = Command::new("kill").args(["-TERM", &self.pid().to_string()]).status();
        assert!(sent.is_ok_and(|status| status.success()), "SIGTERM could not be sent");
    }

    /// Waits for the end of a server that was told to stop; its exit code, or -1 after a signal.
    ///
    /// # Panics
    /// When it does not end in a minute.
    pub async fn wait(&mut self) -> i32 {
        let mut child = self.child.take().expect("a running server");
        for _ in 0..PATIENCE.as_millis() / 10 {
            if let Some(status) = ended(&mut child) {
                return status.code().unwrap_or(-1);
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        self.child = Some(child);
        panic!("the server does not stop:\n{}", self.logs());
    }

    /// Sends SIGTERM and waits; the exit code.
    pub async fn terminate(&mut self) -> i32 {
        self.signal_terminate();
        self.wait().await
    }

    /// Starts the server, after stopping it if it runs, and waits until it is ready.
    ///
    /// # Panics
    /// When it does not start.
    pub async fn restart(&mut self) {
        if self.child.is_some() {
            self.terminate().await;
        }
        let announced = self.folder.path().join("serve.out");
        let out = std::fs::File::create(&announced).expect("a file for the output");
        let log = std::fs::OpenOptions::new().append(true).create(true).open(self.log_file()).expect("a log file");
        let mut command = self.command();
        command.args(["serve", "--listen", "127.0.0.1:0"]).args(&self.options);
        command.envs(self.env.iter().map(|(name, value)| (name, value)));
        let child = command.stdin(Stdio::null()).stdout(out).stderr(log).spawn().expect("the program starts");
        self.child = Some(child);
        for _ in 0..PATIENCE.as_millis() / 10 {
            let said = std::fs::read_to_string(&announced).unwrap_or_default();
            if let Some(url) = said.strip_prefix("Fieldproof serves ").and_then(|rest| rest.split(' ').next()) {
                self.url = url.to_owned();
                let answer = Client::new(&self.url).get("/readyz").await;
                assert_eq!(answer.status, 200, "{}\n{}", answer.text(), self.logs());
                return;
            }
            let stopped = self.child.as_mut().and_then(ended);
            assert!(stopped.is_none(), "the server stopped with {stopped:?}:\n{}", self.logs());
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("the server does not start:\n{}", self.logs());
    }

    /// Everything that the server has logged so far, in all its runs.
    pub fn logs(&self) -> String {
        std::fs::read_to_string(self.log_file()).unwrap_or_default()
    }

    /// Paths of the photos in the blob store.
    pub fn stored_photos(&self) -> Vec<PathBuf> {
        let folder = self.data.join("blobs/inputs");
        let mut files: Vec<_> = match std::fs::read_dir(&folder) {
            Ok(entries) => entries.map(|entry| entry.expect("a file").path()).collect(),
            Err(_) => Vec::new(),
        };
        files.sort();
        files
    }

    fn log_file(&self) -> PathBuf {
        self.folder.path().join("serve.log")
    }

    /// The program on this data folder, unaware of the settings of the person who runs the tests.
    fn command(&self) -> Command {
        let mut command = Command::new(&self.binary);
        let settings = std::env::vars_os().map(|(name, _)| name);
        for name in settings.filter(|name| name.to_string_lossy().starts_with("FIELDPROOF_")) {
            command.env_remove(name);
        }
        if let Some(database) = &self.database {
            command.env("FIELDPROOF_DATABASE_URL", database.url()).env("FIELDPROOF_SECRET_KEY", SECRET_KEY);
        }
        // What the person has installed must make no difference.
        command.env("FIELDPROOF_ONNXRUNTIME", "off");
        command.envs(self.everywhere.iter().map(|(name, value)| (name, value)));
        command.env("FIELDPROOF_DATA", &self.data).current_dir(self.folder.path());
        command
    }
}

impl Drop for TestServer {
    fn drop(&mut self) {
        if let Some(mut child) = self.child.take() {
            // It may be gone already.
            let _ = child.kill();
            let _ = child.wait();
        }
        if std::thread::panicking() {
            eprintln!("--- log of the server ---\n{}", self.logs());
        }
    }
}

fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}

fn ended(child: &mut Child) -> Option<ExitStatus> {
    child.try_wait().expect("the state of the server")
}
