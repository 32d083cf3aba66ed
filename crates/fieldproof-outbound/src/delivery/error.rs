//! What went wrong with a delivery, in words for who set it up.

use std::{error::Error, io};

/// What kind of trouble it is, for programs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// The settings cannot be used.
    Settings,
    /// An address that may not be dialled.
    Forbidden,
    /// No connection comes about.
    Unreachable,
    /// The place is not who it should be, or does not know who asks.
    Identity,
    /// A right is missing.
    Refused,
    /// The place that is named is not there.
    Missing,
    /// There is no room left.
    Full,
    /// It began well and broke off.
    Interrupted,
    /// It is there, and says: not now.
    Busy,
    /// The bytes to be delivered cannot be read: not the place's fault.
    Source,
}

impl Trouble {
    /// The word in answers.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Settings => "settings",
            Self::Forbidden => "forbidden_address",
            Self::Unreachable => "unreachable",
            Self::Identity => "identity",
            Self::Refused => "refused",
            Self::Missing => "missing",
            Self::Full => "full",
            Self::Interrupted => "interrupted",
            Self::Busy => "busy",
            Self::Source => "source",
        }
    }
}

/// A delivery that failed. Its text says what is wrong and what to do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct DeliveryError {
    /// The kind.
    pub trouble: Trouble,
    /// Whole sentences, without secrets.
    pub reason: String,
}

impl DeliveryError {
    /// A trouble in words.
    pub fn new(trouble: Trouble, reason: impl Into<String>) -> Self {
        Self { trouble, reason: reason.into() }
    }

    /// The bytes to be delivered cannot be read.
    pub(crate) fn source(error: &(dyn Error + Send + Sync)) -> Self {
        Self::new(Trouble::Source, format!("What is to be delivered cannot be read: {error}."))
    }

    /// What the operating system says of a file or connection, in front of which `what` says what was wanted.
    pub(crate) fn io(what: &str, error: &io::Error) -> Self {
        let (trouble, advice) = match error.kind() {
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
                (Trouble::Refused, "give the user that runs the server the right to write there")
            }
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => (Trouble::Full, "make room there"),
            io::ErrorKind::NotFound => (Trouble::Missing, "look whether the place is there"),
            _ => (Trouble::Interrupted, "look at the place"),
        };
        Self::new(trouble, format!("{what} failed: {error}; {advice}."))
    }
}

/// The first `E` in the chain of causes.
pub(crate) fn cause<'a, E: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a E> {
    crate::error::find(error)
}
