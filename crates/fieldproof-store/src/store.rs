//! The data folder, opened.

use std::path::Path;

use crate::{
    Blobs, Reader, StoreError, Writer,
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
    /// [`StoreError::SchemaTooNew`] for the folder of a later version, [`StoreError::Folder`] when it cannot be made.
    pub async fn open(folder: &Path) -> Result<Self, StoreError> {
        let blobs = folder.join(BLOB_FOLDER);
        std::fs::create_dir_all(&blobs).map_err(|source| StoreError::Folder { path: blobs.clone(), source })?;
        let database = Sqlite::open(&folder.join(DATABASE_FILE)).await?;
        Ok(Self { database, blobs: Blobs::local(&blobs)? })
    }

    /// A connection for reading.
    pub async fn read(&self) -> Result<Reader, StoreError> {
        self.database.read().await
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
