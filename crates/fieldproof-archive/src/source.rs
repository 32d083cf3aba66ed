//! The bytes of an archive, read at any place.

use crate::ArchiveError;
use rawzip::ReaderAt;
use std::{
    cell::RefCell,
    error::Error,
    fmt,
    io::{self, Read, Seek, SeekFrom},
    sync::Arc,
};

/// Read from the source at once. Small reads that follow one another, headers above all, come out of it.
const BUFFER: usize = 64 * 1024;

trait Input: Read + Seek + Send {}

impl<T: Read + Seek + Send> Input for T {}

/// A source of known length. It is sought only where reading does not go on behind the last reading.
pub(crate) struct Source {
    reader: RefCell<Buffered>,
    bytes: u64,
}

struct Buffered {
    input: Box<dyn Input>,
    /// Where the input stands.
    at: u64,
    buffer: Box<[u8]>,
    /// Where the buffer begins in the input.
    start: u64,
    /// How far the buffer is filled.
    filled: usize,
    /// Once the input has failed it is not asked again: a library that takes an error for an answer would go on with
    /// half of the truth.
    failed: Option<Failure>,
}

impl Source {
    pub(crate) fn new(input: impl Read + Seek + Send + 'static) -> io::Result<Self> {
        let mut input: Box<dyn Input> = Box::new(input);
        let bytes = input.seek(SeekFrom::End(0)).map_err(|error| Failure(Arc::new(error)).into_error())?;
        let buffer = vec![0; BUFFER].into();
        let reader = Buffered { input, at: bytes, buffer, start: 0, filled: 0, failed: None };
        Ok(Self { reader: RefCell::new(reader), bytes })
    }

    /// The length of the archive.
    pub(crate) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Bytes from `at` to `end`, exclusive.
    pub(crate) fn section(&self, at: u64, end: u64) -> Section<'_> {
        Section { source: self, at, end }
    }
}

impl ReaderAt for Source {
    fn read_at(&self, out: &mut [u8], at: u64) -> io::Result<usize> {
        self.reader.borrow_mut().read_at(out, at)
    }
}

impl Buffered {
    fn read_at(&mut self, out: &mut [u8], at: u64) -> io::Result<usize> {
        if let Some(rest) = self.held(at) {
            return copy(rest, out);
        }
        if out.len() >= BUFFER && at == self.at {
            return self.read(out, at);
        }
        loop {
            // A small gap, such as padding, is read with what is behind it.
            let is_near = at.checked_sub(self.at).is_some_and(|gap| gap < BUFFER as u64);
            let read = self.fill(if is_near { self.at } else { at })?;
            if let Some(rest) = self.held(at) {
                return copy(rest, out);
            }
            if read == 0 {
                return Ok(0);
            }
        }
    }

    /// Fills the buffer with what is at `start`. An error leaves it empty.
    fn fill(&mut self, start: u64) -> io::Result<usize> {
        let mut buffer = std::mem::take(&mut self.buffer);
        let read = self.read(&mut buffer, start);
        self.buffer = buffer;
        self.start = start;
        self.filled = *read.as_ref().unwrap_or(&0);
        read
    }

    /// What the buffer has from `at` on, if that is something.
    fn held(&self, at: u64) -> Option<&[u8]> {
        let skip = usize::try_from(at.checked_sub(self.start)?).ok()?;
        self.buffer.get(skip..self.filled).filter(|rest| !rest.is_empty())
    }

    fn read(&mut self, out: &mut [u8], at: u64) -> io::Result<usize> {
        if let Some(failure) = &self.failed {
            return Err(failure.clone().into_error());
        }
        self.try_read(out, at).map_err(|error| self.failed.insert(Failure(Arc::new(error))).clone().into_error())
    }

    fn try_read(&mut self, out: &mut [u8], at: u64) -> io::Result<usize> {
        if self.at != at {
            self.at = self.input.seek(SeekFrom::Start(at))?;
        }
        loop {
            match self.input.read(out) {
                Ok(read) => {
                    self.at += read as u64;
                    return Ok(read);
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }
}

fn copy(from: &[u8], mut out: &mut [u8]) -> io::Result<usize> {
    io::Write::write(&mut out, from)
}

/// A stretch of the source, read from front to back.
pub(crate) struct Section<'a> {
    source: &'a Source,
    at: u64,
    end: u64,
}

impl Section<'_> {
    /// Where it stands, from the beginning of the source.
    pub(crate) fn at(&self) -> u64 {
        self.at
    }

    /// Passes over `bytes`, and tells whether there were as many.
    pub(crate) fn skip(&mut self, bytes: u64) -> bool {
        let there = bytes <= self.end.saturating_sub(self.at);
        self.at = if there { self.at + bytes } else { self.end };
        there
    }
}

impl Read for Section<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let left = usize::try_from(self.end.saturating_sub(self.at)).unwrap_or(usize::MAX);
        let length = out.len().min(left);
        let Some(out) = out.get_mut(..length).filter(|out| !out.is_empty()) else { return Ok(0) };
        let read = self.source.read_at(out, self.at)?;
        self.at += read as u64;
        Ok(read)
    }
}

/// Marks an error as the source's own, so that it can be told from what a decoder finds wrong with the bytes, through
/// any number of readers.
#[derive(Clone, Debug)]
struct Failure(Arc<io::Error>);

impl Failure {
    /// Of a kind that no reader acts upon.
    fn into_error(self) -> io::Error {
        io::Error::other(self)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Error for Failure {}

/// The archive's error that `error` is, if the source itself has failed.
pub(crate) fn unreadable(error: &io::Error) -> Option<ArchiveError> {
    let failure = error.get_ref()?.downcast_ref::<Failure>()?;
    Some(ArchiveError::Unreadable(Arc::clone(&failure.0)))
}
