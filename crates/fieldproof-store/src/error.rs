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
    /// Rows that cannot be copied as they are.
    #[error("rows of the table {table} cannot be copied: {reason}")]
    NotCopied {
        /// The table.
        table: String,
        /// Why.
        reason: String,
    },
    /// A file beside the database failed, such as one that keys are put aside in.
    #[error("a temporary file cannot be used: {0}. Look at the room that is left on its disk")]
    Aside(#[from] std::io::Error),
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

    /// A file of the folder with blobs failed.
    pub(crate) fn folder(error: std::io::Error) -> Self {
        Self::Blob(object_store::Error::Generic { store: "folder", source: Box::new(error) })
    }

    /// What the caller may hope for.
    pub fn condition(&self) -> Condition {
        match self {
            Self::Database(error) => of_database(error),
            Self::Blob(error) => of_blobs(error),
            _ => Condition::Broken,
        }
    }

    /// Whether an insert broke a UNIQUE constraint: somebody else was first.
    pub fn is_unique_violation(&self) -> bool {
        matches!(self, Self::Database(sqlx::Error::Database(error)) if error.is_unique_violation())
    }
}

/// What a failure of storage means for who asked. Nothing was changed in any case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Condition {
    /// There is no room left; somebody has to make some.
    Full,
    /// It does not answer, or takes no changes for now: trying again later helps, without a restart.
    Unavailable,
    /// Something that should not be.
    Broken,
}

fn of_database(error: &sqlx::Error) -> Condition {
    match error {
        sqlx::Error::Database(error) if error.try_downcast_ref::<sqlx::sqlite::SqliteError>().is_some() => {
            // The primary result code is the low byte of the extended one.
            match error.code().and_then(|code| code.parse::<u32>().ok()).map(|code| code & 0xff) {
                Some(13) => Condition::Full,
                // BUSY, LOCKED, READONLY, IOERR, CANTOPEN
                Some(5 | 6 | 8 | 10 | 14) => Condition::Unavailable,
                _ => Condition::Broken,
            }
        }
        sqlx::Error::Database(error) => match error.code().as_deref() {
            Some("53100") => Condition::Full,
            // A read-only standby, a deadlock or a conflict that a second try resolves; a database that lets nobody in.
            Some("25006" | "40001" | "40P01" | "55P03" | "55000" | "3D000") => Condition::Unavailable,
            // Lost connections, lack of resources, a server that is shut down or starts.
            Some(code) if ["08", "28", "53", "57", "58"].iter().any(|class| code.starts_with(class)) => {
                Condition::Unavailable
            }
            _ => Condition::Broken,
        },
        sqlx::Error::Io(_)
        | sqlx::Error::Tls(_)
        | sqlx::Error::Protocol(_)
        | sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::WorkerCrashed => Condition::Unavailable,
        _ => Condition::Broken,
    }
}

fn of_blobs(error: &object_store::Error) -> Condition {
    let mut source: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(error) = source {
        if let Some(io) = error.downcast_ref::<std::io::Error>() {
            return match io.kind() {
                std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => Condition::Full,
                _ => Condition::Unavailable,
            };
        }
        source = error.source();
    }
    match error {
        object_store::Error::Generic { .. } => Condition::Unavailable,
        _ => Condition::Broken,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn blob(error: std::io::Error) -> StoreError {
        StoreError::Blob(object_store::Error::Generic { store: "test", source: Box::new(error) })
    }

    #[test]
    fn a_full_disk_is_told_from_one_that_is_gone() {
        assert_eq!(blob(std::io::ErrorKind::StorageFull.into()).condition(), Condition::Full);
        assert_eq!(blob(std::io::ErrorKind::ReadOnlyFilesystem.into()).condition(), Condition::Unavailable);
        assert_eq!(StoreError::Database(sqlx::Error::PoolTimedOut).condition(), Condition::Unavailable);
        assert_eq!(StoreError::unexpected("users.email", "it is NULL").condition(), Condition::Broken);
    }
}
