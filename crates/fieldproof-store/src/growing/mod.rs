//! A blob that grows: bytes are added at its end, by any number of servers, and never with a hole before them.
//!
//! In a folder it is one file that is added to under a lock (`file`), since a file of its own for every piece takes two
//! flushes of the disk where adding to one takes one. In a bucket, whose objects cannot grow, it is one object a piece,
//! named by the position of its first byte and put only where there is none (`objects`). Either way who adds says where
//! he believes the end to be, and of two with one belief one is told that he is wrong.

mod file;
mod objects;

use std::ops::Range;

use bytes::Bytes;

use crate::{Blobs, StoreError};

/// Bytes to be added to a file at once: little, since they are written while the next ones come.
const FILE_PIECE: usize = 256 * 1024;
/// Bytes to be added to a bucket at once: more, since each time is an object and the wait for an answer.
const OBJECT_PIECE: usize = 2 * 1024 * 1024;

/// A blob that grows; nothing is kept in memory.
#[derive(Clone)]
pub struct Growing {
    blobs: Blobs,
    /// What the keys of its parts begin with, without the final slash.
    folder: String,
}

/// A part of a growing blob that lies in one piece.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Segment {
    /// Its key.
    pub key: String,
    /// Position of its first byte.
    pub first: u64,
    /// How many bytes of it count: none of them are also in the next.
    pub size: u64,
}

impl Blobs {
    /// The growing blob under these keys, whether there is anything or not.
    pub fn growing(&self, folder: impl Into<String>) -> Growing {
        Growing { blobs: self.clone(), folder: folder.into() }
    }
}

impl Growing {
    /// Bytes to be added at once by who has more of them.
    pub fn piece_size(&self) -> usize {
        if matches!(self.file(), Ok(Some(_))) { FILE_PIECE } else { OBJECT_PIECE }
    }

    /// How many bytes there are. All of them survive a power cut once this has returned. `known`, a length that was true
    /// before, saves reading what comes before it.
    pub async fn length(&self, known: u64) -> Result<u64, StoreError> {
        match self.file()? {
            Some(path) => file::length(path).await,
            None => objects::length(self, known).await,
        }
    }

    /// Adds bytes where the blob ends if that is at position `at`; `false`: it is not, and nothing was changed. A process
    /// that is killed does not lose what was added; a power cut takes it, unless with `sync` or after [`Growing::length`].
    pub async fn append(&self, at: u64, bytes: Bytes, sync: bool) -> Result<bool, StoreError> {
        if bytes.is_empty() {
            return Ok(true);
        }
        let Some(path) = self.file()? else {
            return self.blobs.put_new(&self.key(at), bytes).await;
        };
        if at == 0 {
            // Makes the folders too, and syncs them all the way up.
            self.blobs.put_new(&self.key(0), Bytes::new()).await?;
        }
        file::append(path, at, bytes, sync).await
    }

    /// Where its bytes lie, in their order.
    pub async fn segments(&self) -> Result<Vec<Segment>, StoreError> {
        objects::segments(self, 0).await
    }

    /// Bytes of a segment, by their positions in the whole.
    ///
    /// # Errors
    /// Also where they are gone.
    pub async fn read(&self, segment: &Segment, positions: Range<u64>) -> Result<Bytes, StoreError> {
        let range = positions.start.saturating_sub(segment.first)..positions.end.saturating_sub(segment.first);
        let wanted = range.end - range.start;
        match self.blobs.get_range(&segment.key, range).await? {
            Some(bytes) if bytes.len() as u64 == wanted => Ok(bytes),
            _ => Err(StoreError::Blob(object_store::Error::NotFound {
                path: segment.key.clone(),
                source: "a part of it is gone".into(),
            })),
        }
    }

    /// Erases it.
    pub async fn erase(&self) -> Result<(), StoreError> {
        self.blobs.erase_all(&self.folder).await
    }

    /// The key of the part that begins at a position; by their order, parts are in the order of their bytes.
    fn key(&self, first: u64) -> String {
        format!("{}/{first:020}", self.folder)
    }

