//! The way through an archive, whatever its format.

use crate::{
    ArchiveError, BadEntry, Entry, EntryPath, EntryProblem, FileEntry, Format, Limits,
    seen::Seen,
    shown::shown,
    sniff::{self, Kind},
    source::{Source, unreadable},
    tar::{Packing, TarWalk, is_tar},
    walk::{Found, Walk},
    zip::{Zip, ZipWalk},
};
use rawzip::ReaderAt;
use std::io::{Read, Seek};

/// Enough to know any format by.
const BEGINNING: usize = 512;

/// An archive that has been opened: its format is known, and a zip's directory has been judged.
pub struct Archive {
    content: Content,
    limits: Limits,
}

// The directory's buffer is in the archive, so that entries can borrow from it.
enum Content {
    Zip { zip: Box<Zip>, buffer: Vec<u8> },
    Tar { source: Box<Source>, packing: Packing },
}

impl Archive {
    /// Opens the archive that `source` is, from its beginning to its end.
    ///
    /// A zip is judged by its end record and its directory before anything is unpacked. A tar can only be judged as it
    /// is read.
    ///
    /// # Errors
    /// It is none that can be read, or is known by now to be over a limit.
    pub fn open(source: impl Read + Seek + Send + 'static, limits: Limits) -> Result<Self, ArchiveError> {
        let failed = |error| unreadable(&error).unwrap_or_else(|| ArchiveError::damaged(error.to_string()));
        let source = Source::new(source).map_err(failed)?;
        let bytes = source.bytes();
        if bytes > limits.archive_bytes {
            return Err(ArchiveError::TooLarge { bytes, max: limits.archive_bytes });
        }
        let mut beginning = [0; BEGINNING];
        let length = BEGINNING.min(usize::try_from(bytes).unwrap_or(BEGINNING));
        let beginning = beginning.get_mut(..length).unwrap_or_default();
        source.read_exact_at(beginning, 0).map_err(failed)?;
        let content = match sniff::kind(beginning) {
            _ if bytes == 0 => return Err(ArchiveError::Empty),
            Some(Kind::Zip) => Content::zip(source, &limits)?,
            Some(Kind::SplitZip) => return Err(ArchiveError::Split),
            Some(Kind::Gzip) => Content::tar(source, Packing::Gzip, limits, "there is no tar in the gzip stream")?,
            Some(Kind::Zstd) => Content::tar(source, Packing::Zstd, limits, "there is no tar in the zstd stream")?,
            Some(Kind::Other(found)) => return Err(ArchiveError::UnknownFormat { found }),
            // The oldest tars have no magic, only a checksum.
            Some(Kind::Tar) | None => Content::tar(source, Packing::Plain, limits, "it begins as none of them does")?,
        };
        Ok(Self { content, limits })
    }

    /// What it is.
    pub fn format(&self) -> Format {
        match &self.content {
            Content::Zip { .. } => Format::Zip,
            Content::Tar { packing: Packing::Plain, .. } => Format::Tar,
            Content::Tar { packing: Packing::Gzip, .. } => Format::TarGz,
            Content::Tar { packing: Packing::Zstd, .. } => Format::TarZst,
        }
    }

    /// How many entries there are besides folders, bad ones included, if that is known before they are read: of a zip.
    pub fn files(&self) -> Option<u64> {
        match &self.content {
            Content::Zip { zip, .. } => Some(zip.files()),
            Content::Tar { .. } => None,
        }
    }

    /// The entries from the first on, in the order of a zip's directory, or of a tar.
    ///
    /// # Errors
    /// There is no memory for a decoder.
    pub fn entries(&mut self) -> Result<Entries<'_>, ArchiveError> {
        let limits = self.limits;
        let walk: Box<dyn Walk + '_> = match &mut self.content {
            Content::Zip { zip, buffer } => Box::new(ZipWalk::new(zip, buffer, limits)),
            Content::Tar { source, packing } => Box::new(TarWalk::new(source, *packing, limits)?),
        };
        Ok(Entries { walk, limits, seen: Seen::default(), any: false, failed: None })
    }
}

impl Content {
    fn zip(source: Source, limits: &Limits) -> Result<Self, ArchiveError> {
        let mut buffer = Zip::buffer();
        let zip = Box::new(Zip::open(source, &mut buffer, limits)?);
        Ok(Self::Zip { zip, buffer })
    }

    fn tar(source: Source, packing: Packing, limits: Limits, otherwise: &'static str) -> Result<Self, ArchiveError> {
        if !is_tar(&source, packing, limits)? {
            return Err(ArchiveError::UnknownFormat { found: otherwise });
        }
        Ok(Self::Tar { source: Box::new(source), packing })
    }
}

/// Hands out the entries of an [`Archive`], one after the other.
pub struct Entries<'a> {
    walk: Box<dyn Walk + 'a>,
    limits: Limits,
    seen: Seen,
    /// Something has been handed out.
    any: bool,
    /// The archive has ended with this.
    failed: Option<ArchiveError>,
}

impl Entries<'_> {
    /// The next file or bad entry; `None` after the last.
    ///
    /// # Errors
    /// The archive ends here, not well. What was handed out and read before is whole. The error comes again when asked
    /// again.
    pub fn next_entry(&mut self) -> Result<Option<Entry<'_>>, ArchiveError> {
        if let Some(error) = &self.failed {
            return Err(error.clone());
        }
        let found = match self.walk.next_found() {
            Ok(None) if !self.any => Err(ArchiveError::NoFiles),
            found => found,
        };
        let found = found.map_err(|error| self.failed.insert(error).clone())?;
        let Some(found) = found else { return Ok(None) };
        self.any = true;
        let bytes = found.bytes;
        Ok(Some(match self.judge(found) {
            Ok(path) => Entry::File(FileEntry::new(path, bytes, &mut *self.walk, &mut self.failed)),
            Err(bad) => Entry::Bad(bad),
        }))
    }

    /// The path of an entry that may be read.
    fn judge(&mut self, found: Found) -> Result<EntryPath, BadEntry> {
        let path = match found.path {
            Ok(path) => path,
            Err(problem) => return Err(BadEntry { name: shown(&found.name), path: None, problem }),
        };
        let max = self.limits.entry_bytes;
        let problem = if sniff::is_archive_name(path.file_name()) {
            Some(EntryProblem::NestedArchive)
        } else if found.problem.is_some() {
            found.problem
        } else if found.bytes > max {
            Some(EntryProblem::TooLarge { bytes: found.bytes, max })
        } else if !self.seen.is_new(&path) {
            Some(EntryProblem::DuplicateName)
        } else {
            None
        };
        match problem {
            Some(problem) => Err(BadEntry::at(path, problem)),
            None => Ok(path),
        }
    }
}
