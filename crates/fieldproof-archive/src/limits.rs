//! How much an archive may ask for.

const MIB: u64 = 1024 * 1024;
const GIB: u64 = 1024 * MIB;

/// What an archive and its entries are held to.
///
/// Memory follows from them: [`Limits::entry_bytes`] for the entry that is read, about 30 bytes for each of
/// [`Limits::entries`], and less than 10 MiB beside that, of which 8 are the window of a zstd stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The archive itself, in bytes. Over it the archive is refused. Default 100 GiB.
    pub archive_bytes: u64,
    /// Entries, folders and bad ones included. Over it the archive is refused: a zip before anything is unpacked, a
    /// tar when it is reached. Default 200,000.
    pub entries: u64,
    /// One entry, unpacked, in bytes. A larger one is a bad entry and is never read. Default 8 MiB.
    pub entry_bytes: u64,
    /// All that is unpacked, in bytes. Of a zip the sizes that its directory promises count, except those of entries that
    /// are too large to be read; of a tar every byte that passes, its headers included. Over it the archive is refused.
    /// Default 200 GiB.
    pub unpacked_bytes: u64,
    /// Of an entry of a zip; over it the entry is bad. Default 100, for entries of more than 1 MiB. (Entries of a tar
    /// are packed together, so they have none of their own.)
    pub entry_ratio: Ratio,
    /// Of the whole archive; over it the archive is refused. Default 50, when more than 64 MiB are unpacked.
    pub archive_ratio: Ratio,
    /// Names in a path, the file's own included. Deeper ones are bad entries. Default 16.
    pub path_depth: usize,
    /// Bytes of a path in UTF-8. Longer ones are bad entries. Default 1024.
    pub path_bytes: usize,
}

/// How many times larger than packed something may be unpacked. Photos hardly shrink at all when they are packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ratio {
    /// Unpacked bytes for each packed byte.
    pub max: u64,
    /// Unpacked bytes up to which any ratio is taken: little that packs well is no attack.
    pub from: u64,
}

impl Ratio {
    pub(crate) fn is_exceeded(self, packed: u64, unpacked: u64) -> bool {
        unpacked > self.from && unpacked > packed.saturating_mul(self.max)
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            archive_bytes: 100 * GIB,
            entries: 200_000,
            entry_bytes: 8 * MIB,
            unpacked_bytes: 200 * GIB,
            entry_ratio: Ratio { max: 100, from: MIB },
            archive_ratio: Ratio { max: 50, from: 64 * MIB },
            path_depth: 16,
            path_bytes: 1024,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case::exactly(10, 1000, false)]
    #[case::over(10, 1001, true)]
    #[case::little(0, 100, false)]
    #[case::from_nothing(0, 101, true)]
    #[case::no_overflow(u64::MAX, u64::MAX, false)]
    fn ratios(#[case] packed: u64, #[case] unpacked: u64, #[case] exceeded: bool) {
        assert_eq!(Ratio { max: 100, from: 100 }.is_exceeded(packed, unpacked), exceeded);
    }
}
