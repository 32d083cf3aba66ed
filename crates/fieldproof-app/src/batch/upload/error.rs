//! Why a request of an upload was not followed.

use std::time::Duration;

use fieldproof_domain::batch::{HashMismatch, Refusal};
use fieldproof_store::StoreError;

use crate::AppError;

/// Why a request of an upload was not followed. What was held stays held, unless it is said here.
#[derive(Debug, thiserror::Error)]
pub enum UploadError {
    /// There is no such batch, or the secret is not its own, which must look the same.
    #[error("there is no such upload")]
    NotFound,
    /// Nothing is taken at this address any more; the text says why and what to do.
    #[error("{0}")]
    Gone(String),
    /// The archive is complete, so its upload cannot be cancelled.
    #[error("the archive is complete")]
    Complete,
    /// The request does not fit what is held.
    #[error("{refusal}")]
    Refused {
        /// Why.
        refusal: Refusal,
        /// Bytes held.
        held: u64,
    },
    /// The body stopped coming.
    #[error("the body stopped coming")]
    Silent {
        /// Bytes held.
        held: u64,
    },
    /// All of the archive came, and it is another one than was meant: it was thrown away.
    #[error(transparent)]
    Mismatch(#[from] HashMismatch),
    /// Too many archives at once: nothing of the body was taken.
    #[error("too many archives at once")]
    Busy {
        /// When trying again is worth it.
        retry_after: Duration,
    },
    /// As everywhere.
    #[error(transparent)]
    App(#[from] AppError),
}

impl From<StoreError> for UploadError {
    fn from(error: StoreError) -> Self {
        Self::App(error.into())
    }
}
