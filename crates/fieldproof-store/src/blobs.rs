//! Photos and application files, by key, behind `object_store`.

use std::path::Path;

use bytes::Bytes;
use object_store::{ObjectStore as _, ObjectStoreExt as _, PutPayload, local::LocalFileSystem, path::Path as Key};

use crate::StoreError;

/// A blob store. Keys are relative, `/`-separated, and made by this program, never by a caller.
pub struct Blobs {
    store: LocalFileSystem,
}

impl Blobs {
    /// A folder. A put that returned is on the disk: bytes and directory entry are synced.
    pub(crate) fn local(folder: &Path) -> Result<Self, StoreError> {
        Ok(Self { store: LocalFileSystem::new_with_prefix(folder)?.with_fsync(true) })
    }

    /// Stores `bytes` under `key`, whole or not at all.
    pub async fn put(&self, key: &str, bytes: Bytes) -> Result<(), StoreError> {
        self.store.put(&Key::from(key), PutPayload::from(bytes)).await?;
        Ok(())
    }

    /// The bytes under `key`; `None` when there are none.
    pub async fn get(&self, key: &str) -> Result<Option<Bytes>, StoreError> {
        match self.store.get(&Key::from(key)).await {
            Ok(found) => Ok(Some(found.bytes().await?)),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Erases what is under `key`; nothing there is no error.
    pub async fn erase(&self, key: &str) -> Result<(), StoreError> {
        match self.store.delete(&Key::from(key)).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// Whether a blob can be written, read and erased.
    pub async fn probe(&self) -> Result<(), StoreError> {
        const KEY: &str = "probe/ready";
        self.put(KEY, Bytes::from_static(b"ready")).await?;
        self.get(KEY).await?;
        self.erase(KEY).await
    }

    /// Every key under `prefix`, in no order.
    pub async fn keys(&self, prefix: &str) -> Result<Vec<String>, StoreError> {
        use futures::TryStreamExt as _;
        let listed: Vec<_> = self.store.list(Some(&Key::from(prefix))).try_collect().await?;
        Ok(listed.into_iter().map(|meta| meta.location.to_string()).collect())
    }
}
