//! What ends an archive, in words for the person who sent it.

use crate::{EntryPath, shown::shown};
use std::{fmt, io, sync::Arc};
use thiserror::Error;

/// Why an archive cannot be read, or not to its end. `Display` is a reason and what to do about it.
#[derive(Clone, Debug, Error)]
pub enum ArchiveError {
    /// No bytes at all.
    #[error("The archive is empty: it has no bytes. Send it again.")]
    Empty,
    /// None of the formats.
    #[error("This is not an archive that can be read: {found}. Send a zip, tar, tar.gz or tar.zst.")]
    UnknownFormat {
        /// What it is, as a clause.
        found: &'static str,
    },
    /// An archive, but with folders at most.
    #[error("The archive holds no files. Pack the folders of the work orders with their photos.")]
    NoFiles,
    /// A zip of archives, such as 42.zip.
    #[error(
        "The archive holds nothing but other archives. Unpack them and pack the folders of the work orders themselves."
    )]
    OnlyArchives,
    /// One part of a zip in several files.
    #[error("This is one part of a zip that was split. Pack it as one file.")]
    Split,
    /// Over [`crate::Limits::archive_bytes`].
    #[error("The archive has {bytes} bytes, more than the {max} that are allowed. Split it into several archives.")]
    TooLarge {
        /// Its size.
        bytes: u64,
        /// The limit.
        max: u64,
    },
    /// Over [`crate::Limits::entries`].
    #[error("The archive has more than {max} entries. Split it into several archives.")]
    TooManyEntries {
        /// The limit.
        max: u64,
    },
    /// Over [`crate::Limits::unpacked_bytes`].
    #[error("Unpacked, the archive has more than {max} bytes. Split it into several archives.")]
    UnpackedTooLarge {
        /// The limit.
        max: u64,
    },
    /// Over [`crate::Limits::archive_ratio`].
    #[error("The archive is more than {max} times larger unpacked than packed, which photos never are. Send photos.")]
    RatioTooHigh {
        /// The limit.
        max: u64,
    },
    /// Entries of a zip that share bytes: a bomb, or a broken archive.
    #[error("Entries of the archive overlap. Pack it again.")]
    OverlappingEntries,
    /// A zstd frame that needs more memory than is given.
    #[error(
        "The zstd stream needs a window of more than {max} bytes. Pack it with level 19 or less and without --long."
    )]
    WindowTooLarge {
        /// The limit.
        max: u64,
    },
    /// It ends before its end.
    #[error("The archive is cut off{}. Send all of it.", inside(cut))]
    Truncated {
        /// The entry that is not whole, if it has a name that could be read.
        cut: Option<EntryPath>,
    },
    /// It cannot be right.
    #[error("The archive is damaged{}: {reason}. Pack it again, or send it again.", inside(cut))]
    Damaged {
        /// What does not fit, as a clause.
        reason: String,
        /// The entry that is not whole, if it has a name that could be read.
        cut: Option<EntryPath>,
    },
    /// Where the archive is kept could not be read. It may be all right.
    #[error("The archive could not be read: {0}. Try again.")]
    Unreadable(#[source] Arc<io::Error>),
}

impl ArchiveError {
    /// A name for programs, which stays the same.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Empty => "empty_archive",
            Self::UnknownFormat { .. } => "unknown_format",
            Self::NoFiles => "no_files",
            Self::OnlyArchives => "only_archives",
            Self::Split => "split_archive",
            Self::TooLarge { .. } => "archive_too_large",
            Self::TooManyEntries { .. } => "too_many_entries",
            Self::UnpackedTooLarge { .. } => "unpacked_too_large",
            Self::RatioTooHigh { .. } => "archive_ratio_too_high",
            Self::OverlappingEntries => "overlapping_entries",
            Self::WindowTooLarge { .. } => "window_too_large",
            Self::Truncated { .. } => "archive_truncated",
            Self::Damaged { .. } => "archive_damaged",
            Self::Unreadable(_) => "archive_unreadable",
        }
    }

    /// The entry that the end of the archive has cut: what it belongs to is not complete. Entries before it are whole.
    pub fn cut(&self) -> Option<&EntryPath> {
        match self {
            Self::Truncated { cut } | Self::Damaged { cut, .. } => cut.as_ref(),
            _ => None,
        }
    }

    pub(crate) fn damaged(reason: impl Into<String>) -> Self {
        Self::Damaged { reason: reason.into(), cut: None }
    }

    /// The same, of an archive that ends inside of `path`.
    pub(crate) fn inside(self, path: Option<&EntryPath>) -> Self {
        match self {
            Self::Truncated { .. } => Self::Truncated { cut: path.cloned() },
            Self::Damaged { reason, .. } => Self::Damaged { reason, cut: path.cloned() },
            other => other,
        }
    }
}

/// Where an archive ends.
fn inside(cut: &Option<EntryPath>) -> impl fmt::Display {
    cut.as_ref().map(|path| format!(" in '{}'", shown(path.as_str().as_bytes()))).unwrap_or_default()
}
