//! Check 10, Content.

use super::{Check, Evidence, Level, Problem, Reading, Wanted};
use crate::observation::Observation;

/// Is it the photo that was asked for, as a model of the application sees it?
#[derive(Clone, Debug, PartialEq)]
pub struct ContentSettings {
    /// What another photo means.
    pub level: Level,
    /// The model that looks at the whole photo: of detection, classification or embedding.
    pub model: String,
    /// Labels, or names of references, of which one has to be seen; none: any of them.
    pub concepts: Vec<String>,
    /// The least score of the best of them: 0..=1, of an embedding model the similarity, -1..=1.
    pub min_score: f64,
}

impl Default for ContentSettings {
    fn default() -> Self {
        Self { level: Level::Off, model: String::new(), concepts: Vec::new(), min_score: 0.5 }
    }
}

pub(super) fn readings(evidence: &Evidence<'_>, settings: &ContentSettings) -> Vec<Reading> {
    let seen = evidence.observed.and_then(|observed| observed.get(&settings.model));
    let value = seen.and_then(|observation| best(observation, &settings.concepts));
    let check = (Check::Content, settings.level);
    vec![Reading::of_number(check, "score", value, Wanted::AtLeast(settings.min_score), Problem::NotAsked)]
}

/// `None`: a model of that kind does not answer the question.
fn best(observation: &Observation, concepts: &[String]) -> Option<f64> {
    let is_wanted = |concept: &String| concepts.is_empty() || concepts.contains(concept);
    match observation {
        Observation::Detections(found) => {
            let wanted = found.iter().filter(|detection| is_wanted(&detection.concept));
            Some(wanted.map(|detection| detection.score).fold(0.0, f64::max))
        }
        Observation::Classification { scores, .. } | Observation::Embedding { scores, .. } => {
            scores.iter().filter(|(concept, _)| is_wanted(concept)).map(|(_, score)| *score).reduce(f64::max)
        }
        Observation::Text { .. } | Observation::Regions(_) | Observation::Inscriptions(_) | Observation::NotRead => {
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use rstest::rstest;

    use super::*;
    use crate::{
        check::testing::Known,
        observation::{BoundingBox, Detection},
    };

    fn scores(scores: &[(&str, f64)]) -> BTreeMap<String, f64> {
        scores.iter().map(|(concept, score)| ((*concept).to_owned(), *score)).collect()
    }

    fn classified(of: &[(&str, f64)]) -> Observation {
        Observation::Classification { concept: String::new(), score: 0.0, scores: scores(of) }
    }

    fn alike(of: &[(&str, f64)]) -> Observation {
        Observation::Embedding { vector: vec![1.0], scores: scores(of) }
    }

    fn found(of: &[(&str, f64)]) -> Observation {
        let bbox = BoundingBox { xmin: 0.0, ymin: 0.0, xmax: 1.0, ymax: 1.0 };
        let detection =
            |(concept, score): &(&str, f64)| Detection { bbox, score: *score, concept: (*concept).into(), page: None };
        Observation::Detections(of.iter().map(detection).collect())
    }

    #[rstest]
    #[case::a_cabinet(classified(&[("cabinet", 0.8), ("car", 0.2)]), Some(0.8), true)]
    #[case::a_car(classified(&[("cabinet", 0.2), ("car", 0.8)]), Some(0.2), false)]
    #[case::like_an_example(alike(&[("cabinet", 0.7), ("car", 0.9)]), Some(0.7), true)]
    #[case::like_nothing(alike(&[("cabinet", -0.1)]), Some(-0.1), false)]
    #[case::one_is_enough(found(&[("cabinet", 0.3), ("cabinet", 0.6)]), Some(0.6), true)]
    #[case::none(found(&[("car", 0.9)]), Some(0.0), false)]
    #[case::what_cannot_tell(Observation::Text { text: "x".into(), score: 1.0 }, None, true)]
    fn what_was_asked_for(#[case] seen: Observation, #[case] value: Option<f64>, #[case] passes: bool) {
        let observed = BTreeMap::from([("m".to_owned(), seen)]);
        let settings = ContentSettings {
            level: Level::Error,
            model: "m".to_owned(),
            concepts: vec!["cabinet".to_owned()],
            ..ContentSettings::default()
        };
        let known = Known::default();
        let found = readings(&Evidence { observed: Some(&observed), ..known.evidence() }, &settings);
        assert_eq!(found.iter().map(|reading| reading.value).collect::<Vec<_>>(), [value]);
        assert_eq!(found.iter().all(|reading| reading.finding().is_none()), passes);
    }
}
