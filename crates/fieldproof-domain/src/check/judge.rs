//! Measures and settings in, findings out.

use super::{Check, CheckSettings, Level, Reading, readings};
use crate::observation::PhotoMeasures;

/// What exactly is wrong: decides the wording of the message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Problem {
    /// Check 1.
    Blurred,
    /// Check 2, under the range.
    TooDark,
    /// Check 2, over the range.
    TooBright,
    /// Check 3.
    SeenBefore,
    /// Check 4.
    TooSmall,
}

impl Problem {
    /// Every problem, for the database and for tests.
    pub const ALL: [Self; 5] = [Self::Blurred, Self::TooDark, Self::TooBright, Self::SeenBefore, Self::TooSmall];

    /// The check that finds it.
    pub fn check(self) -> Check {
        match self {
            Self::Blurred => Check::Blur,
            Self::TooDark | Self::TooBright => Check::Brightness,
            Self::SeenBefore => Check::Duplicate,
            Self::TooSmall => Check::Resolution,
        }
    }

    /// The stable word kept in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Blurred => "blurred",
            Self::TooDark => "too_dark",
            Self::TooBright => "too_bright",
            Self::SeenBefore => "seen_before",
            Self::TooSmall => "too_small",
        }
    }

    /// The problem kept as `word`.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|problem| problem.as_str() == word)
    }
}

/// A check that the photo did not pass: a `conformity_messages` entry of the contract (section 1.6).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Finding {
    /// What is wrong.
    pub problem: Problem,
    /// What it means here; never [`Level::Off`].
    pub level: Level,
    /// What was measured, in the check's unit.
    pub value: f64,
    /// The limit that was not kept, in the same unit.
    pub threshold: f64,
}

/// The closest earlier photo, as the caller found it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DuplicateMatch {
    /// Differing bits of the perceptual hash; 0 for the very same bytes.
    pub distance: u32,
}

/// Everything wrong with a photo at level 1, in the order of the checks' codes.
pub fn judge(photo: &PhotoMeasures, duplicate: Option<DuplicateMatch>, settings: &CheckSettings) -> Vec<Finding> {
    let told = readings(photo, duplicate, settings).into_iter().filter(|reading| reading.level != Level::Off);
    told.filter_map(finding).collect()
}

fn finding(reading: Reading) -> Option<Finding> {
    let (problem, threshold) = reading.broken?;
    Some(Finding { problem, level: reading.level, value: reading.value?, threshold })
}

/// Whether level 2 must not run: one error among any number of warnings is enough (contract section 3.2).
pub fn blocks(findings: &[Finding]) -> bool {
    findings.iter().any(|finding| finding.level == Level::Error)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(level: Level) -> CheckSettings {
        let mut settings = CheckSettings::default();
        settings.blur.level = level;
        settings.brightness.level = level;
        settings.duplicate.level = level;
        settings.resolution.level = level;
        settings
    }

    const GOOD: PhotoMeasures = PhotoMeasures { width: 1600, height: 1200, sharpness: 1e6, brightness: 120.0 };

    #[test]
    fn each_check_finds_its_own_problem_and_only_when_on() {
        let cases: [(PhotoMeasures, Option<u32>, &[Problem]); 7] = [
            (GOOD, None, &[]),
            (PhotoMeasures { sharpness: 0.0, ..GOOD }, None, &[Problem::Blurred]),
            (PhotoMeasures { brightness: 3.0, ..GOOD }, None, &[Problem::TooDark]),
            (PhotoMeasures { brightness: 250.0, ..GOOD }, None, &[Problem::TooBright]),
            (GOOD, Some(3), &[Problem::SeenBefore]),
            (GOOD, Some(200), &[]),
            (
                PhotoMeasures { width: 10, height: 4000, sharpness: 0.0, brightness: 0.0 },
                Some(0),
                &[Problem::TooDark, Problem::SeenBefore, Problem::TooSmall],
            ),
        ];
        for (photo, distance, expected) in cases {
            let duplicate = distance.map(|distance| DuplicateMatch { distance });
            let found: Vec<_> = judge(&photo, duplicate, &all(Level::Warning)).iter().map(|f| f.problem).collect();
            assert_eq!(found, expected);
            assert!(judge(&photo, duplicate, &CheckSettings::default()).is_empty());
        }
    }

    #[test]
    fn light_explains_blur_only_when_it_weighs_as_much() {
        let night = PhotoMeasures { sharpness: 0.0, brightness: 3.0, ..GOOD };
        for (blur, brightness, expected) in [
            (Level::Warning, Level::Error, &[Problem::TooDark][..]),
            (Level::Error, Level::Error, &[Problem::TooDark]),
            (Level::Error, Level::Warning, &[Problem::Blurred, Problem::TooDark]),
            (Level::Error, Level::Off, &[Problem::Blurred]),
            (Level::Off, Level::Off, &[]),
        ] {
            let mut settings = CheckSettings::default();
            settings.blur.level = blur;
            settings.brightness.level = brightness;
            let found: Vec<_> = judge(&night, None, &settings).iter().map(|f| f.problem).collect();
            assert_eq!(found, expected, "{blur:?} {brightness:?}");
        }
    }

    #[test]
    fn only_an_error_blocks() {
        let dark = PhotoMeasures { brightness: 3.0, ..GOOD };
        for (level, expected) in [(Level::Information, false), (Level::Warning, false), (Level::Error, true)] {
            assert_eq!(blocks(&judge(&dark, None, &all(level))), expected);
        }
    }
}
