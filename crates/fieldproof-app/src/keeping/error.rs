//! Why a backup, a restore or a move did not happen.

use std::path::{Path, PathBuf};

use fieldproof_store::StoreError;

/// Why a backup, a restore or a move did not happen: a sentence for the operator, with what to do.
#[derive(Debug, thiserror::Error)]
pub enum KeepingError {
    /// Rows or blobs could not be read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A file failed.
    #[error("{}: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The name of an archive says nothing about how it is packed.
    #[error("{} is no name for a backup: end it with .tar, .tar.gz or .tar.zst", .0.display())]
    Name(PathBuf),
    /// A backup is there already.
    #[error("{} is there already: choose another name, or remove it first", .0.display())]
    Taken(PathBuf),
    /// An archive is not as it was written.
    #[error("{} cannot be restored: {reason}. Take another backup", path.display())]
    Broken {
        /// The archive.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// An archive of another version of the program.
    #[error(
        "{} is of schema version {found}, made by fieldproof {program}; this program restores version {known} only. \
         Restore with fieldproof {program}, then start the program that you want on it",
        path.display()
    )]
    OtherSchema {
        /// The archive.
        path: PathBuf,
        /// Its schema version.
        found: i64,
        /// The one of this program.
        known: i64,
        /// The program that made it.
        program: String,
    },
    /// There is something at the target.
    #[error("{place} is not empty: {what}. Nothing was touched; give an empty place")]
    NotEmpty {
        /// The database or blob store.
        place: String,
        /// What is there.
        what: &'static str,
    },
    /// The lease ran out, so photos may be missing.
    #[error(
        "photos may have been erased while the backup was made, because it could not renew its hold on them in time. \
         Nothing was written: make the backup again"
    )]
    HoldLost,
    /// The source is in use.
    #[error("{place} has changed while it was read. Leave it alone, and stop every server on it, then try again")]
    Changed {
        /// The source.
        place: String,
    },
    /// The target does not hold what the source holds.
    #[error("the table {table} is not the same after the copy, which is a fault of fieldproof")]
    Differs {
        /// The table.
        table: String,
    },
    /// Something failed on the way.
    #[error("{source}. No row was written{left}")]
    Undone {
        /// Why.
        source: Box<KeepingError>,
        /// What is left at the target.
        left: String,
    },
}

impl KeepingError {
    /// For `map_err` on what is done with a file.
    pub(crate) fn file(path: &Path) -> impl Fn(std::io::Error) -> Self {
        move |source| Self::File { path: path.to_owned(), source }
    }

    pub(crate) fn broken(path: &Path, reason: impl Into<String>) -> Self {
        Self::Broken { path: path.to_owned(), reason: reason.into() }
    }
}
