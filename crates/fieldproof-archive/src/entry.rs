//! What an archive is made of, as it is handed out.

use crate::{ArchiveError, EntryPath, EntryProblem, shown::shown, sniff, walk::Walk};
use std::fmt;

/// An entry of an archive. Folders are none.
#[derive(Debug)]
pub enum Entry<'e> {
    /// A file whose headers are in order; its content is still to be read.
    File(FileEntry<'e>),
    /// An entry that is not delivered.
    Bad(BadEntry),
}

/// An entry that is not delivered, to be reported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadEntry {
    /// The name as it can be shown: on one line and cut if it is long, with escapes for what cannot be shown.
    pub name: String,
    /// Its path, if there is nothing wrong with that: what it would have belonged to is not complete.
    pub path: Option<EntryPath>,
    /// What is wrong.
    pub problem: EntryProblem,
}

impl BadEntry {
    pub(crate) fn at(path: EntryPath, problem: EntryProblem) -> Self {
        Self { name: shown(path.as_str().as_bytes()), path: Some(path), problem }
    }
}

/// A file. Dropped without being read it is passed over.
pub struct FileEntry<'e> {
    path: EntryPath,
    bytes: u64,
    walk: &'e mut (dyn Walk + 'e),
    failed: &'e mut Option<ArchiveError>,
}

impl<'e> FileEntry<'e> {
    pub(crate) fn new(
        path: EntryPath,
        bytes: u64,
        walk: &'e mut (dyn Walk + 'e),
        failed: &'e mut Option<ArchiveError>,
    ) -> Self {
        Self { path, bytes, walk, failed }
    }

    /// Where it is in the archive. No other file of the archive has this path, in any letter case.
    pub fn path(&self) -> &EntryPath {
        &self.path
    }

    /// Its size unpacked, as the archive promises; within [`crate::Limits::entry_bytes`].
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Its whole content, of exactly [`FileEntry::bytes`] bytes; or that the entry turns out to be bad, and the next ones
    /// can still be read.
    ///
    /// # Errors
    /// The archive ends here: this entry is not whole.
    pub fn read(self) -> Result<Result<Vec<u8>, BadEntry>, ArchiveError> {
        let content = self.walk.content(self.bytes).map_err(|error| self.failed.insert(error).clone())?;
        Ok(match content {
            Ok(content) if sniff::is_archive(&content) => Err(BadEntry::at(self.path, EntryProblem::NestedArchive)),
            Ok(content) => Ok(content),
            Err(problem) => Err(BadEntry::at(self.path, problem)),
        })
    }
}

impl fmt::Debug for FileEntry<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FileEntry").field("path", &self.path).field("bytes", &self.bytes).finish_non_exhaustive()
    }
}
