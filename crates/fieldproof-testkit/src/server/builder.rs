//! What a server is to be like, before it is there.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use super::{ADMIN, TestServer, text};
use crate::{Application, TestDatabase};

/// A server to start. See [`TestServer::builder`].
pub struct TestServerBuilder {
    pub(super) binary: PathBuf,
    pub(super) application: Application,
    pub(super) options: Vec<String>,
    pub(super) env: Vec<(String, String)>,
    pub(super) everywhere: Vec<(String, String)>,
    pub(super) common_blobs: bool,
    pub(super) data: Option<PathBuf>,
    pub(super) files: Vec<(String, String)>,
    pub(super) database: Option<Arc<TestDatabase>>,
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
