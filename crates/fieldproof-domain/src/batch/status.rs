//! Where a batch and each of its parts stand.

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident $word:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum $name {
            $($(#[$vdoc])* $variant,)*
        }

        impl $name {
            /// Every value.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The word on the wire and in the database.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)*
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = String;

            fn from_str(word: &str) -> Result<Self, String> {
                let known = || Self::ALL.iter().map(|value| value.as_str()).collect::<Vec<_>>().join(", ");
                let found = Self::ALL.iter().copied().find(|value| value.as_str() == word);
                found.ok_or_else(|| format!("'{word}' is none of {}", known()))
            }
        }
    };
}

words! {
    /// Where a batch stands.
    Status {
        /// Made; nothing of its archive has come.
        Created "created",
        /// A part of its archive is there.
        Uploading "uploading",
        /// The archive is there; nobody has begun with it.
        Queued "queued",
        /// The archive is being unpacked, or its photos analysed.
        Processing "processing",
        /// Every work order is there, and nothing went wrong.
        Done "done",
        /// Finished; the error file says what went wrong where.
        DoneWithErrors "done_with_errors",
        /// The archive as a whole cannot be used, or did not come in time.
        Failed "failed",
        /// A person ended it.
        Cancelled "cancelled",
    }
}

impl Status {
    /// Whether nothing more will happen by itself.
    pub fn is_final(self) -> bool {
        matches!(self, Self::Done | Self::DoneWithErrors | Self::Failed | Self::Cancelled)
    }

    /// Whether more of the archive is awaited.
    pub fn takes_bytes(self) -> bool {
        matches!(self, Self::Created | Self::Uploading)
    }
}

words! {
    /// What becomes of a work order for which there is one of the same name on the site.
    OnExisting {
        /// It is passed over, and a line of the error file says so.
        Skip "skip",
        /// Its photos are added to the newest of that name.
        Append "append",
        /// It counts as failed.
        Fail "fail",
    }
}

words! {
    /// Where a work order or photo of a batch stands.
    UnitState {
        /// Its turn has not come.
        Waiting "waiting",
        /// All is well with it.
        Done "done",
        /// The error file says what went wrong.
        Failed "failed",
        /// There was a work order of that name already.
        Skipped "skipped",
        /// The batch was cancelled before its turn.
        Cancelled "cancelled",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_read_as_they_are_written() {
        for status in Status::ALL {
            assert_eq!(status.as_str().parse(), Ok(*status));
            assert!(!(status.is_final() && status.takes_bytes()), "{status}");
        }
        assert_eq!("append".parse(), Ok(OnExisting::Append));
        assert_eq!("replace".parse::<OnExisting>(), Err("'replace' is none of skip, append, fail".to_owned()));
    }
}
