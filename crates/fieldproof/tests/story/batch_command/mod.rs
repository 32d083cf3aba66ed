//! `fieldproof batch …`: from another machine than the server's, so without its data folder.

mod check;
mod follow;
mod interruptions;
mod refusals;
mod upload;

use std::{
    path::PathBuf,
    process::{Command, Stdio},
};

use fieldproof_testkit::{Archive, CliOutput, Scene, TestServer, Tint};
use serde_json::json;
use tempfile::TempDir;

/// The program on a machine of its own, with a token for a server and files to send.
struct Machine {
    folder: TempDir,
    url: String,
    token: String,
}

impl Machine {
    fn of(server: &TestServer) -> Self {
        Self::at(server.url(), server.token())
    }

    /// A machine that speaks to the server at `url`.
    fn at(url: &str, token: &str) -> Self {
        Self { folder: tempfile::tempdir().unwrap(), url: url.to_owned(), token: token.to_owned() }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        std::fs::write(self.path(name), content).unwrap();
    }

    /// Runs `fieldproof batch …`.
    async fn batch(&self, arguments: &[&str]) -> CliOutput {
        let mut command = self.command(arguments);
        tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap().into()
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_fieldproof"));
        let settings = std::env::vars_os().map(|(name, _)| name);
        for name in settings.filter(|name| name.to_string_lossy().starts_with("FIELDPROOF_")) {
            command.env_remove(name);
        }
        command.env("FIELDPROOF_SERVER", &self.url).env("FIELDPROOF_TOKEN", &self.token);
        command.arg("batch").args(arguments).current_dir(self.folder.path()).stdin(Stdio::null());
        command
    }
}

/// Two work orders with a photo each, and as many bytes that are no photo.
fn heavy(bytes: usize) -> Vec<u8> {
    // Not all the same, so that nothing can be taken for something else.
    let filler: Vec<u8> = (0..bytes as u64).map(|i| (i.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 56) as u8).collect();
    orders().file("WO_2/filler.bin", filler).zip()
}

fn orders() -> Archive {
    Archive::new()
        .file("WO_1/before-0.jpg", Scene::new(1).photo())
        .file("WO_1/after-1.jpg", Scene::new(2).tint(Tint::Green).photo())
        .file("WO_2/metadata.json", json!({"region": "North"}).to_string())
        .file("WO_2/before-0.jpg", Scene::new(3).photo())
}

/// The id of the batch that an upload has made, by what it said.
fn said_id(stderr: &str) -> String {
    let line = stderr.lines().find_map(|line| line.strip_prefix("batch ")).unwrap_or_else(|| panic!("{stderr}"));
    line.split(';').next().unwrap().to_owned()
}
