//! What the readers of the formats have in common.

use crate::{ArchiveError, EntryPath, EntryProblem, Limits};

/// Goes through an archive from entry to entry.
pub(crate) trait Walk {
    /// The next entry that is no folder.
    fn next_found(&mut self) -> Result<Option<Found>, ArchiveError>;

    /// The content of the entry that was found last, which has `bytes` and is asked for once at most.
    fn content(&mut self, bytes: u64) -> Result<Result<Vec<u8>, EntryProblem>, ArchiveError>;
}

/// An entry as its headers describe it.
pub(crate) struct Found {
    /// In UTF-8, or the bytes that are in none.
    pub(crate) name: Vec<u8>,
    pub(crate) path: Result<EntryPath, EntryProblem>,
    /// Bytes when unpacked.
    pub(crate) bytes: u64,
    /// What the format finds wrong with it.
    pub(crate) problem: Option<EntryProblem>,
}

/// The path that `name` is.
pub(crate) fn path_of(name: &[u8], limits: &Limits) -> Result<EntryPath, EntryProblem> {
    let name = std::str::from_utf8(name).map_err(|_| EntryProblem::NotUtf8)?;
    EntryPath::read(name, limits)
}
