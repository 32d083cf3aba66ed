//! Exports on their way to a place, and what lies there.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use fieldproof_testkit::{Client, TestServer};
use serde_json::{Value, json};

use crate::server;

/// How long a delivery may take: generous, since tests share their machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// A server with a folder for exports.
pub(super) struct Place {
    pub(super) server: TestServer,
    pub(super) client: Client,
    root: tempfile::TempDir,
}

impl Place {
    pub(super) async fn new() -> Self {
        let root = tempfile::tempdir().unwrap();
        let server = server().option("--export-root", root.path().to_str().unwrap()).start().await;
        Self { client: server.client(), server, root }
    }

    pub(super) fn root(&self) -> &Path {
        self.root.path()
    }

    /// An export to the folder `team`, with more fields.
    pub(super) fn to_folder(&self, more: &Value) -> Value {
        let mut fields = json!({
            "connector_type": "cloud_storage",
            "storage_uri": format!("file://{}/team", self.root().display()),
        });
        let more = more.as_object().unwrap().clone();
        fields.as_object_mut().unwrap().extend(more);
        fields
    }

    /// Paths of the files below `team`, in their order.
    pub(super) fn files(&self) -> Vec<String> {
        files_below(&self.team())
    }

    /// The folder that exports go to.
    pub(super) fn team(&self) -> PathBuf {
        self.root().join("team")
    }

    pub(super) fn file(&self, path: &str) -> PathBuf {
        self.team().join(path)
    }

    pub(super) fn read(&self, path: &str) -> Vec<u8> {
        std::fs::read(self.file(path)).unwrap_or_else(|error| panic!("{path}: {error}; there are {:#?}", self.files()))
    }
}

/// Paths of the files below a folder, in their order.
pub(super) fn files_below(top: &Path) -> Vec<String> {
    let mut files = Vec::new();
    let mut folders = vec![top.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                files.push(path.strip_prefix(top).unwrap().display().to_string());
            }
        }
    }
    files.sort();
    files
}

/// Makes an export; answers its address.
pub(super) async fn make(client: &Client, fields: &Value) -> String {
    let made = client.post("/v0.2/exports", fields).await.expect(201).json();
    format!("/v0.2/exports/{}", made["id"].as_str().unwrap())
}

/// The windows of an export, oldest first.
pub(super) async fn runs(client: &Client, export: &str) -> Vec<Value> {
    let page = client.get(&format!("{export}/runs?limit=100")).await.expect(200).json();
    let mut runs = page["results"].as_array().unwrap().clone();
    runs.sort_by_key(|run| run["to"].as_str().unwrap().to_owned());
    runs
}

/// The windows of an export once they are so many and all of them are in that state.
pub(super) async fn runs_in(client: &Client, export: &str, status: &str, number: usize) -> Vec<Value> {
    let start = std::time::Instant::now();
    loop {
        let runs = runs(client, export).await;
        if runs.len() == number && runs.iter().all(|run| run["status"] == status) {
            return runs;
        }
        assert!(start.elapsed() < PATIENCE, "not {number} times {status}: {runs:#?}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}
