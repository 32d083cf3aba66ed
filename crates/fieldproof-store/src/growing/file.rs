//! A growing blob as one file. Its lock holds between the servers that share the folder, and ends with its holder.

use std::{
    fs::{File, OpenOptions},
    io::{self, ErrorKind, Seek as _, SeekFrom, Write as _},
    path::{Path, PathBuf},
};

use bytes::Bytes;

use crate::StoreError;

/// The length of the file, which is synced first: others may have added to it and not yet have synced it. 0: there is none.
pub(super) async fn length(path: PathBuf) -> Result<u64, StoreError> {
    blocking(move || {
        let Some(file) = open(&path)? else { return Ok(0) };
        file.sync_data()?;
        Ok(file.metadata()?.len())
    })
    .await
}

/// Adds to the file if it ends at `at`; with `sync`, what it holds then survives a power cut.
pub(super) async fn append(path: PathBuf, at: u64, bytes: Bytes, sync: bool) -> Result<bool, StoreError> {
    blocking(move || {
        let Some(mut file) = open(&path)? else { return Ok(false) };
        if file.metadata()?.len() != at {
            return Ok(false);
        }
        // Killed or out of room half-way, it leaves the beginning of these bytes, which is as good as any piece.
        file.seek(SeekFrom::Start(at))?;
        file.write_all(&bytes)?;
        if sync {
            file.sync_data()?;
        }
        Ok(true)
    })
    .await
}

/// The file, locked until it is closed; `None`: there is none.
fn open(path: &Path) -> io::Result<Option<File>> {
    let file = match OpenOptions::new().read(true).write(true).open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    match file.lock() {
        Ok(()) => Ok(Some(file)),
        // A disk that knows no locks is no disk for several servers.
        Err(error) if error.kind() == ErrorKind::Unsupported => Ok(Some(file)),
        Err(error) => Err(error),
    }
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> io::Result<T> + Send + 'static) -> Result<T, StoreError> {
    let done = tokio::task::spawn_blocking(work).await.unwrap_or_else(|panic| Err(io::Error::other(panic)));
    done.map_err(StoreError::folder)
}
