//! Zips: stored and deflated, zip64 included, with the directory as the only truth.
//!
//! The library finds the directory and reads its records one by one into one buffer. It checks neither that entries are
//! apart nor that the two headers of an entry agree, and leaves unpacking to others; that is done here.

mod content;
mod name;
mod record;
mod survey;

use crate::{
    ArchiveError, EntryProblem, Limits,
    source::{Source, unreadable},
    walk::{Found, Walk, path_of},
};
use content::Located;
use rawzip::{ErrorKind, MAX_CENTRAL_DIRECTORY_RECORD_SIZE, ZipArchive, ZipEntries, ZipFileHeaderRecord, ZipLocator};
use record::{Method, Offsets, is_folder, problem};
use survey::Survey;

/// The end record is looked for so far from the end: its own length, and that of the longest comment.
const END_RECORD: u64 = 22 + 0xFFFF;
/// The directory is read in pieces of this size, far away from the contents. It must hold any one record.
const DIRECTORY_BUFFER: usize = 256 * 1024;
const _: () = assert!(DIRECTORY_BUFFER >= MAX_CENTRAL_DIRECTORY_RECORD_SIZE);

/// A zip whose directory has been judged.
pub(crate) struct Zip {
    archive: ZipArchive<Source>,
    survey: Survey,
}

impl Zip {
    /// What the directory is read into.
    pub(crate) fn buffer() -> Vec<u8> {
        vec![0; DIRECTORY_BUFFER]
    }

    pub(crate) fn open(source: Source, buffer: &mut [u8], limits: &Limits) -> Result<Self, ArchiveError> {
        let bytes = source.bytes();
        let located = ZipLocator::new().max_search_space(END_RECORD).locate_in_reader(source, buffer, bytes);
        let archive = located.map_err(|(_, error)| broken(error))?;
        let survey = Survey::new(&archive, buffer, limits)?;
        Ok(Self { archive, survey })
    }

    /// Entries that are no folders.
    pub(crate) fn files(&self) -> u64 {
        self.survey.files
    }
}

/// Goes through the directory of a zip.
pub(crate) struct ZipWalk<'a> {
    zip: &'a Zip,
    records: ZipEntries<'a, 'a, Source>,
    offsets: Offsets,
    limits: Limits,
    /// The entry at hand, if it can be read.
    current: Option<Located>,
}

impl<'a> ZipWalk<'a> {
    pub(crate) fn new(zip: &'a Zip, buffer: &'a mut [u8], limits: Limits) -> Self {
        let records = zip.archive.entries(buffer);
        Self { zip, records, offsets: Offsets::default(), limits, current: None }
    }
}

impl Walk for ZipWalk<'_> {
    fn next_found(&mut self) -> Result<Option<Found>, ArchiveError> {
        while let Some(record) = self.records.next_entry().map_err(broken)? {
            let offset = self.offsets.next(&record);
            if !is_folder(&record) {
                let problem = problem(&record, &self.limits);
                self.current = locate(&record, offset, &self.zip.survey);
                let name = name::decode(record.file_path().as_bytes(), record.flags().is_utf8());
                let path = path_of(&name, &self.limits);
                return Ok(Some(Found { name, path, bytes: record.uncompressed_size_hint(), problem }));
            }
        }
        Ok(None)
    }

    fn content(&mut self, bytes: u64) -> Result<Result<Vec<u8>, EntryProblem>, ArchiveError> {
        match self.current.take() {
            Some(located) => located.read(self.zip.archive.get_ref(), bytes),
            None => Ok(Err(EntryProblem::Damaged)),
        }
    }
}

/// Where the content is; `None` of one that cannot be unpacked.
fn locate(record: &ZipFileHeaderRecord<'_>, offset: u64, survey: &Survey) -> Option<Located> {
    let behind = survey.starts.partition_point(|start| *start <= offset);
    Some(Located {
        name: record.file_path().as_bytes().to_vec(),
        offset,
        method: Method::of(record.compression_method())?,
        packed: record.compressed_size_hint(),
        crc: record.crc32(),
        limit: survey.starts.get(behind).copied().unwrap_or(survey.directory),
    })
}

/// What an error of the library means for the archive.
fn broken(error: rawzip::Error) -> ArchiveError {
    match error.into_kind() {
        ErrorKind::IO(error) => unreadable(&error).unwrap_or(ArchiveError::Truncated { cut: None }),
        ErrorKind::MissingEndOfCentralDirectory | ErrorKind::Eof => ArchiveError::Truncated { cut: None },
        _ => ArchiveError::damaged("its directory is not in order"),
    }
}
