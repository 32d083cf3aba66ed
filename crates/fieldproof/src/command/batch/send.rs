//! Sending an archive by Google's resumable protocol (contract section 4.3): asks what is held, sends what follows, and
//! asks again whenever something went wrong.

use std::{
    error::Error,
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use reqwest::{Client, Response, header::RANGE};
use serde_json::Value;
use url::Url;

use super::{
    archive::{Archive, Unreadable},
    client::read_json,
    failure::Failure,
    progress::Progress,
    range::{Chunk, held},
    trying::Trying,
};

/// How often the progress is looked at.
const TICK: Duration = Duration::from_millis(200);
/// Nothing was taken and nothing answered for so long: the connection is given up.
const STALLED: Duration = Duration::from_secs(60);
/// The last chunk's answer may take longer: the server puts all of the archive in its place.
const STALLED_AT_END: Duration = Duration::from_secs(15 * 60);

const UNKNOWN: &str = "the server does not know this upload: its batch was deleted, or the upload URL is wrong. Send the \
                       archive as a new batch";

/// An upload.
pub(super) struct Upload<'a> {
    pub(super) http: Client,
    /// Takes the archive. Whoever knows it may send, so it is not shown.
    pub(super) url: Url,
    pub(super) archive: &'a mut Archive,
    /// Bytes sent at once.
    pub(super) chunk: u64,
    pub(super) trying: &'a mut Trying,
    pub(super) progress: &'a mut Progress,
}

/// Where the server stands.
enum Step {
    /// It holds so many of the archive's first bytes.
    Held(u64),
    /// It holds all of them, and this is its batch.
    Complete(Value),
    /// It says that the request is wrong.
    Refused(Failure),
}

impl Upload<'_> {
    /// Sends the archive from where the server stands to its end; answers the batch.
    ///
    /// # Errors
    /// It is refused, the archive has changed, or nothing has moved for too long.
    pub(super) async fn send(&mut self) -> anyhow::Result<Value> {
        let (mut standing, mut furthest) = (None, 0);
        // How far it was when the server refused something: to be refused there again is to be believed.
        let mut refused_at = None;
        loop {
            let step = match standing {
                None => self.ask().await,
                Some(bytes) => self.send_from(bytes).await,
            };
            match step {
                Ok(Step::Complete(batch)) => {
                    self.progress.at(self.archive.bytes);
                    return Ok(batch);
                }
                Ok(Step::Held(bytes)) => {
                    if bytes > furthest {
                        furthest = bytes;
                        self.trying.moved();
                    }
                    self.trying.reached();
                    self.progress.at(bytes);
                    // Taken without being kept: it is not to go round and round.
                    if standing.is_some_and(|before| bytes <= before) {
                        self.trying.after(Failure::passing("the server does not go on"), self.progress).await?;
                    }
                    standing = Some(bytes);
                }
                // Others may have sent something meanwhile, or the archive was damaged on its way and thrown away: what is
                // held now decides.
                Ok(Step::Refused(failure))
                    if standing.is_some() && refused_at.is_none_or(|before| furthest > before) =>
                {
                    self.progress.say(&format!("the server refuses this. {} Asking what it holds", failure.reason()));
                    refused_at = Some(furthest);
                    (standing, furthest) = (None, 0);
                }
                Ok(Step::Refused(failure)) => return Err(failure.into()),
                Err(failure) => {
                    standing = None;
                    self.trying.after(failure, self.progress).await?;
                }
            }
        }
    }

    /// Asks what is held.
    async fn ask(&mut self) -> Result<Step, Failure> {
        let request = self.http.put(self.url.clone()).header("Content-Length", 0);
        let request = request.header("Content-Range", format!("bytes */{}", self.archive.bytes));
        let answer = request.timeout(STALLED_AT_END).send().await;
        let answer = answer.map_err(|error| Failure::of_error(&error, &self.url))?;
        self.step(answer).await
    }

    /// Sends what follows the first `held` bytes.
    async fn send_from(&mut self, held: u64) -> Result<Step, Failure> {
        let Some(chunk) = Chunk::after(held, self.chunk, self.archive.bytes) else {
            // All of it is there, and the server has not noticed yet.
            return self.ask().await;
        };
        self.archive.look_again().map_err(Failure::Final)?;
        let mut request = self
            .http
            .put(self.url.clone())
            .header("Content-Type", "application/octet-stream")
            .header("Content-Length", chunk.bytes())
            .header("Content-Range", chunk.content_range());
        if chunk.is_last() {
            let crc32c = self.archive.crc32c().await.map_err(Failure::Final)?;
            request = request.header("X-Goog-Hash", format!("crc32c={crc32c}"));
        }
        let sent = Arc::new(AtomicU64::new(0));
        let request = request.body(self.archive.body(chunk, &sent));
        let answer = self.watched(request.send(), chunk, &sent).await?;
        self.step(answer).await
    }

    /// Waits for an answer as long as bytes are taken.
    async fn watched(
        &mut self,
        sending: impl Future<Output = reqwest::Result<Response>>,
        chunk: Chunk,
        sent: &AtomicU64,
    ) -> Result<Response, Failure> {
        let mut sending = pin!(sending);
        let (mut before, mut since) = (0, Instant::now());
        loop {
            tokio::select! {
                answer = &mut sending => return answer.map_err(|error| of_error(&error, &self.url)),
                () = tokio::time::sleep(TICK) => {}
            }
            let taken = sent.load(Ordering::Relaxed);
            self.progress.at(chunk.first + taken);
            if taken != before {
                (before, since) = (taken, Instant::now());
            }
            let is_at_end = chunk.is_last() && taken == chunk.bytes();
            if since.elapsed() > if is_at_end { STALLED_AT_END } else { STALLED } {
                return Err(Failure::passing("the server takes nothing more and does not answer"));
            }
        }
    }

    async fn step(&self, answer: Response) -> Result<Step, Failure> {
        let range = answer.headers().get(RANGE).and_then(|value| value.to_str().ok()).map(str::to_owned);
        match answer.status().as_u16() {
            200 | 201 => Ok(Step::Complete(read_json(answer, &self.url).await?)),
            308 => {
                let held = held(range.as_deref()).map_err(Failure::Final)?;
                let bytes = self.archive.bytes;
                if held > bytes {
                    return Err(Failure::Final(format!(
                        "the server holds {held} bytes and the archive has {bytes}: they are not the same"
                    )));
                }
                Ok(Step::Held(held))
            }
            400 => Ok(Step::Refused(Failure::of_answer(answer).await)),
            404 => Err(Failure::Final(UNKNOWN.to_owned())),
            _ => Err(Failure::of_answer(answer).await),
        }
    }
}

/// As [`Failure::of_error`], but final when it was the archive that could not be read.
fn of_error(error: &reqwest::Error, url: &Url) -> Failure {
    let first: &(dyn Error + 'static) = error;
    let mut causes = std::iter::successors(Some(first), |cause: &&'_ (dyn Error + 'static)| (*cause).source());
    let unreadable = causes.find_map(|cause| cause.downcast_ref::<Unreadable>());
    unreadable.map_or_else(|| Failure::of_error(error, url), |found| Failure::Final(found.to_string()))
}
