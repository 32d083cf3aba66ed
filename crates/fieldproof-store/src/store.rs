//! The database and the blob store, opened.

use std::path::{Path, PathBuf};

use crate::{
    Blobs, Reader, Snapshot, StoreError, Writer,
    db::{Database, PostgresDatabase, Query as _, SqliteDatabase},
};

/// Name of the database file in the data folder.
const DATABASE_FILE: &str = "fieldproof.db";
/// Name of the blob store's folder in the data folder.
const BLOB_FOLDER: &str = "blobs";

/// Where rows and blobs are.
#[derive(Clone, Debug)]
pub struct Places {
    /// The data folder: of what is not elsewhere.
    pub folder: PathBuf,
    /// `postgres://…`; `None`: a SQLite file in the data folder.
    pub database_url: Option<String>,
    /// `file://…`, `s3://…`, `gs://…`, `az://…`; `None`: a folder in the data folder.
    pub blob_url: Option<String>,
}

impl Places {
    /// Everything in one folder.
    pub fn in_folder(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into(), database_url: None, blob_url: None }
    }

    /// Whether blobs are at one place in both. Where that cannot be told they count as apart, and a copy into a place
    /// that is not empty is refused.
    pub fn share_blobs_with(&self, other: &Self) -> bool {
        self.blob_place() == other.blob_place()
    }

    /// The blob store in words that can be compared and shown: a folder, or the URL of a bucket.
    pub fn blob_place(&self) -> String {
        let folder = match &self.blob_url {
            Some(url) => match url::Url::parse(url).map(|url| (url.scheme() == "file").then(|| url.to_file_path())) {
                Ok(Some(Ok(folder))) => folder,
                _ => return url.trim_end_matches('/').to_owned(),
            },
            None => self.folder.join(BLOB_FOLDER),
        };
        folder.canonicalize().unwrap_or(folder).display().to_string()
    }

    /// The database in words that can be shown: a file, or the URL without its password.
    pub fn database_place(&self) -> String {
        match &self.database_url {
            Some(url) => without_password(url),
            None => self.folder.join(DATABASE_FILE).display().to_string(),
        }
    }

    /// Whether other machines can use the same database: what they share must then not be made in a folder.
    pub fn are_shared(&self) -> bool {
        self.database_url.is_some()
    }
}

/// Rows and blobs. Several processes may have them open at once.
pub struct Store {
    database: Database,
    blobs: Blobs,
    places: Places,
}

impl Store {
    /// Opens both, making the data folder where it is missing and migrating the schema where it is old.
    ///
    /// # Errors
    /// [`StoreError::SchemaTooNew`] for the database of a later version, [`StoreError::Folder`] when the folder cannot
    /// be made, [`StoreError::Open`] when the database cannot be opened and written, [`StoreError::DatabaseUrl`] and
    /// [`StoreError::BlobUrl`] for URLs that cannot be used.
    pub async fn open(places: &Places) -> Result<Self, StoreError> {
        std::fs::create_dir_all(&places.folder)
            .map_err(|source| StoreError::Folder { path: places.folder.clone(), source })?;
        let blobs = match &places.blob_url {
            Some(url) => Blobs::at(url)?,
            None => Blobs::local(&places.folder.join(BLOB_FOLDER))?,
        };
        blobs.probe().await?;
        let database = match &places.database_url {
            Some(url) => open_postgres(url).await?,
            None => open_sqlite(&places.folder.join(DATABASE_FILE)).await?,
        };
        Ok(Self { database, blobs, places: places.clone() })
    }

    /// A connection for reading.
    pub async fn read(&self) -> Result<Reader, StoreError> {
        self.database.read().await
    }

    /// A connection that sees everything as it was at its first read, whatever others commit meanwhile.
    pub async fn snapshot(&self) -> Result<Snapshot, StoreError> {
        self.database.snapshot().await
    }

    /// As [`Store::snapshot`], for whoever reads for minutes: of a few connections that nobody else waits for.
    pub async fn long_snapshot(&self) -> Result<Snapshot, StoreError> {
        self.database.long_snapshot().await
    }

    /// A transaction for writing. On SQLite it waits for the one before it.
    pub async fn write(&self) -> Result<Writer, StoreError> {
        self.database.write().await
    }

    /// Photos and application files.
    pub fn blobs(&self) -> &Blobs {
        &self.blobs
    }

    /// Where they are.
    pub fn places(&self) -> &Places {
        &self.places
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

async fn open_sqlite(file: &Path) -> Result<Database, StoreError> {
    let open = async {
        let database = SqliteDatabase::open(file).await?;
        // SQLite opens what it cannot write for reading only, and says so with the first change, even of nothing.
        database.write().await?.execute("DELETE FROM users WHERE 1 = 0", vec![]).await?;
        Ok(Database::Sqlite(database))
    };
    open.await.map_err(|error| match error {
        StoreError::Database(source) => StoreError::Open { what: file.display().to_string(), source },
        error => error,
    })
}

async fn open_postgres(url: &str) -> Result<Database, StoreError> {
    match PostgresDatabase::open(url).await {
        Ok(database) => Ok(Database::Postgres(database)),
        Err(StoreError::Database(source)) => Err(StoreError::Open { what: without_password(url), source }),
        Err(error) => Err(error),
    }
}

/// The URL as it may be shown and logged.
fn without_password(url: &str) -> String {
    match url::Url::parse(url) {
        Ok(mut url) => {
            // A URL that can have no password has none to hide.
            let _ = url.set_password(None);
            url.set_query(None);
            url.into()
        }
        Err(_) => "given by --database-url".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_are_not_shown() {
        for url in
            ["postgres://jane:secret@db.example.com:5433/field", "postgres://jane@db/x?password=secret", "secret"]
        {
            assert!(!without_password(url).contains("secret"), "{url}");
        }
    }
}
