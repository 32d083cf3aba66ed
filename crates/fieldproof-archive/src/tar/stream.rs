//! The blocks of a tar, out of whatever they are packed in, counted against the limits.

use crate::{
    ArchiveError, Limits,
    source::{Section, Source, unreadable},
};
use flate2::read::MultiGzDecoder;
use std::io::{self, BufReader, Read};

/// The window that a zstd frame may need, as a power of two: 8 MiB, which is what level 19 takes.
const ZSTD_WINDOW_LOG: u32 = 23;
/// Thrown away at once when something is passed over.
const SCRATCH: usize = 32 * 1024;

/// How a tar is packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Packing {
    Plain,
    Gzip,
    Zstd,
}

/// A tar's bytes from front to back.
pub(crate) struct Stream<'a> {
    unpacker: Unpacker<'a>,
    /// Bytes that have come out.
    unpacked: u64,
    limits: Limits,
}

// Both decoders read whatever follows the end of a member or frame as another one.
enum Unpacker<'a> {
    Plain(Section<'a>),
    Gzip(Box<MultiGzDecoder<Section<'a>>>),
    Zstd(Box<zstd::Decoder<'static, BufReader<Section<'a>>>>),
}

impl<'a> Stream<'a> {
    pub(crate) fn new(source: &'a Source, packing: Packing, limits: Limits) -> Result<Self, ArchiveError> {
        let section = source.section(0, source.bytes());
        let unpacker = match packing {
            Packing::Plain => Unpacker::Plain(section),
            Packing::Gzip => Unpacker::Gzip(Box::new(MultiGzDecoder::new(section))),
            Packing::Zstd => Unpacker::Zstd(Box::new(zstd_decoder(section).map_err(|error| broken(&error))?)),
        };
        Ok(Self { unpacker, unpacked: 0, limits })
    }

    /// Fills `out` as far as there are bytes, and tells how far that is.
    pub(crate) fn fill(&mut self, out: &mut [u8]) -> Result<usize, ArchiveError> {
        let mut filled = 0;
        while let Some(rest) = out.get_mut(filled..).filter(|rest| !rest.is_empty()) {
            match self.read(rest)? {
                0 => break,
                read => filled += read,
            }
        }
        Ok(filled)
    }

    /// The next `bytes`, all of them. The caller has checked that they may be held in memory.
    pub(crate) fn take(&mut self, bytes: u64) -> Result<Vec<u8>, ArchiveError> {
        let mut taken = vec![0; usize::try_from(bytes).unwrap_or(usize::MAX)];
        let whole = self.fill(&mut taken)? == taken.len();
        if whole { Ok(taken) } else { Err(ArchiveError::Truncated { cut: None }) }
    }

    /// Passes over `bytes`.
    pub(crate) fn skip(&mut self, mut bytes: u64) -> Result<(), ArchiveError> {
        if let Unpacker::Plain(section) = &mut self.unpacker {
            let whole = section.skip(bytes);
            self.count(bytes)?;
            return if whole { Ok(()) } else { Err(ArchiveError::Truncated { cut: None }) };
        }
        let mut scratch = [0; SCRATCH];
        while bytes > 0 {
            let step = usize::try_from(bytes).unwrap_or(usize::MAX).min(SCRATCH);
            match self.read(scratch.get_mut(..step).unwrap_or_default())? {
                0 => return Err(ArchiveError::Truncated { cut: None }),
                read => bytes -= read as u64,
            }
        }
        Ok(())
    }

    fn read(&mut self, out: &mut [u8]) -> Result<usize, ArchiveError> {
        let read = match &mut self.unpacker {
            Unpacker::Plain(section) => section.read(out),
            Unpacker::Gzip(decoder) => decoder.read(out),
            Unpacker::Zstd(decoder) => decoder.read(out),
        };
        let read = read.map_err(|error| broken(&error))?;
        self.count(read as u64)?;
        Ok(read)
    }

    fn count(&mut self, bytes: u64) -> Result<(), ArchiveError> {
        self.unpacked = self.unpacked.saturating_add(bytes);
        if self.unpacked > self.limits.unpacked_bytes {
            return Err(ArchiveError::UnpackedTooLarge { max: self.limits.unpacked_bytes });
        }
        let ratio = self.limits.archive_ratio;
        match self.packed() {
            Some(packed) if ratio.is_exceeded(packed, self.unpacked) => {
                Err(ArchiveError::RatioTooHigh { max: ratio.max })
            }
            _ => Ok(()),
        }
    }

    /// Bytes that have gone into the decoder, and perhaps a buffer more; none where nothing is packed.
    fn packed(&self) -> Option<u64> {
        match &self.unpacker {
            Unpacker::Plain(_) => None,
            Unpacker::Gzip(decoder) => Some(decoder.get_ref().at()),
            Unpacker::Zstd(decoder) => Some(decoder.get_ref().get_ref().at()),
        }
    }
}

fn zstd_decoder(section: Section<'_>) -> io::Result<zstd::Decoder<'static, BufReader<Section<'_>>>> {
    let mut decoder = zstd::Decoder::new(section)?;
    decoder.window_log_max(ZSTD_WINDOW_LOG)?;
    Ok(decoder)
}

/// What an error of a decoder means.
fn broken(error: &io::Error) -> ArchiveError {
    if let Some(unreadable) = unreadable(error) {
        return unreadable;
    }
    // zstd gives its errors as text alone; a test holds this one.
    let text = error.to_string();
    match error.kind() {
        io::ErrorKind::UnexpectedEof => ArchiveError::Truncated { cut: None },
        _ if text.contains("too much memory") => ArchiveError::WindowTooLarge { max: 1 << ZSTD_WINDOW_LOG },
        _ => ArchiveError::damaged(format!("it cannot be unpacked ({text})")),
    }
}
