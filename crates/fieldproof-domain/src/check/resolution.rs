//! Check 4, Resolution.

use super::{Check, Evidence, Level, Problem, Reading, Wanted};

/// Too small when the shorter side has fewer pixels than `min_short_side`.
#[derive(Clone, Debug, PartialEq)]
pub struct ResolutionSettings {
    /// What a small photo means.
    pub level: Level,
    /// Pixels.
    pub min_short_side: u32,
}

impl Default for ResolutionSettings {
    fn default() -> Self {
        Self { level: Level::Off, min_short_side: 480 }
    }
}

pub(super) fn readings(evidence: &Evidence<'_>, settings: &ResolutionSettings) -> Vec<Reading> {
    let measures = evidence.measures;
    let value = f64::from(measures.width.min(measures.height));
    let wanted = Wanted::AtLeast(f64::from(settings.min_short_side));
    let check = (Check::Resolution, settings.level);
    vec![Reading::of_number(check, "shorter side", Some(value), wanted, Problem::TooSmall)]
}
