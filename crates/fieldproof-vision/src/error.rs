//! What can be wrong with a photo and with a model, in words for the person who sent it.

use thiserror::Error;

/// Why bytes are not a photo that can be judged. `Display` is the message for the user of the API.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum PhotoError {
    /// No bytes at all.
    #[error("the photo is empty: it has no bytes")]
    Empty,
    /// Not an image.
    #[error("this is not a photo: expected JPEG, PNG or WebP, found {found}")]
    NotAPhoto {
        /// What the content looks like.
        found: &'static str,
    },
    /// An image, but of a kind that is not read here.
    #[error("{what} cannot be read: {advice}")]
    Unsupported {
        /// The kind, in the plural.
        what: &'static str,
        /// What to do.
        advice: &'static str,
    },
    /// More pixels than [`crate::Limits::max_pixels`].
    #[error("the photo has {width} x {height} pixels, more than the {max} that are allowed: send it scaled down")]
    TooManyPixels {
        /// Pixels across, as stored.
        width: u32,
        /// Pixels down, as stored.
        height: u32,
        /// The limit on their product.
        max: u64,
    },
    /// Cut off or damaged.
    #[error("the photo is broken: {reason}; send the complete file again, or take the photo again")]
    Broken {
        /// What does not fit.
        reason: String,
    },
}

impl PhotoError {
    pub(crate) fn broken(reason: impl Into<String>) -> Self {
        Self::Broken { reason: reason.into() }
    }

    pub(crate) fn truncated() -> Self {
        Self::broken("the file ends before the picture does")
    }
}

/// Why a model cannot be used. `Display` is the message for the solution engineer who wrote the application.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ModelError {
    /// The bytes are no ONNX file that can be read.
    #[error("the file cannot be used: {reason}; export it as one ONNX file with the weights inside")]
    File {
        /// What is wrong with it.
        reason: String,
    },
    /// The model uses something that the engine lacks, or uses it in a wrong way.
    #[error("{engine} cannot load the model: {reason}")]
    Load {
        /// Name of the engine.
        engine: &'static str,
        /// What the engine says.
        reason: String,
    },
    /// A library that is no ONNX Runtime, or too old a one.
    #[error("{path} cannot be used as ONNX Runtime: {reason}")]
    Library {
        /// Where it is.
        path: String,
        /// What is wrong with it.
        reason: String,
    },
    /// `format` is not one of the formats of the kind.
    #[error("unknown format '{found}' for a {kind} model: known are {known}")]
    UnknownFormat {
        /// The model's kind.
        kind: &'static str,
        /// The given format.
        found: String,
        /// The known ones.
        known: String,
    },
    /// The description contradicts itself.
    #[error("the description of the model is wrong: {reason}")]
    Spec {
        /// What and where.
        reason: String,
    },
    /// The model wants another input than its description says.
    #[error("the model's input does not fit: expected {expected}, found {found}")]
    Input {
        /// What the description promises.
        expected: String,
        /// What the model declares.
        found: String,
    },
    /// The model gives another output than its kind, format and labels need.
    #[error("the model's output does not fit: expected {expected}, found {found}")]
    Output {
        /// What is needed.
        expected: String,
        /// What the model gave.
        found: String,
    },
    /// The model stopped while it ran.
    #[error("the model failed while running: {reason}")]
    Run {
        /// What the engine says.
        reason: String,
    },
}
