//! The content of one entry of a zip, checked against both its headers.

use super::record::{LOCAL_HEADER, Method};
use crate::{
    ArchiveError, EntryProblem,
    source::{Section, Source, unreadable},
};
use flate2::{Crc, read::DeflateDecoder};
use rawzip::{CompressionMethod, ReaderAt};
use std::io::{self, Read};

/// Among the flags of a local header.
const ENCRYPTED: u8 = 1;

/// An entry as the directory describes it, which is what counts. It is not encrypted.
pub(super) struct Located {
    pub(super) name: Vec<u8>,
    pub(super) offset: u64,
    pub(super) method: Method,
    pub(super) packed: u64,
    pub(super) crc: u32,
    /// Where the next entry begins, or the directory.
    pub(super) limit: u64,
}

/// Either what is wrong with the entry, or with the archive.
enum Fault {
    Entry(EntryProblem),
    Archive(ArchiveError),
}

impl From<EntryProblem> for Fault {
    fn from(problem: EntryProblem) -> Self {
        Self::Entry(problem)
    }
}

impl From<io::Error> for Fault {
    fn from(error: io::Error) -> Self {
        unreadable(&error).map_or(Self::Entry(EntryProblem::Damaged), Self::Archive)
    }
}

impl Located {
    /// The content, which has `bytes` when unpacked.
    pub(super) fn read(&self, source: &Source, bytes: u64) -> Result<Result<Vec<u8>, EntryProblem>, ArchiveError> {
        match self.try_read(source, bytes) {
            Ok(content) => Ok(Ok(content)),
            Err(Fault::Entry(problem)) => Ok(Err(problem)),
            Err(Fault::Archive(error)) => Err(error),
        }
    }

    fn try_read(&self, source: &Source, bytes: u64) -> Result<Vec<u8>, Fault> {
        let packed = self.packed_content(source)?;
        let content = match self.method {
            Method::Stored => exactly(packed, bytes)?,
            Method::Deflated => {
                let mut decoder = DeflateDecoder::new(packed);
                let content = exactly(&mut decoder, bytes)?;
                // Something behind the end of the stream is no part of the content.
                if decoder.total_in() != self.packed {
                    return Err(EntryProblem::WrongSize { bytes }.into());
                }
                content
            }
        };
        let mut crc = Crc::new();
        crc.update(&content);
        if crc.sum() == self.crc { Ok(content) } else { Err(EntryProblem::WrongChecksum.into()) }
    }

    /// The packed content, behind the local header. That must speak of the same entry: programs that go by it would
    /// otherwise see another archive.
    fn packed_content<'a>(&self, source: &'a Source) -> Result<Section<'a>, Fault> {
        let mut header = [0; LOCAL_HEADER as usize];
        source.read_exact_at(&mut header, self.offset)?;
        let [b'P', b'K', 3, 4, _, _, flags, _, m0, m1, .., n0, n1, e0, e1] = header else {
            return Err(EntryProblem::ConflictingHeaders.into());
        };
        let (name_at, name_length) = (self.offset + LOCAL_HEADER, u16::from_le_bytes([n0, n1]));
        let start = name_at + u64::from(name_length) + u64::from(u16::from_le_bytes([e0, e1]));
        let agrees = usize::from(name_length) == self.name.len()
            && Method::of(CompressionMethod::new(u16::from_le_bytes([m0, m1]))) == Some(self.method)
            && flags & ENCRYPTED == 0
            && start.saturating_add(self.packed) <= self.limit
            && self.has_name_at(source, name_at)?;
        if agrees {
            Ok(source.section(start, start + self.packed))
        } else {
            Err(EntryProblem::ConflictingHeaders.into())
        }
    }

    fn has_name_at(&self, source: &Source, at: u64) -> io::Result<bool> {
        let mut name = vec![0; self.name.len()];
        source.read_exact_at(&mut name, at)?;
        Ok(name == self.name)
    }
}

/// All that `reader` gives, if that is as many bytes as promised.
fn exactly(mut reader: impl Read, bytes: u64) -> Result<Vec<u8>, Fault> {
    let wrong = EntryProblem::WrongSize { bytes };
    let mut content = Vec::with_capacity(usize::try_from(bytes).map_err(|_| wrong.clone())?);
    reader.by_ref().take(bytes).read_to_end(&mut content)?;
    let whole = content.len() as u64 == bytes && reader.read(&mut [0])? == 0;
    if whole { Ok(content) } else { Err(wrong.into()) }
}
