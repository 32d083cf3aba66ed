//! Writing a blob that need not be in memory.

use std::{path::PathBuf, sync::Arc};

use bytes::Bytes;
use object_store::{ObjectStore, buffered::BufWriter, path::Path as Key};
use tokio::io::AsyncWriteExt as _;

use crate::StoreError;

/// A bucket gets parts of so many bytes; no cloud takes smaller ones.
const PART: usize = 5 * 1024 * 1024;

/// A file is synced each time when so many bytes have come: all of it at once would make everybody else who commits wait
/// for the disk.
const SYNC_EVERY: usize = 512 * 1024;

/// A blob on its way: it is there, whole, once [`BlobWriter::finish`] has returned, and not before.
pub struct BlobWriter(To);

enum To {
    File { draft: Draft, file: tokio::fs::File, place: PathBuf, unsynced: usize },
    Bucket(BufWriter),
}

/// A file that goes with its writer, unless it was given its name.
struct Draft(Option<PathBuf>);

impl Drop for Draft {
    fn drop(&mut self) {
        if let Some(path) = self.0.take() {
            // What cannot be removed now is swept up later.
            let _ = std::fs::remove_file(path);
        }
    }
}

impl BlobWriter {
    /// A file, under another name until it is whole.
    pub(crate) async fn file(place: PathBuf, draft: PathBuf) -> Result<Self, StoreError> {
        if let Some(folder) = place.parent() {
            tokio::fs::create_dir_all(folder).await.map_err(StoreError::folder)?;
        }
        let file = tokio::fs::File::create(&draft).await.map_err(StoreError::folder)?;
        Ok(Self(To::File { draft: Draft(Some(draft)), file, place, unsynced: 0 }))
    }

    /// An object.
    pub(crate) fn object(store: Arc<dyn ObjectStore>, place: Key) -> Self {
        Self(To::Bucket(BufWriter::with_capacity(store, place, PART).with_max_concurrency(2)))
    }

    /// Adds bytes at its end.
    pub async fn write(&mut self, bytes: Bytes) -> Result<(), StoreError> {
        match &mut self.0 {
            To::File { file, unsynced, .. } => {
                file.write_all(&bytes).await.map_err(StoreError::folder)?;
                *unsynced += bytes.len();
                if *unsynced >= SYNC_EVERY {
                    file.flush().await.map_err(StoreError::folder)?;
                    file.sync_data().await.map_err(StoreError::folder)?;
                    *unsynced = 0;
                }
                Ok(())
            }
            To::Bucket(object) => Ok(object.put(bytes).await?),
        }
    }

    /// Makes it a blob: when this returns, it survives a power cut.
    pub async fn finish(self) -> Result<(), StoreError> {
        match self.0 {
            To::File { mut draft, mut file, place, .. } => {
                let done = async {
                    file.flush().await?;
                    file.sync_all().await?;
                    if let Some(path) = draft.0.take() {
                        tokio::fs::rename(path, &place).await?;
                    }
                    // The name too is on the disk only when its folder is.
                    match place.parent() {
                        Some(folder) => tokio::fs::File::open(folder).await?.sync_all().await,
                        None => Ok(()),
                    }
                };
                done.await.map_err(StoreError::folder)
            }
            To::Bucket(mut object) => object.shutdown().await.map_err(StoreError::folder),
        }
    }

    /// Gives it up; nothing is left of it.
    pub async fn abort(self) -> Result<(), StoreError> {
        match self.0 {
            To::File { .. } => Ok(()),
            To::Bucket(mut object) => Ok(object.abort().await?),
        }
    }
}
