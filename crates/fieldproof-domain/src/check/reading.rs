//! What the checks measure on a photo, whether or not it passes them.

use super::{Check, CheckSettings, DuplicateMatch, Level, Problem};
use crate::observation::PhotoMeasures;

/// What one check has measured.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Reading {
    /// Which check.
    pub check: Check,
    /// What it means here when the photo does not pass it.
    pub level: Level,
    /// In the check's unit; `None`: there was nothing to measure, such as no earlier photo that is anything like it.
    pub value: Option<f64>,
    /// Which values pass.
    pub wanted: Wanted,
    /// What is wrong, and the limit that was not kept; `None`: the photo passes.
    pub broken: Option<(Problem, f64)>,
}

/// Which values pass a check, in its unit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Wanted {
    /// This one and greater ones.
    AtLeast(f64),
    /// These two and those between them.
    Between(f64, f64),
    /// Only greater ones.
    MoreThan(f64),
}

/// What every check measures on a photo, in the order of their codes, also those that are off.
pub fn readings(photo: &PhotoMeasures, duplicate: Option<DuplicateMatch>, settings: &CheckSettings) -> Vec<Reading> {
    let light = brightness(photo, settings);
    // In the dark and in glare nothing can be sharp: the worker is told the cause, once.
    let light_explains = settings.brightness.level >= settings.blur.level && light.broken.is_some();
    let mut sharpness = blur(photo, settings);
    sharpness.broken = sharpness.broken.filter(|_| !light_explains);
    vec![sharpness, light, seen_before(duplicate, settings), resolution(photo, settings)]
}

fn blur(photo: &PhotoMeasures, settings: &CheckSettings) -> Reading {
    let (value, least) = (photo.sharpness, settings.blur.min_sharpness);
    Reading {
        check: Check::Blur,
        level: settings.blur.level,
        value: Some(value),
        wanted: Wanted::AtLeast(least),
        broken: (value < least).then_some((Problem::Blurred, least)),
    }
}

fn brightness(photo: &PhotoMeasures, settings: &CheckSettings) -> Reading {
    let (value, least, most) = (photo.brightness, settings.brightness.min, settings.brightness.max);
    let too_dark = (value < least).then_some((Problem::TooDark, least));
    let too_bright = (value > most).then_some((Problem::TooBright, most));
    Reading {
        check: Check::Brightness,
        level: settings.brightness.level,
        value: Some(value),
        wanted: Wanted::Between(least, most),
        broken: too_dark.or(too_bright),
    }
}

fn seen_before(duplicate: Option<DuplicateMatch>, settings: &CheckSettings) -> Reading {
    let value = duplicate.map(|found| f64::from(found.distance));
    let most_alike = f64::from(settings.duplicate.max_distance);
    Reading {
        check: Check::Duplicate,
        level: settings.duplicate.level,
        value,
        wanted: Wanted::MoreThan(most_alike),
        broken: value.filter(|value| *value <= most_alike).map(|_| (Problem::SeenBefore, most_alike)),
    }
}

fn resolution(photo: &PhotoMeasures, settings: &CheckSettings) -> Reading {
    let (value, least) = (f64::from(photo.width.min(photo.height)), f64::from(settings.resolution.min_short_side));
    Reading {
        check: Check::Resolution,
        level: settings.resolution.level,
        value: Some(value),
        wanted: Wanted::AtLeast(least),
        broken: (value < least).then_some((Problem::TooSmall, least)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PHOTO: PhotoMeasures = PhotoMeasures { width: 400, height: 300, sharpness: 10.0, brightness: 120.0 };

    #[test]
    fn every_check_tells_what_it_measured_also_when_it_is_off() {
        let found = readings(&PHOTO, Some(DuplicateMatch { distance: 30 }), &CheckSettings::default());
        assert_eq!(found.iter().map(|reading| reading.check).collect::<Vec<_>>(), Check::ALL);
        assert!(found.iter().all(|reading| reading.level == Level::Off));
        let values: Vec<_> = found.iter().map(|reading| reading.value).collect();
        assert_eq!(values, [Some(10.0), Some(120.0), Some(30.0), Some(300.0)]);
        let broken: Vec<_> = found.iter().map(|reading| reading.broken).collect();
        assert_eq!(broken, [Some((Problem::Blurred, 34.0)), None, None, Some((Problem::TooSmall, 480.0))]);
        assert_eq!(found[2].wanted, Wanted::MoreThan(24.0));
    }

    #[test]
    fn a_picture_that_is_like_no_other_has_no_distance() {
        let found = readings(&PHOTO, None, &CheckSettings::default());
        assert_eq!((found[2].value, found[2].broken), (None, None));
    }
}
