//! Evidence and settings in, findings out.

use super::{
    Check, CheckSettings, DuplicateMatch, Evidence, Finding, Reading, blur, brightness, capture_time, content,
    duplicate, edited, framing, location, paper, resolution, screen,
};

/// What every check measures on a photo, in the order of their codes, also those that are off.
pub fn readings(evidence: &Evidence<'_>, settings: &CheckSettings) -> Vec<Reading> {
    let mut light = brightness::readings(evidence, &settings.brightness);
    light.retain(|reading| paper::counts(reading, evidence.page));
    // In the dark and in glare nothing can be sharp: the worker is told the cause, once.
    let light_explains =
        settings.brightness.level >= settings.blur.level && light.iter().any(|reading| reading.broken.is_some());
    let mut sharpness = blur::readings(evidence, &settings.blur);
    if light_explains {
        sharpness.iter_mut().for_each(|reading| reading.broken = None);
    }
    let mut readings = [
        sharpness,
        light,
        duplicate::readings(evidence.duplicate, &settings.duplicate),
        resolution::readings(evidence, &settings.resolution),
        framing::readings(evidence, &settings.framing),
        screen::readings(evidence, &settings.screen),
        location::readings(evidence, &settings.location),
        capture_time::readings(evidence, &settings.capture_time),
        edited::readings(evidence, &settings.edited),
        content::readings(evidence, &settings.content),
    ]
    .concat();
    readings.retain(|reading| paper::counts(reading, evidence.page));
    readings
}

/// Everything wrong with a photo at level 1, in the order of the checks' codes: of each check the first thing, so that the
/// worker is told what to do once.
pub fn judge(evidence: &Evidence<'_>, settings: &CheckSettings) -> Vec<Finding> {
    let mut findings: Vec<_> = readings(evidence, settings).iter().filter_map(Reading::finding).collect();
    findings.dedup_by_key(|finding| finding.problem.check());
    findings.iter_mut().for_each(|finding| finding.page = evidence.page);
    findings
}

/// The same findings of a photo, or of a page of a document, when a closer earlier photo has turned up.
pub fn with_duplicate(
    mut findings: Vec<Finding>,
    closest: Option<DuplicateMatch>,
    page: Option<u32>,
    settings: &CheckSettings,
) -> Vec<Finding> {
    findings.retain(|finding| finding.problem.check() != Check::Duplicate);
    let found = duplicate::readings(closest, &settings.duplicate);
    findings.extend(found.iter().filter_map(Reading::finding).map(|finding| Finding { page, ..finding }));
    findings.sort_by_key(|finding| finding.problem.check());
    findings
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        check::{
            Level, Problem, blocks,
            testing::{GOOD, Known, lit},
        },
        observation::{PhotoMeasures, Recapture},
    };

    fn all(level: Level) -> CheckSettings {
        let mut settings = CheckSettings::default();
        for check in [Check::Blur, Check::Brightness, Check::Duplicate, Check::Resolution, Check::Screen] {
            *settings.level_mut(check) = level;
        }
        settings
    }

    fn problems(photo: PhotoMeasures, distance: Option<u32>, settings: &CheckSettings) -> Vec<Problem> {
        let known = Known { measures: photo, ..Known::default() };
        let duplicate = distance.map(|distance| DuplicateMatch { distance });
        let found = judge(&Evidence { duplicate, ..known.evidence() }, settings);
        found.iter().map(|finding| finding.problem).collect()
    }

    #[test]
    fn each_check_finds_its_own_problem_and_only_when_on() {
        let cases: [(PhotoMeasures, Option<u32>, &[Problem]); 8] = [
            (GOOD, None, &[]),
            (PhotoMeasures { sharpness: 0.0, ..GOOD }, None, &[Problem::Blurred]),
            (lit(3.0, 0.0), None, &[Problem::TooDark]),
            (lit(250.0, 90.0), None, &[Problem::TooBright]),
            (
                PhotoMeasures { recapture: Some(Recapture { score: 0.9, region: None }), ..GOOD },
                None,
                &[Problem::Recaptured],
            ),
            (GOOD, Some(3), &[Problem::SeenBefore]),
            (GOOD, Some(200), &[]),
            (
                PhotoMeasures { width: 10, height: 4000, sharpness: 0.0, ..lit(0.0, 0.0) },
                Some(0),
                &[Problem::TooDark, Problem::SeenBefore, Problem::TooSmall],
            ),
        ];
        for (photo, distance, expected) in cases {
            assert_eq!(problems(photo, distance, &all(Level::Warning)), expected);
            assert!(problems(photo, distance, &CheckSettings::default()).is_empty());
        }
    }

    #[test]
    fn light_explains_blur_only_when_it_weighs_as_much() {
        let night = PhotoMeasures { sharpness: 0.0, ..lit(3.0, 0.0) };
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
            assert_eq!(problems(night, None, &settings), expected, "{blur:?} {brightness:?}");
        }
    }

    #[test]
    fn only_an_error_blocks() {
        let known = Known { measures: lit(3.0, 0.0), ..Known::default() };
        for (level, expected) in [(Level::Information, false), (Level::Warning, false), (Level::Error, true)] {
            assert_eq!(blocks(&judge(&known.evidence(), &all(level))), expected);
        }
    }

    #[test]
    fn every_check_tells_what_it_measured_also_when_it_is_off() {
        let known = Known { measures: PhotoMeasures { width: 400, height: 300, ..GOOD }, ..Known::default() };
        let found = readings(
            &Evidence { duplicate: Some(DuplicateMatch { distance: 30 }), ..known.evidence() },
            &CheckSettings::default(),
        );
        assert!(found.iter().all(|reading| reading.level == Level::Off && reading.finding().is_none()));
        let mut checks: Vec<_> = found.iter().map(|reading| reading.check).collect();
        checks.dedup();
        assert_eq!(checks, Check::ALL);
        let value = |check| found.iter().find(|reading| reading.check == check).and_then(|reading| reading.value);
        assert_eq!((value(Check::Duplicate), value(Check::Resolution)), (Some(30.0), Some(300.0)));
    }

    #[test]
    fn a_closer_photo_changes_one_finding() {
        let known = Known { measures: PhotoMeasures { width: 10, sharpness: 0.0, ..GOOD }, ..Known::default() };
        let settings = all(Level::Warning);
        let before = judge(&known.evidence(), &settings);
        for closest in [None, Some(DuplicateMatch { distance: 3 }), Some(DuplicateMatch { distance: 99 })] {
            let expected = judge(&Evidence { duplicate: closest, ..known.evidence() }, &settings);
            assert_eq!(with_duplicate(before.clone(), closest, None, &settings), expected);
        }
    }
}
