//! Check 2, Brightness.

use super::{Check, Evidence, Level, Problem, Reading, Wanted};

/// A rim of less light is no light behind the subject: luma.
const BRIGHT_RIM: f64 = 160.0;

/// A middle in which there is less, as standard deviation of luma, is a dark door, not a subject in the dark.
const PLAIN: f64 = 6.0;

/// Too dark when the light is under `min_light`, too bright when more than `max_burnt` is burnt out, backlit when the middle
/// is under `min_middle` before a bright rim.
#[derive(Clone, Debug, PartialEq)]
pub struct BrightnessSettings {
    /// What a photo in bad light means.
    pub level: Level,
    /// Luma, 0..=255, as [`crate::observation::Exposure::light`].
    pub min_light: f64,
    /// Percent, as [`crate::observation::Exposure::burnt`].
    pub max_burnt: f64,
    /// Luma, 0..=255, as [`crate::observation::Exposure::middle`].
    pub min_middle: f64,
}

impl Default for BrightnessSettings {
    fn default() -> Self {
        Self { level: Level::Off, min_light: 40.0, max_burnt: 18.0, min_middle: 65.0 }
    }
}

/// The measure that tells what is too dark.
pub(super) const LIGHT: &str = "light";

pub(super) fn readings(evidence: &Evidence<'_>, settings: &BrightnessSettings) -> Vec<Reading> {
    let check = (Check::Brightness, settings.level);
    let exposure = evidence.measures.exposure;
    let number = |measure, value, wanted, problem| Reading::of_number(check, measure, value, wanted, problem);
    let is_before_light = exposure.rim >= BRIGHT_RIM && exposure.middle_spread >= PLAIN;
    let middle = is_before_light.then_some(exposure.middle);
    vec![
        number(LIGHT, Some(exposure.light), Wanted::AtLeast(settings.min_light), Problem::TooDark),
        number("burnt percent", Some(exposure.burnt), Wanted::AtMost(settings.max_burnt), Problem::TooBright),
        number("middle before light", middle, Wanted::AtLeast(settings.min_middle), Problem::Backlit),
    ]
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::{
        check::testing::{GOOD, Known},
        observation::{Exposure, PhotoMeasures},
    };

    #[rstest]
    #[case::good([120.0, 0.0, 120.0, 30.0, 120.0], None)]
    #[case::dark([30.0, 0.0, 20.0, 30.0, 20.0], Some(Problem::TooDark))]
    #[case::burnt([240.0, 60.0, 255.0, 30.0, 255.0], Some(Problem::TooBright))]
    #[case::before_a_window([150.0, 0.0, 40.0, 30.0, 220.0], Some(Problem::Backlit))]
    #[case::a_dark_thing_on_a_dull_day([90.0, 0.0, 40.0, 30.0, 120.0], None)]
    #[case::a_dark_door_in_a_white_wall([150.0, 0.0, 40.0, 3.0, 220.0], None)]
    fn light(#[case] exposure: [f64; 5], #[case] expected: Option<Problem>) {
        let [light, burnt, middle, middle_spread, rim] = exposure;
        let exposure = Exposure { light, burnt, middle, middle_spread, rim };
        let known = Known { measures: PhotoMeasures { exposure, ..GOOD }, ..Known::default() };
        let settings = BrightnessSettings { level: Level::Error, ..BrightnessSettings::default() };
        let found = readings(&known.evidence(), &settings).iter().find_map(Reading::finding);
        assert_eq!(found.map(|finding| finding.problem), expected);
    }
}
