//! The checksums of an archive, as it comes.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use crc_fast::CrcAlgorithm::Crc32Iscsi;
use fieldproof_store::batches::Checksums;
use md5::{Digest as _, Md5};

/// The checksums of an archive's first bytes.
#[derive(Clone)]
pub(super) struct Digest {
    bytes: u64,
    crc32c: crc_fast::Digest,
    md5: Option<Md5>,
}

impl Digest {
    /// Of nothing yet. MD5 takes twenty times as long as CRC32C.
    pub(super) fn new(with_md5: bool) -> Self {
        Self { bytes: 0, crc32c: crc_fast::Digest::new(Crc32Iscsi), md5: with_md5.then(Md5::new) }
    }

    /// How many bytes it covers.
    pub(super) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Whether MD5 is among them.
    pub(super) fn has_md5(&self) -> bool {
        self.md5.is_some()
    }

    /// Covers the next bytes too: with MD5 that takes milliseconds for a piece, so not on a thread that others wait for.
    pub(super) fn update(&mut self, bytes: &[u8]) {
        self.bytes += bytes.len() as u64;
        self.crc32c.update(bytes);
        if let Some(md5) = &mut self.md5 {
            md5.update(bytes);
        }
    }

    /// In the form in which Google's protocol has them.
    pub(super) fn checksums(&self) -> Checksums {
        // A CRC of 32 bits is in the lower half.
        let [_, _, _, _, crc32c @ ..] = self.crc32c.finalize().to_be_bytes();
        let md5 = self.md5.as_ref().map(|md5| STANDARD.encode(md5.clone().finalize()));
        Checksums { crc32c: STANDARD.encode(crc32c), md5 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_checksums_in_any_pieces() {
        let of = |pieces: &[&[u8]]| {
            let mut digest = Digest::new(true);
            pieces.iter().for_each(|piece| digest.update(piece));
            (digest.bytes(), digest.checksums())
        };
        let sums = |crc32c: &str, md5: &str| Checksums { crc32c: crc32c.to_owned(), md5: Some(md5.to_owned()) };
        assert_eq!(of(&[]), (0, sums("AAAAAA==", "1B2M2Y8AsgTpgAmY7PhCfg==")));
        let expected = (9, sums("4waSgw==", "JfnnlDI7RTiF9RgfG2JNCw=="));
        assert_eq!(of(&[b"123456789"]), expected);
        assert_eq!(of(&[b"1", b"", b"2345", b"6789"]), expected);
        assert_eq!(Digest::new(false).checksums(), Checksums { crc32c: "AAAAAA==".to_owned(), md5: None });
    }
}
