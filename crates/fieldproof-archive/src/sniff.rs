//! Formats by their content, never by their name; and archives inside, by both.

use std::fmt;

/// What an archive is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// A zip, stored or deflated, zip64 included.
    Zip,
    /// A tar as it is.
    Tar,
    /// A tar in gzip, in one member or several.
    TarGz,
    /// A tar in zstd, in one frame or several.
    TarZst,
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Zip => "zip",
            Self::Tar => "tar",
            Self::TarGz => "tar.gz",
            Self::TarZst => "tar.zst",
        })
    }
}

/// What the first bytes of a file say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Zip,
    /// The first part of a zip in several files.
    SplitZip,
    Tar,
    Gzip,
    Zstd,
    /// An archive or a compressed file that is not read here.
    Other(&'static str),
}

/// Where the magic of a tar is in its header.
const USTAR_AT: usize = 257;

const BEGINNINGS: &[(&[u8], Kind)] = &[
    (b"PK\x03\x04", Kind::Zip),
    (b"PK\x05\x06", Kind::Zip),
    (b"PK\x07\x08", Kind::SplitZip),
    (b"\x1F\x8B\x08", Kind::Gzip),
    (b"\x28\xB5\x2F\xFD", Kind::Zstd),
    (b"7z\xBC\xAF\x27\x1C", Kind::Other("it is a 7z")),
    (b"Rar!\x1A\x07", Kind::Other("it is a rar")),
    (b"\xFD7zXZ\0", Kind::Other("it is packed with xz")),
    (b"BZh", Kind::Other("it is packed with bzip2")),
];

const ENDINGS: &[&str] = &[".zip", ".tar", ".gz", ".tgz", ".zst", ".7z", ".rar"];

/// What `beginning` is the beginning of. Of a tar only the newer kinds with a magic are known; 512 bytes are needed.
pub(crate) fn kind(beginning: &[u8]) -> Option<Kind> {
    if let Some((_, kind)) = BEGINNINGS.iter().find(|(magic, _)| beginning.starts_with(magic)) {
        return Some(*kind);
    }
    // The frames that zstd passes over may come first.
    if let [0x50..=0x5F, 0x2A, 0x4D, 0x18, ..] = beginning {
        return Some(Kind::Zstd);
    }
    let magic = beginning.get(USTAR_AT..USTAR_AT + 5);
    (magic == Some(b"ustar")).then_some(Kind::Tar)
}

/// Whether a file of this name is an archive, or compressed.
pub(crate) fn is_archive_name(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ENDINGS.iter().any(|ending| name.ends_with(ending))
}

/// Whether a file with this content is an archive, or compressed.
pub(crate) fn is_archive(content: &[u8]) -> bool {
    kind(content).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("a.zip", true)]
    #[case("photos.TAR.GZ", true)]
    #[case("photos.Tgz", true)]
    #[case(".rar", true)]
    #[case("zip", false)]
    #[case("a.zip.jpg", false)]
    #[case("metadata.json", false)]
    fn names(#[case] name: &str, #[case] archive: bool) {
        assert_eq!(is_archive_name(name), archive);
    }

    #[rstest]
    #[case::zip(b"PK\x03\x04....", Some(Kind::Zip))]
    #[case::empty_zip(b"PK\x05\x06....", Some(Kind::Zip))]
    #[case::gzip(b"\x1F\x8B\x08\0", Some(Kind::Gzip))]
    #[case::zstd(b"\x28\xB5\x2F\xFD", Some(Kind::Zstd))]
    #[case::zstd_skippable(b"\x5A\x2A\x4D\x18\0\0\0\0", Some(Kind::Zstd))]
    #[case::seven(b"7z\xBC\xAF\x27\x1C", Some(Kind::Other("it is a 7z")))]
    #[case::jpeg(b"\xFF\xD8\xFF\xE0", None)]
    #[case::json(b"{\"a\": 1}", None)]
    #[case::short(b"P", None)]
    #[case::nothing(b"", None)]
    fn beginnings(#[case] bytes: &[u8], #[case] expected: Option<Kind>) {
        assert_eq!(kind(bytes), expected);
        assert_eq!(is_archive(bytes), expected.is_some());
    }

    #[test]
    fn a_tar_is_known_by_its_magic() {
        assert_eq!(kind(tar::Header::new_gnu().as_bytes()), Some(Kind::Tar));
        assert_eq!(kind(tar::Header::new_ustar().as_bytes()), Some(Kind::Tar));
        assert_eq!(kind(&[0; 512]), None);
    }
}
