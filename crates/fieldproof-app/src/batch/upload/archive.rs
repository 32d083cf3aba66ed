//! The pieces of an archive: added where it ends, and their checksums on the way.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use fieldproof_domain::{batch::already_held, ids::BatchId};
use fieldproof_store::{
    Blobs, Growing,
    batches::{Batch, Checksums},
};
use futures::{StreamExt as _, TryStreamExt as _, stream};
use moka::future::Cache;
use tokio::sync::Mutex;

use super::{current_folder, digest::Digest};
use crate::AppError;

/// What is kept in memory of an archive that nobody sends to is forgotten after this long.
const IDLE: Duration = Duration::from_secs(60 * 60);
/// Adding a piece is tried so often while others add theirs in the same moment.
const TRIES: u32 = 100;
/// Bytes read at once where checksums have to catch up.
const READ: u64 = 4 * 1024 * 1024;

/// What a process knows of an archive. It may be less than there is, since other servers add to it too; it is never more,
/// unless the archive was thrown away.
#[derive(Default)]
struct Known {
    /// How many bytes are held; `None`: to be looked for.
    held: Option<u64>,
    /// They survive a power cut.
    is_safe: bool,
    /// The checksums of its beginning; `None`: of nothing.
    digest: Option<Digest>,
}

/// What a process knows of archives, by batch and attempt.
pub(super) struct KnownArchives(Cache<(BatchId, u32), Arc<Mutex<Known>>>);

impl KnownArchives {
    /// For so many archives at most; of others all has to be read again.
    pub(super) fn new(most: u64) -> Self {
        Self(Cache::builder().max_capacity(most).time_to_idle(IDLE).build())
    }

    /// The archive of a batch, of which MD5 may be wanted.
    pub(super) async fn of(&self, batch: &Batch, with_md5: bool, blobs: &Blobs) -> Archive {
        let known = self.0.get_with((batch.id, batch.upload_attempt), async { Arc::default() }).await;
        Archive { blob: blobs.growing(current_folder(batch)), with_md5, known }
    }
}

/// An archive on its way.
pub(super) struct Archive {
    blob: Growing,
    with_md5: bool,
    /// Held while a piece is added: those of two senders at once come one after the other.
    known: Arc<Mutex<Known>>,
}

impl Archive {
    /// Bytes to be added at once.
    pub(super) fn piece_size(&self) -> usize {
        self.blob.piece_size()
    }

    /// How many bytes are held as far as this process knows; at least so many are.
    pub(super) async fn known(&self) -> u64 {
        self.known.lock().await.held.unwrap_or_default()
    }

    /// How many bytes are held, whoever has added them; they survive a power cut.
    pub(super) async fn look(&self) -> Result<u64, AppError> {
        let mut known = self.known.lock().await;
        let held = self.blob.length(known.held.unwrap_or_default()).await?;
        (known.held, known.is_safe) = (Some(held), true);
        Ok(held)
    }

    /// How many bytes are held and survive a power cut; at least so many are.
    pub(super) async fn safe(&self) -> Result<u64, AppError> {
        let known = self.known.lock().await;
        match known.held.filter(|_| known.is_safe) {
            Some(held) => Ok(held),
            None => {
                drop(known);
                self.look().await
            }
        }
    }

    /// Adds what is not held yet of a piece that begins at position `at`; `false`: there would be a hole before it, and
    /// nothing was added. A piece that is the last for now is made to survive a power cut on the way; else that is for
    /// [`Archive::safe`] to see to.
    pub(super) async fn add(&self, at: u64, piece: Bytes, is_last: bool) -> Result<bool, AppError> {
        let mut known = self.known.lock().await;
        for _ in 0..TRIES {
            let end = match known.held {
                Some(held) if held >= at => held,
                before => self.blob.length(before.unwrap_or_default()).await?,
            };
            known.held = Some(end);
            let Some(skip) = already_held(end, at, piece.len()) else { return Ok(false) };
            let new = piece.slice(skip..);
            if new.is_empty() {
                return Ok(true);
            }
            // Whatever becomes of it, one must look again, unless all of it is added.
            (known.held, known.is_safe) = (None, false);
            let length = new.len() as u64;
            let (added, digest) = tokio::try_join!(
                async { Ok(self.blob.append(end, new.clone(), is_last).await?) },
                self.cover(&known, end, new.clone())
            )?;
            if added {
                *known = Known { held: Some(end + length), is_safe: is_last, digest };
                return Ok(true);
            }
        }
        Err(AppError::Internal("others were faster with every piece of an archive".to_owned()))
    }

    /// The checksums of all that is held, which is to be `bytes`. What other servers have added is read for it.
    pub(super) async fn checksums(&self, bytes: u64) -> Result<Checksums, AppError> {
        let mut known = self.known.lock().await;
        let covered = known.digest.take().filter(|digest| digest.bytes() <= bytes);
        let covered = covered.filter(|digest| digest.has_md5() || !self.with_md5);
        let mut digest = covered.unwrap_or_else(|| Digest::new(self.with_md5));
        if digest.bytes() < bytes {
            for segment in self.blob.segments().await? {
                let (first, end) = (segment.first.max(digest.bytes()), segment.first + segment.size);
                let starts = (first..end).step_by(READ as usize);
                let parts = stream::iter(starts)
                    .map(|start| self.blob.read(&segment, start..end.min(start + READ)))
                    .buffered(2);
                let mut parts = std::pin::pin!(parts);
                while let Some(part) = parts.try_next().await? {
                    digest = blocking(move || {
                        digest.update(&part);
                        digest
                    })
                    .await?;
                }
            }
        }
        if digest.bytes() != bytes {
            let found = digest.bytes();
            return Err(AppError::Internal(format!("an archive of {bytes} bytes has {found} in the blob store")));
        }
        let checksums = digest.checksums();
        known.digest = Some(digest);
        Ok(checksums)
    }

    /// Erases it.
    pub(super) async fn erase(&self) -> Result<(), AppError> {
        let mut known = self.known.lock().await;
        *known = Known::default();
        Ok(self.blob.erase().await?)
    }

    /// The checksums with a piece that begins at `end`, if they cover everything before it.
    async fn cover(&self, known: &Known, end: u64, piece: Bytes) -> Result<Option<Digest>, AppError> {
        match known.digest.clone().or_else(|| (end == 0).then(|| Digest::new(self.with_md5))) {
            Some(mut digest) if digest.bytes() == end && !digest.has_md5() => {
                // A tenth of a millisecond for a piece, which is less than another thread would take to begin.
                digest.update(&piece);
                Ok(Some(digest))
            }
            Some(mut digest) if digest.bytes() == end => {
                let covered = blocking(move || {
                    digest.update(&piece);
                    digest
                });
                Ok(Some(covered.await?))
            }
            behind => Ok(behind),
        }
    }
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, AppError> {
    tokio::task::spawn_blocking(work).await.map_err(|failure| AppError::Internal(failure.to_string()))
}
