//! One record of a zip's directory: what is needed of it, and what is wrong with it by itself.

use crate::{EntryProblem, Limits};
use rawzip::{CompressionMethod, ZipFileHeaderRecord};

/// The bytes that every local header has in front of the name.
pub(super) const LOCAL_HEADER: u64 = 30;

/// How an entry is packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Method {
    Stored,
    Deflated,
}

impl Method {
    pub(super) fn of(method: CompressionMethod) -> Option<Self> {
        match method {
            CompressionMethod::STORE => Some(Self::Stored),
            CompressionMethod::DEFLATE => Some(Self::Deflated),
            _ => None,
        }
    }
}

/// Whether a record is of a folder.
pub(super) fn is_folder(record: &ZipFileHeaderRecord<'_>) -> bool {
    record.is_dir() || file_type(record) == 0o040_000 && record.uncompressed_size_hint() == 0
}

/// The bits of a Unix mode that say what kind of file it is; 0 if the zip was not made on a system with modes.
fn file_type(record: &ZipFileHeaderRecord<'_>) -> u32 {
    record.mode().value() & 0o170_000
}

/// What the record alone says is wrong with the entry.
pub(super) fn problem(record: &ZipFileHeaderRecord<'_>, limits: &Limits) -> Option<EntryProblem> {
    const REGULAR: u32 = 0o100_000;
    const LINK: u32 = 0o120_000;
    match file_type(record) {
        0 | REGULAR => {}
        LINK => return Some(EntryProblem::Link),
        _ => return Some(EntryProblem::SpecialFile),
    }
    let flags = record.flags();
    let method = record.compression_method();
    if flags.is_encrypted() || flags.has_strong_encryption() || method == CompressionMethod::AES {
        return Some(EntryProblem::Encrypted);
    }
    let (packed, unpacked) = (record.compressed_size_hint(), record.uncompressed_size_hint());
    match Method::of(method) {
        None => Some(EntryProblem::UnsupportedMethod { method: method.to_string() }),
        // What is too large is told as that.
        Some(_) if unpacked > limits.entry_bytes => None,
        Some(Method::Stored) if packed != unpacked => Some(EntryProblem::WrongSize { bytes: unpacked }),
        Some(_) if limits.entry_ratio.is_exceeded(packed, unpacked) => {
            Some(EntryProblem::RatioTooHigh { max: limits.entry_ratio.max })
        }
        Some(_) => None,
    }
}

/// Where the entries of a zip begin.
///
/// The zips that macOS makes have the lower 32 bits of an offset alone, also when they are larger than 4 GiB. The library
/// then moves all of them by as many GiB as its directory lies too far back; so the first record gives it away. Their
/// entries lie in the order of the directory, so each begins at the first place behind the last that its bits allow.
#[derive(Default)]
pub(super) struct Offsets {
    wrapped: Option<bool>,
    behind: u64,
}

impl Offsets {
    /// The true offset of the next record's entry.
    pub(super) fn next(&mut self, record: &ZipFileHeaderRecord<'_>) -> u64 {
        const LOW: u64 = u32::MAX as u64;
        let given = record.local_header_offset();
        if !*self.wrapped.get_or_insert(given != 0 && given & LOW == 0) {
            return given;
        }
        let mut offset = self.behind & !LOW | given & LOW;
        if offset < self.behind {
            offset = offset.saturating_add(LOW + 1);
        }
        self.behind = end(offset, record.compressed_size_hint());
        offset
    }
}

/// The least that an entry at `offset` takes, as its end: its local header without a name, and its content.
pub(super) fn end(offset: u64, packed: u64) -> u64 {
    offset.saturating_add(LOCAL_HEADER).saturating_add(packed)
}
