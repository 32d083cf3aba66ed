//! What can be wrong with one entry, in words for the person who packed it.

use thiserror::Error;

/// Why one entry is not delivered. `Display` is a reason and what to do about it, without the entry's name.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum EntryProblem {
    /// `..` in the path.
    #[error(
        "The path leads out of the archive with '..'. Pack the folders of the work orders from inside their folder."
    )]
    ParentFolder,
    /// A slash or a drive letter at the beginning of the path.
    #[error("The path is absolute. Pack it relative to the folder that holds the work orders.")]
    AbsolutePath,
    /// A backslash in the path.
    #[error(
        "The path has a backslash. Pack it with a program that puts '/' between folders, and rename files with '\\'."
    )]
    Backslash,
    /// NUL, a line break or another control character in the path.
    #[error("The name has a control character. Rename the file.")]
    ControlCharacter,
    /// The name's bytes are in no encoding that is known here.
    #[error("The name is not in UTF-8. Pack it with a program that writes UTF-8, or use plain letters in names.")]
    NotUtf8,
    /// Nothing is left of the path without its dots and slashes.
    #[error("The entry has no name. Give the file a name.")]
    NoName,
    /// More bytes than [`crate::Limits::path_bytes`].
    #[error("The path is longer than {max} bytes. Use shorter names.")]
    PathTooLong {
        /// The limit.
        max: usize,
    },
    /// More names than [`crate::Limits::path_depth`].
    #[error("The path has more than {max} names. Put the folders of the work orders nearer to the top of the archive.")]
    PathTooDeep {
        /// The limit.
        max: usize,
    },
    /// A hard or a symbolic link.
    #[error("This is a link. Pack the file that it leads to.")]
    Link,
    /// A device, a pipe, a socket, or of a kind that is not known here.
    #[error("This is not a plain file. Leave it out.")]
    SpecialFile,
    /// A tar's way to leave out zeros.
    #[error("This is packed as a sparse file. Pack it again without the option --sparse.")]
    SparseFile,
    /// A tar's additional header is larger than it ever needs to be.
    #[error("The header of the entry is larger than {max} bytes. Pack it again without extended attributes.")]
    HeaderTooLarge {
        /// The limit, in bytes.
        max: u64,
    },
    /// The path came before, perhaps in other letter case.
    #[error(
        "The archive has an earlier file of this name, or of one that differs only in upper and lower case. Rename one."
    )]
    DuplicateName,
    /// An archive or compressed file, by its content or the end of its name.
    #[error("This is an archive inside the archive. Unpack it and pack its files themselves.")]
    NestedArchive,
    /// Needs a password.
    #[error("This is encrypted. Pack it without a password.")]
    Encrypted,
    /// Of a zip: neither stored nor deflated.
    #[error("This is compressed with the method {method}. Pack it with the method deflate, or stored.")]
    UnsupportedMethod {
        /// Number and, if known, name.
        method: String,
    },
    /// More bytes than [`crate::Limits::entry_bytes`].
    #[error("This has {bytes} bytes, more than the {max} that are allowed. Send a smaller file.")]
    TooLarge {
        /// Its size, unpacked, as the archive gives it.
        bytes: u64,
        /// The limit.
        max: u64,
    },
    /// Over [`crate::Limits::entry_ratio`].
    #[error("This is more than {max} times larger unpacked than packed, which no photo is. Leave it out.")]
    RatioTooHigh {
        /// The limit.
        max: u64,
    },
    /// Another size than the archive promises.
    #[error("The content has another size than the {bytes} bytes that the archive gives. Pack it again.")]
    WrongSize {
        /// The promise.
        bytes: u64,
    },
    /// Of a zip: another CRC-32 than the directory promises.
    #[error("The content is damaged: its checksum does not fit. Pack it again, or send the archive again.")]
    WrongChecksum,
    /// Of a zip: the two headers of an entry speak of different things.
    #[error("The archive says two different things about this entry. Pack it again.")]
    ConflictingHeaders,
    /// Of a zip: the entry cannot be unpacked.
    #[error("The content is damaged and cannot be unpacked. Pack it again, or send the archive again.")]
    Damaged,
}

impl EntryProblem {
    /// A name for programs, which stays the same.
    pub fn code(&self) -> &'static str {
        match self {
            Self::ParentFolder => "parent_folder",
            Self::AbsolutePath => "absolute_path",
            Self::Backslash => "backslash_in_path",
            Self::ControlCharacter => "control_character",
            Self::NotUtf8 => "name_not_utf8",
            Self::NoName => "no_name",
            Self::PathTooLong { .. } => "path_too_long",
            Self::PathTooDeep { .. } => "path_too_deep",
            Self::Link => "link",
            Self::SpecialFile => "special_file",
            Self::SparseFile => "sparse_file",
            Self::HeaderTooLarge { .. } => "header_too_large",
            Self::DuplicateName => "duplicate_name",
            Self::NestedArchive => "nested_archive",
            Self::Encrypted => "encrypted",
            Self::UnsupportedMethod { .. } => "unsupported_method",
            Self::TooLarge { .. } => "entry_too_large",
            Self::RatioTooHigh { .. } => "entry_ratio_too_high",
            Self::WrongSize { .. } => "wrong_size",
            Self::WrongChecksum => "wrong_checksum",
            Self::ConflictingHeaders => "conflicting_headers",
            Self::Damaged => "entry_damaged",
        }
    }
}
