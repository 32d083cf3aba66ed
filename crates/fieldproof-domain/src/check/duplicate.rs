//! Check 3, Duplicate.

use super::{Check, Level, Problem, Reading, Wanted};

/// A duplicate when an earlier photo of the site differs in at most `max_distance` of 256 bits.
#[derive(Clone, Debug, PartialEq)]
pub struct DuplicateSettings {
    /// What a duplicate means.
    pub level: Level,
    /// Bits, 0..=256.
    pub max_distance: u32,
    /// Task groups whose photos may be shown again here.
    pub ignore_groups: Vec<String>,
}

impl Default for DuplicateSettings {
    fn default() -> Self {
        Self { level: Level::Off, max_distance: 24, ignore_groups: Vec::new() }
    }
}

/// The closest earlier photo, as the caller found it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DuplicateMatch {
    /// Differing bits of the perceptual hash; 0 for the very same bytes.
    pub distance: u32,
}

pub(super) fn readings(closest: Option<DuplicateMatch>, settings: &DuplicateSettings) -> Vec<Reading> {
    let value = closest.map(|found| f64::from(found.distance));
    let wanted = Wanted::MoreThan(f64::from(settings.max_distance));
    let check = (Check::Duplicate, settings.level);
    vec![Reading::of_number(check, "differing bits", value, wanted, Problem::SeenBefore)]
}
