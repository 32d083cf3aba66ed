//! The real program, in a data folder of its own.

use std::{
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    sync::Arc,
    time::Duration,
};

use serde_json::Value;
use sqlx::{AssertSqlSafe, Connection as _, SqliteConnection};
use tempfile::TempDir;

use crate::{Application, Client, TestDatabase};

/// How long a server may take to start or to stop: generous, since tests share their machine.
const PATIENCE: Duration = Duration::from_secs(60);
/// The administrator that owns [`TestServer::token`].
const ADMIN: &str = "admin@example.com";

/// What servers on PostgreSQL sign links with.
const SECRET_KEY: &str = "a key that only tests use, and never a server";

/// A server to start. See [`TestServer::builder`].
pub struct TestServerBuilder {
    binary: PathBuf,
    application: Application,
    options: Vec<String>,
    env: Vec<(String, String)>,
    everywhere: Vec<(String, String)>,
    common_blobs: bool,
    data: Option<PathBuf>,
    files: Vec<(String, String)>,
    database: Option<Arc<TestDatabase>>,
}

impl TestServerBuilder {
    /// Keeps rows in a SQLite file whatever the tests run on, for what is about that file.
    #[must_use]
    pub fn on_sqlite(self) -> Self {
        Self { database: None, ..self }
    }

    /// Serves another application.
    #[must_use]
    pub fn application(self, application: Application) -> Self {
        Self { application, ..self }
    }

    /// One more option of `serve` with its value.
    #[must_use]
    pub fn option(mut self, name: &str, value: &str) -> Self {
        self.options.extend([name.to_owned(), value.to_owned()]);
        self
    }

    /// One more environment variable of `serve`.
    #[must_use]
    pub fn env(mut self, name: &str, value: &str) -> Self {
        self.env.push((name.to_owned(), value.to_owned()));
        self
    }

    /// A file of the data folder, such as `fieldproof.toml`.
    #[must_use]
    pub fn file(mut self, name: &str, content: &str) -> Self {
        self.files.push((name.to_owned(), content.to_owned()));
        self
    }

    /// One more environment variable of `serve` and of every command.
    #[must_use]
    pub fn everywhere(mut self, name: &str, value: &str) -> Self {
        self.everywhere.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Uses this folder as data folder, such as one on a disk of its own.
    #[must_use]
    pub fn data_at(self, folder: &Path) -> Self {
        Self { data: Some(folder.to_owned()), ..self }
    }

    /// Keeps blobs in a folder that a second server can be given.
    #[must_use]
    pub fn with_blobs_in_common(self) -> Self {
        Self { common_blobs: true, ..self }
    }

    /// Starts a second server on the database, blobs and token of a first, with a data folder of its own.
    ///
    /// # Panics
    /// When it does not start.
    pub async fn beside(self, first: &TestServer) -> TestServer {
        let mut server = self.empty();
        server.database.clone_from(&first.database);
        server.everywhere.extend(first.everywhere.iter().cloned());
        server.site_id.clone_from(&first.site_id);
        server.token.clone_from(&first.token);
        server.restart().await;
        server
    }

    /// Makes the data folder, a site `site`, a user `admin@example.com` and a token with the command line; starts the
    /// server and waits until it is ready.
    ///
    /// # Panics
    /// When any of it fails, with what the program said.
    pub async fn start(self) -> TestServer {
        let mut server = self.prepare();
        server.restart().await;
        server
    }

    /// As [`TestServerBuilder::start`], without starting the server.
    ///
    /// # Panics
    /// When a command fails.
    pub fn prepare(self) -> TestServer {
        let mut server = self.empty();
        let application = server.application.arg();
        let site = server.cli(&["site", "create", "site", "--app", application, "--json"]).ok_json();
        server.site_id = text(&site["id"]);
        server.cli(&["user", "create", ADMIN, "--name", "Ada Admin", "--role", "admin", "--site", "site"]).ok();
        server.token = server.new_token(ADMIN, "site");
        server
    }

    /// A place with nothing in it: no site, no user, no token.
    ///
    /// # Panics
    /// When there is no room for a folder.
    pub fn empty(mut self) -> TestServer {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let data = self.data.unwrap_or_else(|| folder.path().join("data"));
        std::fs::create_dir_all(&data).expect("a data folder");
        for (name, content) in &self.files {
            std::fs::write(data.join(name), content).expect("a file in the data folder");
        }
        if self.common_blobs {
            let blobs = format!("file://{}", folder.path().join("common").display());
            self.everywhere.push(("FIELDPROOF_BLOB_URL".to_owned(), blobs));
        }
        TestServer {
            binary: self.binary,
            application: self.application,
            options: self.options,
            env: self.env,
            everywhere: self.everywhere,
            folder,
            data,
            database: self.database,
            site_id: String::new(),
            token: String::new(),
            url: String::new(),
            child: None,
        }
    }
}

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
        let child = self.command().args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(log).spawn();
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

/// A command that goes on, killed when dropped.
pub struct Running(Child);

impl Running {
    /// Sends SIGTERM and waits.
    ///
    /// # Panics
    /// When it does not end well.
    pub fn terminate(&mut self) {
        let sent = Command::new("kill").args(["-TERM", &self.0.id().to_string()]).status();
        assert!(sent.is_ok_and(|status| status.success()), "SIGTERM could not be sent");
        let status = self.0.wait().expect("the command ends");
        assert!(status.success(), "{status}");
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may be gone already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// What a command printed.
#[derive(Clone, Debug)]
pub struct CliOutput {
    /// The exit code; -1 after a signal.
    pub status: i32,
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
}

impl CliOutput {
    fn of(command: &mut Command) -> Self {
        let output = command.stdin(Stdio::null()).output().expect("the program starts");
        Self {
            status: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// Itself, after success.
    ///
    /// # Panics
    /// When the exit code is not 0.
    #[track_caller]
    pub fn ok(self) -> Self {
        assert_eq!(self.status, 0, "{}{}", self.stdout, self.stderr);
        self
    }

    /// The standard output of a success as JSON.
    ///
    /// # Panics
    /// When the exit code is not 0, or the output is not one line of JSON.
    #[track_caller]
    pub fn ok_json(self) -> Value {
        self.ok().json()
    }

    /// The standard output as JSON.
    ///
    /// # Panics
    /// When it is not exactly one line of JSON.
    #[track_caller]
    pub fn json(self) -> Value {
        assert_eq!(self.stdout.lines().count(), 1, "{:?}", self.stdout);
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {}", self.stdout))
    }
}

fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}

fn ended(child: &mut Child) -> Option<ExitStatus> {
    child.try_wait().expect("the state of the server")
}
