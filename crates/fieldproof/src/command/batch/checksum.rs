//! CRC32C of an archive, computed from the bytes as they are sent.

use std::io::{self, Read, Seek, SeekFrom};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use crc_fast::{CrcAlgorithm, Digest};

/// Read at once.
const PIECE: usize = 256 * 1024;

/// The checksum of a file's first bytes.
pub(super) struct Checksum {
    digest: Digest,
    /// How many bytes.
    bytes: u64,
}

impl Checksum {
    /// Of no bytes.
    pub(super) fn new() -> Self {
        Self { digest: Digest::new(CrcAlgorithm::Crc32Iscsi), bytes: 0 }
    }

    /// Takes what follows of a piece that begins at `first`. A piece that begins too far on is left for
    /// [`Checksum::catch_up`].
    pub(super) fn take(&mut self, first: u64, piece: &[u8]) {
        let known = self.bytes.checked_sub(first).and_then(|known| usize::try_from(known).ok());
        if let Some(new) = known.and_then(|known| piece.get(known..)) {
            self.digest.update(new);
            self.bytes += new.len() as u64;
        }
    }

    /// Reads what is missing up to `end`. Blocks.
    ///
    /// # Errors
    /// The file cannot be read, or is shorter.
    pub(super) fn catch_up(&mut self, file: &mut (impl Read + Seek), end: u64) -> io::Result<()> {
        file.seek(SeekFrom::Start(self.bytes))?;
        let mut piece = vec![0; PIECE];
        while self.bytes < end {
            let length = usize::try_from(end - self.bytes).unwrap_or(PIECE).min(PIECE);
            let piece = piece.get_mut(..length).unwrap_or_default();
            file.read_exact(piece)?;
            self.take(self.bytes, piece);
        }
        Ok(())
    }

    /// As `X-Goog-Hash` has it: big-endian, in Base64.
    pub(super) fn base64(&self) -> String {
        let [_, _, _, _, crc @ ..] = self.digest.finalize().to_be_bytes();
        STANDARD.encode(crc)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    #[test]
    fn known_values() {
        assert_eq!(Checksum::new().base64(), "AAAAAA==");
        let mut checksum = Checksum::new();
        checksum.take(0, b"123456789");
        // 0xE3069283
        assert_eq!(checksum.base64(), "4waSgw==");
    }

    #[test]
    fn pieces_may_overlap_and_be_missing() {
        let content: Vec<u8> = (0..600_000_u32).map(|i| (i * 7 % 251) as u8).collect();
        let mut whole = Checksum::new();
        whole.take(0, &content);
        let mut checksum = Checksum::new();
        for (first, end) in [(0, 100), (50, 200), (50, 60), (300, 400), (200, 210), (599_000, 600_000)] {
            checksum.take(first as u64, &content[first..end]);
        }
        assert_eq!(checksum.bytes, 210);
        checksum.catch_up(&mut Cursor::new(&content), 600_000).unwrap();
        assert_eq!(checksum.base64(), whole.base64());
        checksum.catch_up(&mut Cursor::new(&content), 600_000).unwrap();
        assert_eq!(checksum.base64(), whole.base64());
        assert!(checksum.catch_up(&mut Cursor::new(&content), 600_001).is_err(), "the file is shorter");
    }
}
