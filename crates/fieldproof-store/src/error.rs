//! What can go wrong in storage.

use std::path::PathBuf;

/// A storage failure. None of these is the caller's fault: they are answered with a 5xx.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database refused or failed.
    #[error("database: {0}")]
    Database(#[from] sqlx::Error),
    /// The blob store refused or failed.
    #[error("blob store: {0}")]
    Blob(#[from] object_store::Error),
    /// A row holds what this program never writes.
    #[error("the database holds something unexpected in {what}: {reason}")]
    Unexpected {
        /// Table and column.
        what: &'static str,
        /// What is wrong with it.
        reason: String,
    },
    /// The database file cannot be opened and written.
    #[error(
        "the database {what} cannot be opened: {source}. Look at the file and at the rights to it and its folder, \
         or at the server that --database-url names"
    )]
    Open {
        /// The database file, or its URL without the password.
        what: String,
        /// Why.
        source: sqlx::Error,
    },
    /// The data folder belongs to a later version of the program.
    #[error(
        "{what} has schema version {found}, this program knows {known}: \
         start the newer fieldproof that wrote it, or restore the copy made before its migration"
    )]
    SchemaTooNew {
        /// The database.
        what: String,
        /// Its version.
        found: i64,
        /// The newest version this program knows.
        known: i64,
    },
    /// `--database-url` is none.
    #[error("--database-url cannot be used: {reason}. Write postgres://user:password@host:5432/database")]
    DatabaseUrl {
        /// Why; without the URL, which may hold a password.
        reason: String,
    },
    /// `--blob-url` names no blob store.
    #[error("--blob-url {url} cannot be used: {reason}. Write file:///folder, s3://bucket/prefix, gs://… or az://…")]
    BlobUrl {
        /// The URL.
        url: String,
        /// Why.
        reason: String,
    },
    /// The data folder cannot be used.
    #[error(
        "the data folder cannot be used: {path}: {source}. Give it to the user that runs fieldproof, or choose another"
    )]
    Folder {
        /// The folder or file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
}

impl StoreError {
    pub(crate) fn unexpected(what: &'static str, reason: impl std::fmt::Display) -> Self {
        Self::Unexpected { what, reason: reason.to_string() }
    }

    /// Whether an insert broke a UNIQUE constraint: somebody else was first.
    pub fn is_unique_violation(&self) -> bool {
        matches!(self, Self::Database(sqlx::Error::Database(error)) if error.is_unique_violation())
    }
}
