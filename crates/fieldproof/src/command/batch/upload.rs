//! `fieldproof batch upload`.

use std::{path::PathBuf, process::ExitCode, time::Duration};

use anyhow::Context as _;
use clap::Args;
use fieldproof_app::{Ambient as _, SystemAmbient};
use serde_json::{Value, json};
use url::Url;
use uuid::Uuid;

use super::{
    archive::Archive,
    client::Api,
    options::{ServerOptions, chunk_size, quoted, time},
    progress::{Progress, Unit},
    send::Upload,
    shown::Shown,
    trying::{GaveUp, Trying},
    wait::{conclude, follow},
};
use crate::{output::OutputOptions, server::signal};

/// Longest name of a batch, in characters.
const MAX_FILENAME: usize = 255;

#[derive(Args)]
pub(crate) struct UploadCommand {
    /// The archive: zip, tar, tar.gz or tar.zst
    archive: PathBuf,
    /// Go on with this batch instead of making one
    #[arg(long, value_name = "ID", conflicts_with_all = ["upload_url", "on_existing"])]
    batch: Option<Uuid>,
    /// Send to this upload URL, which needs no token
    #[arg(long, value_name = "URL", conflicts_with = "on_existing")]
    upload_url: Option<Url>,
    /// What becomes of a work order for which there is one of the same name [default: skip]
    #[arg(long, value_name = "WHAT", value_parser = ["skip", "append", "fail"])]
    on_existing: Option<String>,
    /// Bytes sent at once, a multiple of 256 KiB
    #[arg(long, value_name = "SIZE", default_value = "8MiB", value_parser = chunk_size)]
    chunk: u64,
    /// Give up when nothing has moved for so long
    #[arg(long, value_name = "TIME", default_value = "1h", value_parser = time)]
    give_up_after: Duration,
    /// Then follow the processing to its end, and fail if any work order fails
    #[arg(long)]
    wait: bool,
    #[command(flatten)]
    server: ServerOptions,
    #[command(flatten)]
    output: OutputOptions,
}

pub(super) async fn run(command: UploadCommand) -> anyhow::Result<ExitCode> {
    let stopped = signal()?;
    let api = Api::new(&command.server)?;
    anyhow::ensure!(
        command.upload_url.is_none() || !command.wait || api.has_token(),
        "--wait asks the server, which wants a token: set FIELDPROOF_TOKEN, or give --token"
    );
    let archive = Archive::open(&command.archive).await?;
    let mut resume = None;
    let result = tokio::select! {
        result = command.send(&api, archive, &mut resume) => result,
        () = stopped => Err(GaveUp("stopped".to_owned()).into()),
    };
    match (result, resume) {
        (Err(error), Some(resume)) if error.is::<GaveUp>() => Err(anyhow::anyhow!("{error}. Go on with:\n  {resume}")),
        (result, _) => result,
    }
}

impl UploadCommand {
    /// Everything; `resume` is the command to go on with once there is something to go on with.
    async fn send(&self, api: &Api, mut archive: Archive, resume: &mut Option<String>) -> anyhow::Result<ExitCode> {
        let mut progress = Progress::new(Unit::Bytes, Some(archive.bytes));
        let mut trying = Trying::new(self.give_up_after);
        let url = match &self.upload_url {
            Some(url) => {
                *resume = Some(self.again(&format!("--upload-url {}", quoted(url.as_str()))));
                url.clone()
            }
            None => {
                let shown = self.batch(api, &mut trying, &progress).await?;
                let id = shown.batch.batch_id;
                let again = self.again(&format!("--batch {id}"));
                if self.batch.is_none() {
                    progress.say(&format!("batch {id}; after an interruption go on with:\n  {again}"));
                }
                anyhow::ensure!(
                    !shown.batch.is_lost(),
                    "batch {id} is {}: send the archive as a new batch",
                    shown.batch.status_words()
                );
                *resume = Some(again);
                Url::parse(&shown.batch.upload_url).context("the server's upload URL")?
            }
        };
        let http = api.client_for(&url)?;
        let (archive, trying, progress_now) = (&mut archive, &mut trying, &mut progress);
        let mut upload = Upload { http, url, archive, chunk: self.chunk, trying, progress: progress_now };
        let sent = upload.send().await;
        progress.end();
        let shown = Shown::read(sent?)?;
        let id = shown.batch.batch_id;
        if self.wait {
            *resume = Some(self.again(&format!("--batch {id}")));
            let shown = follow(api, id, self.give_up_after).await?;
            *resume = None;
            return conclude(api, &self.server, &shown, self.output).await;
        }
        *resume = None;
        let bytes = shown.batch.archive_bytes.unwrap_or_default();
        let text = format!(
            "batch {id}: {bytes} bytes are with the server, which works on them now; see how far it is with:\n  \
             fieldproof batch status {id}{}",
            self.server.repeated()
        );
        self.output.print(&shown.json, text)?;
        Ok(ExitCode::SUCCESS)
    }

    /// The batch to send to: the one named, or a new one.
    async fn batch(&self, api: &Api, trying: &mut Trying, progress: &Progress) -> anyhow::Result<Shown> {
        // One key for all tries: when an answer is lost, the next try is told of the batch that was made.
        let key = SystemAmbient.new_id().to_string();
        loop {
            let answer = match self.batch {
                Some(id) => api.get(&format!("/{id}")).await,
                None => api.post("", &self.new_batch(), &key).await,
            };
            match answer.and_then(Shown::read) {
                Ok(shown) => {
                    trying.moved();
                    return Ok(shown);
                }
                Err(failure) => trying.after(failure, progress).await?,
            }
        }
    }

    fn new_batch(&self) -> Value {
        let mut body = json!({"filename": filename(&self.archive.to_string_lossy())});
        if let (Some(on_existing), Some(fields)) = (&self.on_existing, body.as_object_mut()) {
            fields.insert("on_existing".to_owned(), on_existing.as_str().into());
        }
        body
    }

    /// The command that goes on with this upload.
    fn again(&self, with: &str) -> String {
        let archive = quoted(&self.archive.to_string_lossy());
        let wait = if self.wait { " --wait" } else { "" };
        format!("fieldproof batch upload {archive} {with}{wait}{}", self.server.repeated())
    }
}

/// What the batch is called: the file's name without folders and without its ending.
fn filename(path: &str) -> String {
    let name = path.rsplit(['/', std::path::MAIN_SEPARATOR]).next().unwrap_or_default();
    let lower = name.to_ascii_lowercase();
    let endings = [".tar.gz", ".tar.zst", ".tgz", ".tzst", ".zip", ".tar"];
    let ending = endings.iter().find(|ending| lower.ends_with(**ending)).map_or(0, |ending| ending.len());
    let stem = name.get(..name.len() - ending).unwrap_or(name);
    stem.chars().filter(|c| !c.is_control()).take(MAX_FILENAME).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_is_called_like_its_file() {
        for (path, name) in [
            ("/data/may.zip", "may"),
            ("may.TAR.GZ", "may"),
            ("a b.tar.zst", "a b"),
            ("été.tgz", "été"),
            ("archive", "archive"),
            (".zip", ""),
            ("a\nb.tar", "ab"),
        ] {
            assert_eq!(filename(path), name, "{path}");
        }
        assert_eq!(filename(&"x".repeat(1000)).len(), MAX_FILENAME);
    }
}
