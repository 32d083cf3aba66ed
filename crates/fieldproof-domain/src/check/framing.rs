//! Check 5, Framing.

use super::{Check, Evidence, Level, Problem, Reading, Wanted};
use crate::observation::{BoundingBox, Observation};

/// Is the subject, the largest thing that a detection model has found, whole and large enough?
#[derive(Clone, Debug, PartialEq)]
pub struct FramingSettings {
    /// What a subject that is cut off or too small means.
    pub level: Level,
    /// The detection model that finds it.
    pub model: String,
    /// Which of its labels the subject may have; none: all.
    pub concepts: Vec<String>,
    /// Least distance from each border of the photo, in parts of its width and height, 0..0.5.
    pub min_margin: f64,
    /// Least share of the photo's width or height, whichever the subject fills more of, 0..=1.
    pub min_size: f64,
}

impl Default for FramingSettings {
    fn default() -> Self {
        let (model, concepts) = (String::new(), Vec::new());
        Self { level: Level::Off, model, concepts, min_margin: 0.005, min_size: 0.2 }
    }
}

/// Of a photo without a subject nothing is said: whether the subject is there is what Content asks.
pub(super) fn readings(evidence: &Evidence<'_>, settings: &FramingSettings) -> Vec<Reading> {
    let subject = subject(evidence, settings);
    let check = (Check::Framing, settings.level);
    let (margin, size) = (subject.map(margin), subject.map(size));
    vec![
        Reading::of_number(check, "margin", margin, Wanted::AtLeast(settings.min_margin), Problem::CutOff).at(subject),
        Reading::of_number(check, "size", size, Wanted::AtLeast(settings.min_size), Problem::SubjectTooSmall)
            .at(subject),
    ]
}

fn subject(evidence: &Evidence<'_>, settings: &FramingSettings) -> Option<BoundingBox> {
    let Some(Observation::Detections(found)) = evidence.observed?.get(&settings.model) else { return None };
    let is_wanted = |concept: &String| settings.concepts.is_empty() || settings.concepts.contains(concept);
    let wanted = found.iter().filter(|detection| is_wanted(&detection.concept)).map(|detection| detection.bbox);
    wanted.max_by(|a, b| area(a).total_cmp(&area(b)))
}

fn area(region: &BoundingBox) -> f64 {
    (region.xmax - region.xmin) * (region.ymax - region.ymin)
}

fn margin(subject: BoundingBox) -> f64 {
    subject.xmin.min(subject.ymin).min(1.0 - subject.xmax).min(1.0 - subject.ymax).max(0.0)
}

fn size(subject: BoundingBox) -> f64 {
    (subject.xmax - subject.xmin).max(subject.ymax - subject.ymin)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use rstest::rstest;

    use super::*;
    use crate::{check::testing::Known, observation::Detection};

    fn detection(concept: &str, [xmin, ymin, xmax, ymax]: [f64; 4]) -> Detection {
        Detection { bbox: BoundingBox { xmin, ymin, xmax, ymax }, score: 0.9, concept: concept.to_owned(), page: None }
    }

    #[rstest]
    #[case::whole(&[("cabinet", [0.2, 0.2, 0.8, 0.9])], None)]
    #[case::cut_off_on_the_left(&[("cabinet", [0.0, 0.2, 0.8, 0.9])], Some(Problem::CutOff))]
    #[case::cut_off_below(&[("cabinet", [0.2, 0.2, 0.8, 0.999])], Some(Problem::CutOff))]
    #[case::too_small(&[("cabinet", [0.4, 0.4, 0.55, 0.5])], Some(Problem::SubjectTooSmall))]
    #[case::tall_and_thin(&[("cabinet", [0.4, 0.1, 0.45, 0.9])], None)]
    #[case::the_largest_counts(&[("cabinet", [0.0, 0.0, 0.1, 0.1]), ("cabinet", [0.2, 0.2, 0.8, 0.8])], None)]
    #[case::other_things_do_not(&[("car", [0.0, 0.0, 1.0, 1.0]), ("cabinet", [0.2, 0.2, 0.8, 0.8])], None)]
    #[case::nothing_there(&[], None)]
    fn subjects(#[case] found: &[(&str, [f64; 4])], #[case] expected: Option<Problem>) {
        let found = found.iter().map(|(concept, region)| detection(concept, *region)).collect();
        let observed = BTreeMap::from([("m".to_owned(), Observation::Detections(found))]);
        let settings = FramingSettings {
            level: Level::Warning,
            model: "m".to_owned(),
            concepts: vec!["cabinet".to_owned()],
            ..FramingSettings::default()
        };
        let known = Known::default();
        let evidence = Evidence { observed: Some(&observed), ..known.evidence() };
        let findings: Vec<_> = readings(&evidence, &settings).iter().filter_map(Reading::finding).collect();
        assert_eq!(findings.first().map(|finding| finding.problem), expected);
        assert!(findings.iter().all(|finding| finding.region.is_some()));
        assert!(readings(&known.evidence(), &settings).iter().all(|reading| reading.value.is_none()));
    }
}
