//! What it means that a photo does not pass a check.

use serde::{Deserialize, Serialize};

/// What a check that is not passed means (contract section 3.2).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// The check does not run.
    #[default]
    Off,
    /// Told, never blocking.
    Information,
    /// Told; retaking is the worker's choice; level 2 runs.
    Warning,
    /// The photo must be retaken; level 2 does not run.
    Error,
}

impl Level {
    /// The word of the contract.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Information => "information",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}
