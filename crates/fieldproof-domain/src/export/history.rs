//! Which analysis a person corrected. A correction speaks of a task; the lines tell it with the analysis whose value it
//! replaced.

use std::collections::HashMap;

use chrono::{DateTime, Utc};

use crate::{
    ids::{AnalysisId, InputId},
    work_order::{Appearance, TaskOutcome, TaskState, TaskValue},
};

/// An analysis as it was answered.
#[derive(Clone, Copy, Debug)]
pub struct PastAnalysis<'a> {
    /// Which.
    pub id: AnalysisId,
    /// On which photo.
    pub input: InputId,
    /// When.
    pub at: DateTime<Utc>,
    /// What it said of each task.
    pub outcomes: &'a [TaskOutcome],
}

/// What a person said of a task.
#[derive(Clone, Copy, Debug)]
pub struct PastCorrection<'a> {
    /// Of which task.
    pub task: &'a str,
    /// What.
    pub value: &'a TaskValue,
    /// When.
    pub at: DateTime<Utc>,
}

/// What came of a correction.
#[derive(Clone, Debug, PartialEq)]
pub struct Corrected {
    /// What the person said.
    pub value: TaskValue,
    /// When.
    pub at: DateTime<Utc>,
    /// What the value means.
    pub appearance: Appearance,
}

/// The last correction of each analysis and task, where there was one. Those of a task that no photo had reached yet are of
/// no analysis. Both lists have the oldest first; `keeps` says whether a task keeps what was once validated, and
/// `appearance` what a value of it means.
pub fn corrections<'a>(
    analyses: &[PastAnalysis<'a>],
    said: &[PastCorrection<'a>],
    keeps: impl Fn(&str) -> bool,
    appearance: impl Fn(&str, &TaskValue) -> Appearance,
) -> HashMap<(AnalysisId, &'a str), Corrected> {
    let mut found = HashMap::new();
    if said.is_empty() {
        return found;
    }
    let mut states: HashMap<&str, TaskState> = HashMap::new();
    let mut analyses = analyses.iter().peekable();
    for correction in said {
        while let Some(analysis) = analyses.next_if(|analysis| analysis.at <= correction.at) {
            for outcome in analysis.outcomes {
                let (task, source) = (outcome.task.as_str(), (analysis.id, analysis.input));
                let state = TaskState::after_analysis(states.get(task), outcome, keeps(task), source, analysis.at);
                states.insert(task, state);
            }
        }
        let (task, value) = (correction.task, correction.value.clone());
        let shown = appearance(task, &value);
        let state = TaskState::after_correction(states.get(task), value.clone(), shown.clone(), correction.at);
        if let Some((analysis, _)) = state.analysis {
            found.insert((analysis, task), Corrected { value, at: correction.at, appearance: shown });
        }
        states.insert(task, state);
    }
    found
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn appearance(value: &TaskValue) -> Appearance {
        let is_good = matches!(value, TaskValue::Boolean(true));
        Appearance { is_conformity_validated: Some(is_good), ..Appearance::default() }
    }

    fn outcome(good: bool) -> Vec<TaskOutcome> {
        let value = TaskValue::Boolean(good);
        vec![TaskOutcome {
            task: "door".into(),
            appearance: appearance(&value),
            value: Some(value),
            regions: vec![],
            failure: None,
        }]
    }

    fn id(number: u128) -> AnalysisId {
        AnalysisId(Uuid::from_u128(number))
    }

    fn at(second: u32) -> DateTime<Utc> {
        DateTime::from_timestamp(second.into(), 0).unwrap()
    }

    /// Photos and people's words by the second in which they came; for each analysis that was corrected, what was said
    /// last of it and when.
    fn told(photos: &[(u32, bool)], words: &[(u32, bool)], keeps: bool) -> Vec<(u32, bool, u32)> {
        let outcomes: Vec<_> = photos.iter().map(|(_, good)| outcome(*good)).collect();
        let analyses: Vec<_> = photos
            .iter()
            .zip(&outcomes)
            .map(|((second, _), outcomes)| PastAnalysis {
                id: id(u128::from(*second)),
                input: InputId(Uuid::nil()),
                at: at(*second),
                outcomes,
            })
            .collect();
        let values: Vec<_> = words.iter().map(|(_, good)| TaskValue::Boolean(*good)).collect();
        let said: Vec<_> = words
            .iter()
            .zip(&values)
            .map(|((second, _), value)| PastCorrection { task: "door", value, at: at(*second) })
            .collect();
        let found = corrections(&analyses, &said, |_| keeps, |_, value| appearance(value));
        let mut found: Vec<_> = found
            .into_iter()
            .map(|((analysis, _), corrected)| {
                let good = corrected.value == TaskValue::Boolean(true);
                assert_eq!(corrected.appearance, appearance(&corrected.value));
                (analysis.0.as_u128() as u32, good, corrected.at.timestamp() as u32)
            })
            .collect();
        found.sort_unstable();
        found
    }

    #[test]
    fn a_correction_is_of_the_analysis_that_it_replaced() {
        assert_eq!(told(&[(1, false)], &[], false), []);
        assert_eq!(told(&[(1, false)], &[(2, true)], false), [(1, true, 2)]);
        assert_eq!(told(&[(1, false)], &[(2, true), (3, false)], false), [(1, false, 3)], "the last word");
        assert_eq!(told(&[(1, false), (3, false)], &[(2, true), (4, true)], false), [(1, true, 2), (3, true, 4)]);
        assert_eq!(told(&[(1, false), (3, false)], &[(4, true)], false), [(3, true, 4)]);
        assert_eq!(told(&[(2, false)], &[(1, true)], false), [], "said before any photo");
    }

    #[test]
    fn what_was_kept_is_what_is_corrected() {
        assert_eq!(told(&[(1, true), (2, false)], &[(3, false)], true), [(1, false, 3)]);
        assert_eq!(told(&[(1, true), (2, false)], &[(3, false)], false), [(2, false, 3)]);
        assert_eq!(told(&[(1, false), (3, false)], &[(2, true), (4, false)], true), [(1, false, 4)]);
    }
}
