//! Check 1, Blur.

use super::{Check, Evidence, Level, Problem, Reading, Wanted};

/// Blurred when the sharpness is under `min_sharpness`.
#[derive(Clone, Debug, PartialEq)]
pub struct BlurSettings {
    /// What a blurred photo means.
    pub level: Level,
    /// In the unit of [`crate::observation::PhotoMeasures::sharpness`].
    pub min_sharpness: f64,
}

impl Default for BlurSettings {
    fn default() -> Self {
        Self { level: Level::Off, min_sharpness: 37.0 }
    }
}

/// Less light, in luma: then a picture without anything in it is no wall but the dark.
const DARK: f64 = 40.0;

pub(super) fn readings(evidence: &Evidence<'_>, settings: &BlurSettings) -> Vec<Reading> {
    let measures = evidence.measures;
    // A plain wall has no edges that could be blurred.
    let is_plain = measures.sharpness == 0.0 && !measures.has_structure && measures.exposure.light >= DARK;
    let value = (!is_plain).then_some(measures.sharpness);
    let check = (Check::Blur, settings.level);
    vec![Reading::of_number(check, "sharpness", value, Wanted::AtLeast(settings.min_sharpness), Problem::Blurred)]
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
    #[case::sharp(80.0, true, 120.0, false)]
    #[case::soft(20.0, true, 120.0, true)]
    #[case::blurred_beyond_recognition(0.0, true, 120.0, true)]
    #[case::a_wall(0.0, false, 120.0, false)]
    #[case::the_dark(0.0, false, 5.0, true)]
    fn edges(#[case] sharpness: f64, #[case] has_structure: bool, #[case] light: f64, #[case] is_blurred: bool) {
        let exposure = Exposure { light, ..GOOD.exposure };
        let measures = PhotoMeasures { sharpness, has_structure, exposure, ..GOOD };
        let known = Known { measures, ..Known::default() };
        let settings = BlurSettings { level: Level::Error, ..BlurSettings::default() };
        assert_eq!(readings(&known.evidence(), &settings)[0].finding().is_some(), is_blurred);
    }
}
