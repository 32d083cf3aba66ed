//! The data folder, opened.

use std::path::Path;

use crate::{
    Blobs, Reader, Snapshot, StoreError, Writer,
    db::{Query as _, Sqlite},
};

/// Name of the database file in the data folder.
const DATABASE_FILE: &str = "fieldproof.db";
/// Name of the blob store's folder in the data folder.
const BLOB_FOLDER: &str = "blobs";

/// Rows and blobs of one data folder. Several processes may have it open at once.
pub struct Store {
    database: Sqlite,
    blobs: Blobs,
}

impl Store {
    /// Opens the data folder, making it where it is missing and migrating its schema where it is old.
    ///
    /// # Errors
    /// [`StoreError::SchemaTooNew`] for the folder of a later version, [`StoreError::Folder`] when it
    /// cannot be made, [`StoreError::Open`] when the database in it cannot be opened and written.
    pub async fn open(folder: &Path) -> Result<Self, StoreError> {
        let blobs = folder.join(BLOB_FOLDER);
        std::fs::create_dir_all(&blobs).map_err(|source| StoreError::Folder { path: blobs.clone(), source })?;
        let blobs = Blobs::local(&blobs)?;
        blobs.probe().await?;
        let file = folder.join(DATABASE_FILE);
        match Self::open_database(&file).await {
            Ok(database) => Ok(Self { database, blobs }),
            Err(StoreError::Database(source)) => Err(StoreError::Open { path: file, source }),
            Err(error) => Err(error),
        }
    }

    async fn open_database(file: &Path) -> Result<Sqlite, StoreError> {
        let database = Sqlite::open(file).await?;
        // SQLite opens what it cannot write for reading only, and says so with the first change, even of nothing.
        database.write().await?.execute("DELETE FROM erasures WHERE 1 = 0", vec![]).await?;
        Ok(database)
    }

    /// A connection for reading.
    pub async fn read(&self) -> Result<Reader, StoreError> {
        self.database.read().await
    }

    /// A connection that sees everything as it was at its first read, whatever others commit meanwhile.
    pub async fn snapshot(&self) -> Result<Snapshot, StoreError> {
        self.database.snapshot().await
    }

    /// A transaction for writing; waits for the one before it.
    pub async fn write(&self) -> Result<Writer, StoreError> {
        self.database.write().await
    }

    /// Photos and application files.
    pub fn blobs(&self) -> &Blobs {
        &self.blobs
    }

    /// Whether the database answers.
    pub async fn ping(&self) -> Result<(), StoreError> {
        self.read().await?.first("SELECT 1 AS one", vec![]).await?;
        Ok(())
    }

    /// Closes the database after what is running.
    pub async fn close(&self) {
        self.database.close().await;
    }
}