    /// The one file that it is in a folder.
    fn file(&self) -> Result<Option<std::path::PathBuf>, StoreError> {
        self.blobs.file(&self.key(0))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use object_store::memory::InMemory;

    use super::*;

    fn bucket() -> Blobs {
        let prefix = object_store::path::Path::from("photos/here");
        Blobs::of_objects(Arc::new(InMemory::new()), prefix)
    }

    async fn all(blob: &Growing) -> Vec<u8> {
        let mut bytes = Vec::new();
        for segment in blob.segments().await.unwrap() {
            assert_eq!(segment.first, bytes.len() as u64);
            let part = blob.blobs.get_range(&segment.key, 0..segment.size).await.unwrap().unwrap();
            assert_eq!(part.len() as u64, segment.size);
            bytes.extend_from_slice(&part);
        }
        bytes
    }

    async fn grows(blobs: Blobs) {
        let blob = blobs.growing("uploads/a/0");
        assert_eq!((blob.length(0).await.unwrap(), blob.segments().await.unwrap()), (0, vec![]));
        assert!(blob.append(0, Bytes::from_static(b"one"), false).await.unwrap());
        assert!(!blob.append(0, Bytes::from_static(b"won"), false).await.unwrap(), "there is something already");
        assert!(blob.append(3, Bytes::from_static(b"two"), true).await.unwrap());
        assert_eq!(
            (blob.length(0).await.unwrap(), blob.length(3).await.unwrap(), blob.length(6).await.unwrap()),
            (6, 6, 6)
        );
        assert_eq!(all(&blob).await, b"onetwo");

        let other = blobs.growing("uploads/a/1");
        assert_eq!(other.length(0).await.unwrap(), 0);
        assert!(other.append(0, Bytes::from_static(b"1"), false).await.unwrap());
        blob.erase().await.unwrap();
        assert_eq!((blob.length(0).await.unwrap(), all(&other).await), (0, b"1".to_vec()));
        blob.erase().await.unwrap();
    }

    /// Four that know nothing of each other add a number each, wherever the end is, until there are a hundred.
    async fn is_added_to_at_once(blobs: Blobs) {
        let add = |blob: Growing| async move {
            let mut at = 0;
            while at < 100 {
                let added = blob.append(at, vec![at as u8].into(), false).await.unwrap();
                at = if added { at + 1 } else { blob.length(at).await.unwrap() };
            }
        };
        let blob = blobs.growing("uploads/b/0");
        let adding: Vec<_> = (0..4).map(|_| tokio::spawn(add(blobs.growing("uploads/b/0")))).collect();
        for adding in adding {
            adding.await.unwrap();
        }
        assert_eq!(all(&blob).await, (0..100).collect::<Vec<u8>>());
    }

    #[tokio::test]
    async fn a_file_grows() {
        let folder = tempfile::tempdir().unwrap();
        grows(Blobs::local(folder.path()).unwrap()).await;
    }

    #[tokio::test]
    async fn objects_grow() {
        grows(bucket()).await;
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
    async fn several_can_add() {
        let folder = tempfile::tempdir().unwrap();
        is_added_to_at_once(Blobs::local(folder.path()).unwrap()).await;
        is_added_to_at_once(bucket()).await;
    }

    #[tokio::test]
    async fn nothing_counts_behind_a_hole() {
        let blob = bucket().growing("uploads/c/0");
        for first in [0, 4, 9] {
            blob.blobs.put(&blob.key(first), Bytes::from_static(b"four")).await.unwrap();
        }
        assert_eq!((blob.length(0).await.unwrap(), all(&blob).await), (8, b"fourfour".to_vec()));
    }

    #[tokio::test]
    async fn a_file_that_was_erased_is_not_made_again_in_its_middle() {
        let folder = tempfile::tempdir().unwrap();
        let blob = Blobs::local(folder.path()).unwrap().growing("uploads/d/0");
        assert!(!blob.append(3, Bytes::from_static(b"two"), true).await.unwrap());
        assert_eq!(blob.length(0).await.unwrap(), 0);
        assert!(!folder.path().join("uploads").exists());
    }
}
