//! `X-Goog-Hash`: what a sender knows of the whole archive's checksums (contract section 4.3, after Google's protocol).

/// Checksums in Base64, without padding. Either may be missing; others than these two are passed over.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ObjectHash {
    crc32c: Option<String>,
    md5: Option<String>,
}

/// A checksum that is not as it was said to be. Its text is for the sender.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("The {name} of the archive is {found} here and {expected} by X-Goog-Hash")]
pub struct HashMismatch {
    /// Which checksum.
    pub name: &'static str,
    /// As the sender says, in Base64.
    pub expected: String,
    /// As it is, in Base64.
    pub found: String,
}

impl ObjectHash {
    /// Reads the header's values: `crc32c=…`, `md5=…` or both with a comma between them, in one header or several.
    ///
    /// # Errors
    /// A sentence for whoever sent it.
    pub fn read<'a>(headers: impl IntoIterator<Item = &'a str>) -> Result<Self, String> {
        let mut hash = Self::default();
        for entry in headers.into_iter().flat_map(|header| header.split(',')).map(str::trim) {
            // Behind the name: Base64 may end in '='.
            let Some((name, value)) = entry.split_once('=') else {
                if entry.is_empty() {
                    continue;
                }
                return Err("X-Goog-Hash cannot be read: write 'crc32c=' or 'md5=' and the checksum in Base64.".into());
            };
            let (place, name, length) = match name.trim().to_ascii_lowercase().as_str() {
                "crc32c" => (&mut hash.crc32c, "crc32c", 6),
                "md5" => (&mut hash.md5, "md5", 22),
                _ => continue,
            };
            let value = value.trim().trim_end_matches('=');
            if value.len() != length || !value.bytes().all(is_base64) {
                return Err(format!("The {name} of X-Goog-Hash cannot be read: write the checksum's bytes in Base64."));
            }
            if place.as_ref().is_some_and(|before| before != value) {
                return Err(format!("X-Goog-Hash holds two values for {name}: send one."));
            }
            *place = Some(value.to_owned());
        }
        Ok(hash)
    }

    /// Whether MD5 has to be known to [`ObjectHash::check`] it.
    pub fn needs_md5(&self) -> bool {
        self.md5.is_some()
    }

    /// Compares with the checksums that were found, in Base64.
    ///
    /// # Errors
    /// The first that differs; one that is needed and was not looked for differs.
    pub fn check(&self, crc32c: &str, md5: Option<&str>) -> Result<(), HashMismatch> {
        for (name, expected, found) in [("crc32c", &self.crc32c, Some(crc32c)), ("md5", &self.md5, md5)] {
            let found = found.unwrap_or_default();
            if let Some(expected) = expected.as_ref().filter(|expected| *expected != found.trim_end_matches('=')) {
                let padding = "=".repeat((4 - expected.len() % 4) % 4);
                return Err(HashMismatch { name, expected: format!("{expected}{padding}"), found: found.to_owned() });
            }
        }
        Ok(())
    }
}

fn is_base64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/')
}

#[cfg(test)]
mod tests {
    use super::*;

    const CRC: &str = "n03x6A==";
    const MD5: &str = "Ojk9c3dhfxgoKVVHYwFbHQ==";

    #[test]
    fn every_way_to_write_it() {
        let both = ObjectHash::read(["crc32c=n03x6A==,md5=Ojk9c3dhfxgoKVVHYwFbHQ=="]).unwrap();
        assert_eq!(both.check(CRC, Some(MD5)), Ok(()));
        for headers in [
            vec!["crc32c=n03x6A==", "md5=Ojk9c3dhfxgoKVVHYwFbHQ=="],
            vec![" CRC32C = n03x6A , , MD5=Ojk9c3dhfxgoKVVHYwFbHQ, sha512=whatever"],
            vec!["crc32c=n03x6A==,crc32c=n03x6A==", "md5=Ojk9c3dhfxgoKVVHYwFbHQ=="],
        ] {
            assert_eq!(ObjectHash::read(headers.clone()), Ok(both.clone()), "{headers:?}");
        }
        assert_eq!(ObjectHash::read([]).unwrap().check("x", None), Ok(()));
        assert_eq!(ObjectHash::read(["crc32c=n03x6A=="]).unwrap().check(CRC, Some("anything")), Ok(()));
    }

    #[test]
    fn malformed_ones_are_refused() {
        for header in
            ["crc32c", "crc32c=", "crc32c=n03x6", "crc32c=n03x6A55", "md5=n03x6A==", "crc32c=n03x6A==,crc32c=n03x6B=="]
        {
            let error = ObjectHash::read([header]).unwrap_err();
            assert!(error.contains("X-Goog-Hash") && error.ends_with('.'), "{header}: {error}");
        }
    }

    #[test]
    fn a_difference_is_told_with_both_sides() {
        let hash = ObjectHash::read(["md5=Ojk9c3dhfxgoKVVHYwFbHQ"]).unwrap();
        let error = hash.check(CRC, Some("1B2M2Y8AsgTpgAmY7PhCfg==")).unwrap_err();
        assert_eq!(
            error.to_string(),
            "The md5 of the archive is 1B2M2Y8AsgTpgAmY7PhCfg== here and Ojk9c3dhfxgoKVVHYwFbHQ== by X-Goog-Hash"
        );
    }
}
