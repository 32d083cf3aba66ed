//! Check 6, Screen.

use super::{Check, Evidence, Level, Problem, Reading, Wanted};

/// A photo of a screen or of a print when its score is over `max_score`.
#[derive(Clone, Debug, PartialEq)]
pub struct ScreenSettings {
    /// What a photo of a screen means.
    pub level: Level,
    /// In the unit of [`crate::observation::PhotoMeasures::recapture`].
    pub max_score: f64,
}

impl Default for ScreenSettings {
    fn default() -> Self {
        Self { level: Level::Off, max_score: 0.5 }
    }
}

pub(super) fn readings(evidence: &Evidence<'_>, settings: &ScreenSettings) -> Vec<Reading> {
    let found = evidence.measures.recapture;
    let (value, region) = (found.map(|found| found.score), found.and_then(|found| found.region));
    let (check, wanted) = ((Check::Screen, settings.level), Wanted::AtMost(settings.max_score));
    vec![Reading::of_number(check, "score", value, wanted, Problem::Recaptured).at(region)]
}
