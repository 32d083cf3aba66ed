//! The archive on the disk: read in pieces, never as a whole.

use std::{
    fs::File,
    io::{self, Read as _, Seek as _, SeekFrom},
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::SystemTime,
};

use anyhow::Context as _;
use bytes::Bytes;
use fieldproof_app::batch::recognise;
use futures::stream;
use reqwest::Body;
use tokio::task::spawn_blocking;

use super::{checksum::Checksum, range::Chunk};

/// Read and handed to the connection at once.
const PIECE: usize = 128 * 1024;

/// An archive to send.
pub(super) struct Archive {
    path: PathBuf,
    /// Its size when it was opened.
    pub(super) bytes: u64,
    modified: Option<SystemTime>,
    checksum: Arc<Mutex<Checksum>>,
}

/// The archive could not be read while it was sent.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(super) struct Unreadable(String);

impl Archive {
    /// Opens an archive, and looks whether it is one.
    ///
    /// # Errors
    /// It cannot be read, or no server could use it.
    pub(super) async fn open(path: &Path) -> anyhow::Result<Self> {
        let shown = path.display().to_string();
        let file = File::open(path).with_context(|| shown.clone())?;
        let metadata = file.metadata().with_context(|| shown.clone())?;
        anyhow::ensure!(
            metadata.is_file(),
            "{shown} is no file: pack the folders of the work orders into a zip or tar"
        );
        let found = spawn_blocking(move || recognise(file)).await?;
        found.map_err(|failure| anyhow::anyhow!("{shown}: {} Nothing was sent", failure.reason))?;
        Ok(Self {
            path: path.to_owned(),
            bytes: metadata.len(),
            modified: metadata.modified().ok(),
            checksum: Arc::new(Mutex::new(Checksum::new())),
        })
    }

    /// Refuses an archive that has another size than when it was opened. One that was only written to is read again for
    /// its checksum, which tells whether it is still the same.
    ///
    /// # Errors
    /// A sentence.
    pub(super) fn look_again(&mut self) -> Result<(), String> {
        let path = self.path.display();
        let metadata = std::fs::metadata(&self.path).map_err(|error| format!("{path}: {error}"))?;
        if metadata.len() != self.bytes {
            return Err(format!(
                "{path} had {} bytes when its upload began and has {} now: it must not change meanwhile. Send it as a \
                 new batch when it is complete",
                self.bytes,
                metadata.len()
            ));
        }
        let modified = metadata.modified().ok();
        if modified != self.modified {
            self.modified = modified;
            *self.checksum.lock().unwrap_or_else(PoisonError::into_inner) = Checksum::new();
        }
        Ok(())
    }

    /// The bytes of a chunk as a request's body; `sent` counts those that the connection has taken.
    pub(super) fn body(&self, chunk: Chunk, sent: &Arc<AtomicU64>) -> Body {
        let (path, checksum, sent) = (self.path.clone(), Arc::clone(&self.checksum), Arc::clone(sent));
        let state = (None::<File>, chunk.first);
        Body::wrap_stream(stream::try_unfold(state, move |(file, at)| {
            let (path, checksum) = (path.clone(), Arc::clone(&checksum));
            sent.store(at - chunk.first, Ordering::Relaxed);
            let length = usize::try_from(chunk.end - at).unwrap_or(PIECE).min(PIECE);
            async move {
                if length == 0 {
                    return Ok::<_, Unreadable>(None);
                }
                let shown = path.display().to_string();
                let reading = spawn_blocking(move || {
                    let mut file = match file {
                        Some(file) => file,
                        None => {
                            let mut file = File::open(path)?;
                            file.seek(SeekFrom::Start(at))?;
                            file
                        }
                    };
                    let mut piece = vec![0; length];
                    file.read_exact(&mut piece)?;
                    checksum.lock().unwrap_or_else(PoisonError::into_inner).take(at, &piece);
                    io::Result::Ok((file, piece))
                });
                let read = reading.await.map_err(io::Error::other).flatten();
                let (file, piece) = read.map_err(|error| Unreadable(format!("{shown}: {error}")))?;
                Ok(Some((Bytes::from(piece), (Some(file), at + length as u64))))
            }
        }))
    }

    /// CRC32C of the whole archive, in Base64. What was not sent by this run is read for it.
    ///
    /// # Errors
    /// A sentence.
    pub(super) async fn crc32c(&self) -> Result<String, String> {
        let (path, checksum, bytes) = (self.path.clone(), Arc::clone(&self.checksum), self.bytes);
        let shown = path.display().to_string();
        let reading = spawn_blocking(move || {
            let mut checksum = checksum.lock().unwrap_or_else(PoisonError::into_inner);
            checksum.catch_up(&mut File::open(path)?, bytes)?;
            io::Result::Ok(checksum.base64())
        });
        reading.await.map_err(io::Error::other).flatten().map_err(|error| format!("{shown}: {error}"))
    }
}
