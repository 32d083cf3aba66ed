//! What a restore that was cut off has left, so that the next one of the same backup goes on with it.
//!
//! Before its first blob a restore notes in the blob store which backup it writes, and it removes the note when its rows
//! are committed. Blobs without rows are taken for its own only if the note says so, each is in the backup, and each has
//! the content that it has there. By content alone they would not do: they may be those of a system that goes on, on
//! another database, and two systems on one blob store erase each other's photos.

use std::{io::Read, ops::ControlFlow};

use fieldproof_store::{BLOB_FOLDERS, Store};
use futures::TryStreamExt as _;

use super::{
    KeepingError,
    archive::{CheckedArchive, Entry, each_entry, read_all},
    beside::Beside,
    restore::OCCUPIED,
};

/// The key of the note. It is in none of [`BLOB_FOLDERS`], so it makes no place count as taken.
const NOTE: &str = "restoring";

/// What an earlier restore of the same backup has written.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Left {
    /// How many blobs.
    pub(super) blobs: u64,
    /// All of them are among so many first blobs of the archive.
    pub(super) reach: u64,
}

impl Left {
    /// Looks at a place without rows.
    ///
    /// # Errors
    /// [`KeepingError::NotEmpty`] when there is anything that is not left by a restore of this backup.
    pub(super) async fn by_earlier(store: &Store, archive: &CheckedArchive) -> Result<Self, KeepingError> {
        if store.blobs().is_empty().await? {
            return Ok(Self::default());
        }
        let not_empty = |what| KeepingError::NotEmpty { place: store.places().blob_place(), what };
        match store.blobs().get(NOTE).await? {
            Some(note) if note == archive.id() => {}
            Some(_) => return Err(not_empty("a restore of another backup was cut off and has left photos in it")),
            None => return Err(not_empty(OCCUPIED)),
        }
        let blobs = count(store).await?;
        let (mut same, mut reach) = (Beside::default(), 0);
        let path = archive.path();
        each_entry(path, async |entry, content: &mut dyn Read| {
            let Entry::Blob(key) = entry else { return Ok(ControlFlow::Break(())) };
            let bytes = read_all(content).map_err(KeepingError::file(path))?;
            let (size, there) = (bytes.len() as u64, store.blobs().clone());
            // Both are in memory.
            let compare = async move {
                let Some(found) = there.find(&key).await? else { return Ok(0) };
                Ok(u64::from(found.size() == size && found.bytes().await? == bytes))
            };
            same.start(size * 2, compare).await?;
            reach += 1;
            Ok(if same.count() < blobs { ControlFlow::Continue(()) } else { ControlFlow::Break(()) })
        })
        .await?;
        if same.finish().await? < blobs {
            return Err(not_empty(
                "beside what a restore has left, photos or application files in it are not of the backup",
            ));
        }
        Ok(Self { blobs, reach })
    }
}

async fn count(store: &Store) -> Result<u64, KeepingError> {
    let mut count = 0;
    for folder in BLOB_FOLDERS {
        let mut blobs = store.blobs().each(folder);
        while blobs.try_next().await?.is_some() {
            count += 1;
        }
    }
    Ok(count)
}

/// Notes which backup is about to be written.
pub(super) async fn note(store: &Store, archive: &CheckedArchive) -> Result<(), KeepingError> {
    Ok(store.blobs().put(NOTE, archive.id().to_owned().into()).await?)
}

/// Removes the note of a restore that has come to its end.
pub(super) async fn forget(store: &Store) {
    if let Err(error) = store.blobs().erase(NOTE).await {
        // It speaks of a place without rows, and there are rows now.
        tracing::warn!(%error, "the note of the restore is still in the blob store; it does no harm");
    }
}
