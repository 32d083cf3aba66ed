//! Why a use case did not do what was asked.

use std::time::Duration;

use fieldproof_domain::policy::Forbidden;
use fieldproof_store::StoreError;
use indexmap::IndexMap;

/// What is wrong with each field of a request, in the order found; never empty when it is an error.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FieldErrors(pub IndexMap<String, Vec<String>>);

impl FieldErrors {
    /// One field with one message.
    pub fn one(field: &str, message: impl Into<String>) -> Self {
        let mut errors = Self::default();
        errors.add(field, message);
        errors
    }

    /// Adds a message to a field.
    pub fn add(&mut self, field: &str, message: impl Into<String>) {
        self.0.entry(field.to_owned()).or_default().push(message.into());
    }

    /// Adds what others found.
    pub fn extend(&mut self, other: Self) {
        for (field, messages) in other.0 {
            self.0.entry(field).or_default().extend(messages);
        }
    }

    /// `Ok` when nothing was added.
    pub fn into_result(self) -> Result<(), Self> {
        if self.0.is_empty() { Ok(()) } else { Err(self) }
    }
}

/// A thing that does not exist, or not for this caller, which must look the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Missing {
    /// No work order of that id on this site.
    WorkOrder,
    /// No such task on this work order.
    Task,
    /// No task group of that name.
    TaskGroup,
    /// No photo of that id on this work order.
    Photo,
    /// No photo or file behind this link.
    File,
    /// No batch of that id on this site.
    Batch,
    /// No export of that id on this site.
    Export,
}

/// Why a use case did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// The caller named something that is not there.
    #[error("{0:?} not found")]
    NotFound(Missing),
    /// The caller's role on the site does not allow it. Nothing was looked at, nothing was stored.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// The caller sent something that cannot be used. Nothing was stored.
    #[error("invalid request: {0:?}")]
    Invalid(FieldErrors),
    /// The field engineer has no account (contract section 10.3: its body differs by endpoint).
    #[error("there is no user with this email")]
    UnknownEngineer,
    /// As much of this is done already as can be done at once: nothing was done, try again.
    #[error("{reason}")]
    Busy {
        /// Of what there is too much, as a sentence without its end.
        reason: &'static str,
        /// When trying again is worth it.
        retry_after: Duration,
    },
    /// A repetition of the same request has taken over: nothing was done here.
    #[error("a repetition of the same request has taken over")]
    Overtaken,
    /// Storage failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Something that should not happen did; the text is for the log.
    #[error("{0}")]
    Internal(String),
}

impl AppError {
    /// One field with one message.
    pub fn field(field: &str, message: impl Into<String>) -> Self {
        Self::Invalid(FieldErrors::one(field, message))
    }
}

impl From<FieldErrors> for AppError {
    fn from(errors: FieldErrors) -> Self {
        Self::Invalid(errors)
    }
}
