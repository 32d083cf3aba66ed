//! How strict a task group is about each check, with the defaults that hold for most photos.

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

/// The checks of one task group. A check that is not named is off.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CheckSettings {
    /// Check 1.
    pub blur: BlurSettings,
    /// Check 2.
    pub brightness: BrightnessSettings,
    /// Check 3.
    pub duplicate: DuplicateSettings,
    /// Check 4.
    pub resolution: ResolutionSettings,
}

/// Check 1: blurred when the sharpness is under `min_sharpness`.
#[derive(Clone, Debug, PartialEq)]
pub struct BlurSettings {
    /// What a blurred photo means.
    pub level: Level,
    /// In the unit of [`crate::observation::PhotoMeasures::sharpness`].
    pub min_sharpness: f64,
}

/// Check 2: too dark when the mean luma is under `min`, too bright when over `max`.
#[derive(Clone, Debug, PartialEq)]
pub struct BrightnessSettings {
    /// What a photo outside the range means.
    pub level: Level,
    /// Mean luma, 0..=255.
    pub min: f64,
    /// Mean luma, 0..=255.
    pub max: f64,
}

/// Check 3: a duplicate when an earlier photo of the site differs in at most `max_distance` of 256 bits.
#[derive(Clone, Debug, PartialEq)]
pub struct DuplicateSettings {
    /// What a duplicate means.
    pub level: Level,
    /// Bits, 0..=256.
    pub max_distance: u32,
    /// Task groups whose photos may be shown again here.
    pub ignore_groups: Vec<String>,
}

/// Check 4: too small when the shorter side has fewer pixels than `min_short_side`.
#[derive(Clone, Debug, PartialEq)]
pub struct ResolutionSettings {
    /// What a small photo means.
    pub level: Level,
    /// Pixels.
    pub min_short_side: u32,
}

impl Default for BlurSettings {
    fn default() -> Self {
        Self { level: Level::Off, min_sharpness: 34.0 }
    }
}

impl Default for BrightnessSettings {
    fn default() -> Self {
        Self { level: Level::Off, min: 40.0, max: 220.0 }
    }
}

impl Default for DuplicateSettings {
    fn default() -> Self {
        Self { level: Level::Off, max_distance: 24, ignore_groups: Vec::new() }
    }
}

impl Default for ResolutionSettings {
    fn default() -> Self {
        Self { level: Level::Off, min_short_side: 480 }
    }
}
