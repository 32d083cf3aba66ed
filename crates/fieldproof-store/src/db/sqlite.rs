//! SQLite: one writer, several readers, nothing acknowledged before it is on the disk.

use std::{fs::OpenOptions, path::Path, time::Duration};

use sqlx::{
    Connection as _,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous},
};

use super::{IDLE, LONG_READERS, Reader, Snapshot, Writer, handle::Handle, migrate};
use crate::StoreError;

/// How long a writer waits for another process, such as an admin command beside the server.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);
/// Pages that a connection keeps, in KiB (negative, by SQLite's rule). Inner pages of the indexes of a million work orders
/// have room in it; in a small database it is never filled.
const CACHE: &str = "-65536";
/// And of connections that read all of it once, which a larger cache would only fill.
const SMALL_CACHE: &str = "-8192";
/// Readers at once. Reads take microseconds, so a few connections serve many callers.
const READERS: u32 = 4;

/// The database of a data folder.
pub(crate) struct SqliteDatabase {
    /// One connection: SQLite has one writer at a time, and waiting for it here is fairer than its busy handler.
    writer: SqlitePool,
    readers: SqlitePool,
    /// Of their own, so that nobody waits for those who read for minutes.
    long_readers: SqlitePool,
}

impl SqliteDatabase {
    /// Opens or creates the file and brings its schema up to date, after copying it when there is data to lose.
    pub(crate) async fn open(file: &Path) -> Result<Self, StoreError> {
        create_private(file);
        let options = SqliteConnectOptions::new()
            .filename(file)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(BUSY_TIMEOUT)
            .pragma("cache_size", CACHE)
            .statement_cache_capacity(200);
        let pool = |connections| {
            SqlitePoolOptions::new()
                .max_connections(connections)
                .acquire_timeout(Duration::from_secs(30))
                .idle_timeout(None)
                .max_lifetime(None)
                .test_before_acquire(false)
                // On a full disk SQLite ends a transaction by itself, and sqlx, which does not know, can begin no other
                // on that connection: it is given up for a new one.
                .before_acquire(|connection, _| {
                    let usable = !connection.is_in_transaction();
                    Box::pin(std::future::ready(Ok(usable)))
                })
        };
        let writer = pool(1).min_connections(1).connect_with(options.clone()).await?;
        migrate::sqlite(&writer, file).await?;
        let options = options.read_only(true).create_if_missing(false);
        let readers = pool(READERS).min_connections(1).connect_with(options.clone()).await?;
        let long_readers =
            pool(LONG_READERS).idle_timeout(IDLE).connect_lazy_with(options.pragma("cache_size", SMALL_CACHE));
        Ok(Self { writer, readers, long_readers })
    }

    pub(crate) async fn read(&self) -> Result<Reader, StoreError> {
        Ok(Reader(Handle::Sqlite(self.readers.acquire().await?)))
    }

    pub(crate) async fn snapshot(&self) -> Result<Snapshot, StoreError> {
        Ok(Snapshot(Handle::SqliteTransaction(self.readers.begin().await?)))
    }

    pub(crate) async fn long_snapshot(&self) -> Result<Snapshot, StoreError> {
        Ok(Snapshot(Handle::SqliteTransaction(self.long_readers.begin().await?)))
    }

    pub(crate) async fn write(&self) -> Result<Writer, StoreError> {
        // IMMEDIATE: a transaction that reads first and writes later would otherwise fail instead of wait.
        Ok(Writer::new(Handle::SqliteTransaction(self.writer.begin_with("BEGIN IMMEDIATE").await?)))
    }

    /// Finishes what is running and closes the file, which folds the write-ahead log into it.
    pub(crate) async fn close(&self) {
        self.long_readers.close().await;
        self.readers.close().await;
        self.writer.close().await;
    }
}

/// A new database file is its owner's alone, as the key beside it is: it holds names, places and hashes of tokens. SQLite
/// gives the files that it adds the same rights. One that is there keeps those that its operator gave it, and where none can
/// be made, SQLite says why.
fn create_private(file: &Path) {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let _ = options.open(file);
}
