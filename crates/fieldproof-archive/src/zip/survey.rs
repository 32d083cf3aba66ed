//! Judging a zip by its end record and its directory, before anything is unpacked.

use super::record::{Offsets, end, is_folder};
use crate::{ArchiveError, Limits, sniff, source::Source};
use rawzip::{ReaderAt, ZipArchive};

/// What is kept of the judgement.
pub(super) struct Survey {
    /// Where the entries begin, in ascending order.
    pub(super) starts: Vec<u64>,
    /// Where the directory begins, behind all entries.
    pub(super) directory: u64,
    /// Entries that are no folders.
    pub(super) files: u64,
}

/// What is counted on the way through the directory.
#[derive(Default)]
struct Counts {
    files: u64,
    /// Files that are archives by their name.
    archives: u64,
    /// What will be unpacked, bytes.
    unpacked: u64,
}

impl Survey {
    pub(super) fn new(zip: &ZipArchive<Source>, buffer: &mut [u8], limits: &Limits) -> Result<Self, ArchiveError> {
        check_disks(zip)?;
        let promised = zip.entries_hint();
        if promised > limits.entries {
            return Err(ArchiveError::TooManyEntries { max: limits.entries });
        }
        let mut counts = Counts::default();
        let mut extents = Vec::with_capacity(usize::try_from(promised).unwrap_or_default());
        let mut offsets = Offsets::default();
        let mut records = zip.entries(buffer);
        while let Some(record) = records.next_entry().map_err(super::broken)? {
            if extents.len() as u64 == limits.entries {
                return Err(ArchiveError::TooManyEntries { max: limits.entries });
            }
            extents.push((offsets.next(&record), record.compressed_size_hint()));
            if !is_folder(&record) {
                let name = record.file_path();
                counts.files += 1;
                counts.archives += u64::from(sniff::is_archive_name(&String::from_utf8_lossy(name.as_ref())));
                // A larger one is never unpacked; it may lie as it likes.
                if record.uncompressed_size_hint() <= limits.entry_bytes {
                    counts.unpacked = counts.unpacked.saturating_add(record.uncompressed_size_hint());
                }
            }
        }
        let count = extents.len() as u64;
        // Some programs write the lower 16 bits of the number alone.
        if count != promised && !(promised <= 0xFFFF && count & 0xFFFF == promised) {
            return Err(ArchiveError::damaged(format!("its end speaks of {promised} entries, and there are {count}")));
        }
        counts.judge(zip.get_ref().bytes(), limits)?;
        let directory = zip.directory_offset();
        Ok(Self { starts: starts(extents, directory)?, directory, files: counts.files })
    }
}

impl Counts {
    fn judge(&self, packed: u64, limits: &Limits) -> Result<(), ArchiveError> {
        if self.files == 0 {
            return Err(ArchiveError::NoFiles);
        }
        if self.archives == self.files {
            return Err(ArchiveError::OnlyArchives);
        }
        if self.unpacked > limits.unpacked_bytes {
            return Err(ArchiveError::UnpackedTooLarge { max: limits.unpacked_bytes });
        }
        if limits.archive_ratio.is_exceeded(packed, self.unpacked) {
            return Err(ArchiveError::RatioTooHigh { max: limits.archive_ratio.max });
        }
        Ok(())
    }
}

/// The beginnings of entries that share no byte. A local header's name and extra field are not known yet; reading an
/// entry looks at them.
fn starts(mut extents: Vec<(u64, u64)>, directory: u64) -> Result<Vec<u64>, ArchiveError> {
    extents.sort_unstable();
    let overlap = extents.windows(2).any(|pair| match pair {
        [(first, packed), (second, _)] => end(*first, *packed) > *second,
        _ => false,
    });
    if overlap {
        return Err(ArchiveError::OverlappingEntries);
    }
    // Data in front belongs to something else, of which this zip was the end: a truncated archive, for example.
    if extents.first().is_some_and(|(first, _)| *first != 0) {
        return Err(ArchiveError::damaged("it does not begin with its first entry"));
    }
    if extents.last().is_some_and(|(last, packed)| end(*last, *packed) > directory) {
        return Err(ArchiveError::damaged("an entry does not fit in front of the directory"));
    }
    Ok(extents.into_iter().map(|(start, _)| start).collect())
}

/// The library passes over the numbers of disks.
fn check_disks(zip: &ZipArchive<Source>) -> Result<(), ArchiveError> {
    const IN_END_RECORD: u64 = 4;
    // This disk's number, and that of the disk with the directory. All bits set: a larger record has it.
    let mut disks = [0; 4];
    let at = zip.eocd_offset().saturating_add(IN_END_RECORD);
    zip.get_ref().read_exact_at(&mut disks, at).map_err(|error| super::broken(error.into()))?;
    if disks.chunks(2).all(|disk| matches!(disk, [0, 0] | [0xFF, 0xFF])) { Ok(()) } else { Err(ArchiveError::Split) }
}
