//! What is known of one task on one work order, and how photos and people change it (contract sections 1.4, 3.6, 3.8).

use chrono::{DateTime, Utc};

use super::TaskValue;
use crate::{
    ids::{AnalysisId, InputId},
    observation::Detection,
    text::Text,
};

/// How a value is shown and what it means: the first matching outcome rule, applied.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Appearance {
    /// With the value already put in.
    pub message: Option<Text>,
    /// `#rrggbb`.
    pub color: Option<String>,
    /// `None`: no rule says so.
    pub is_conformity_validated: Option<bool>,
}

/// What one analysis says of one task: never edited afterwards.
#[derive(Clone, Debug, PartialEq)]
pub struct TaskOutcome {
    /// Name of the task.
    pub task: String,
    /// `None` when it could not be computed and has no default.
    pub value: Option<TaskValue>,
    /// What the value means.
    pub appearance: Appearance,
    /// Boxes shown with the value.
    pub regions: Vec<Detection>,
    /// Why the rule failed, for solution engineers; `None` when it did not.
    pub failure: Option<String>,
}

/// The current state of one task: model and person side by side.
#[derive(Clone, Debug, PartialEq)]
pub struct TaskState {
    /// What the model said.
    pub analyzed_value: Option<TaskValue>,
    /// When; `None` if a person spoke before any photo came.
    pub analyzed_date: Option<DateTime<Utc>>,
    /// Which analysis said it, and on which photo.
    pub analysis: Option<(AnalysisId, InputId)>,
    /// Boxes of that analysis.
    pub regions: Vec<Detection>,
    /// What a person said after that.
    pub corrected_value: Option<TaskValue>,
    /// When.
    pub corrected_date: Option<DateTime<Utc>>,
    /// Follows the corrected value when there is one.
    pub appearance: Appearance,
}

impl TaskState {
    /// The state after a new photo: the newest analysis replaces it and clears an earlier correction, unless the
    /// task keeps what was once validated and the new result is not.
    pub fn after_analysis(
        previous: Option<&Self>,
        outcome: &TaskOutcome,
        keep_once_validated: bool,
        source: (AnalysisId, InputId),
        now: DateTime<Utc>,
    ) -> Self {
        if let Some(kept) = previous
            && keep_once_validated
            && kept.appearance.is_conformity_validated == Some(true)
            && outcome.appearance.is_conformity_validated != Some(true)
        {
            return kept.clone();
        }
        Self {
            analyzed_value: outcome.value.clone(),
            analyzed_date: Some(now),
            analysis: Some(source),
            regions: outcome.regions.clone(),
            corrected_value: None,
            corrected_date: None,
            appearance: outcome.appearance.clone(),
        }
    }

    /// The state after a person's correction: `analyzed_value` stays, the appearance follows the person.
    pub fn after_correction(
        previous: Option<&Self>,
        value: TaskValue,
        appearance: Appearance,
        now: DateTime<Utc>,
    ) -> Self {
        Self {
            analyzed_value: previous.and_then(|p| p.analyzed_value.clone()),
            analyzed_date: previous.and_then(|p| p.analyzed_date),
            analysis: previous.and_then(|p| p.analysis),
            regions: previous.map(|p| p.regions.clone()).unwrap_or_default(),
            corrected_value: Some(value),
            corrected_date: Some(now),
            appearance,
        }
    }

    /// The value that counts: the person's, else the model's.
    pub fn value(&self) -> Option<&TaskValue> {
        self.corrected_value.as_ref().or(self.analyzed_value.as_ref())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    fn outcome(value: bool) -> TaskOutcome {
        TaskOutcome {
            task: "door".into(),
            value: Some(TaskValue::Boolean(value)),
            appearance: appearance(value),
            regions: vec![],
            failure: None,
        }
    }

    fn appearance(validated: bool) -> Appearance {
        Appearance { message: None, color: None, is_conformity_validated: Some(validated) }
    }

    fn source(n: u128) -> (AnalysisId, InputId) {
        (AnalysisId(Uuid::from_u128(n)), InputId(Uuid::from_u128(n + 1)))
    }

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(seconds, 0).unwrap()
    }

    #[test]
    fn the_newest_analysis_replaces_and_clears_the_correction() {
        let first = TaskState::after_analysis(None, &outcome(false), false, source(1), at(1));
        let corrected = TaskState::after_correction(Some(&first), TaskValue::Boolean(true), appearance(true), at(2));
        assert_eq!(corrected.analyzed_value, Some(TaskValue::Boolean(false)));
        assert_eq!(corrected.value(), Some(&TaskValue::Boolean(true)));
        assert_eq!(corrected.analysis, Some(source(1)));
        let second = TaskState::after_analysis(Some(&corrected), &outcome(false), false, source(3), at(3));
        assert_eq!((second.corrected_value, second.corrected_date), (None, None));
        assert_eq!(second.analysis, Some(source(3)));
    }

    #[test]
    fn keep_once_validated_keeps_only_against_a_worse_result() {
        let good = TaskState::after_analysis(None, &outcome(true), true, source(1), at(1));
        let kept = TaskState::after_analysis(Some(&good), &outcome(false), true, source(3), at(3));
        assert_eq!(kept, good);
        let newer = TaskState::after_analysis(Some(&good), &outcome(true), true, source(5), at(5));
        assert_eq!(newer.analysis, Some(source(5)));
        let free = TaskState::after_analysis(Some(&good), &outcome(false), false, source(3), at(3));
        assert_eq!(free.analyzed_value, Some(TaskValue::Boolean(false)));
    }

    /// What can happen to a task: a photo or a person, saying good or bad.
    #[derive(Clone, Copy, Debug)]
    enum Event {
        Photo(bool),
        Person(bool),
    }

    fn replay(events: &[Event], keep: bool) -> Option<TaskState> {
        let mut state: Option<TaskState> = None;
        for (n, event) in (1..).zip(events) {
            state = Some(match event {
                Event::Photo(good) => {
                    TaskState::after_analysis(state.as_ref(), &outcome(*good), keep, source(n as u128 * 2), at(n))
                }
                Event::Person(good) => {
                    TaskState::after_correction(state.as_ref(), TaskValue::Boolean(*good), appearance(*good), at(n))
                }
            });
        }
        state
    }

    fn events() -> impl Strategy<Value = Vec<Event>> {
        let event = (any::<bool>(), any::<bool>());
        prop::collection::vec(
            event.prop_map(|(p, good)| if p { Event::Photo(good) } else { Event::Person(good) }),
            1..20,
        )
    }

    proptest! {
        #[test]
        fn the_newest_word_counts(events in events()) {
            let state = replay(&events, false).unwrap();
            let (Event::Photo(good) | Event::Person(good)) = *events.last().unwrap();
            prop_assert_eq!(state.value(), Some(&TaskValue::Boolean(good)));
            prop_assert_eq!(state.appearance.is_conformity_validated, Some(good));
            let photo = events.iter().rev().find_map(|e| if let Event::Photo(good) = e { Some(*good) } else { None });
            prop_assert_eq!(state.analyzed_value, photo.map(TaskValue::Boolean));
            prop_assert_eq!(state.corrected_value.is_some(), matches!(events.last(), Some(Event::Person(_))));
            prop_assert_eq!(state.corrected_value.is_some(), state.corrected_date.is_some());
        }

        #[test]
        fn no_photo_takes_back_what_is_kept(events in events()) {
            let before = replay(&events, true).unwrap();
            let mut more = events.clone();
            more.push(Event::Photo(false));
            let after = replay(&more, true).unwrap();
            if before.appearance.is_conformity_validated == Some(true) {
                prop_assert_eq!(after, before);
            } else {
                prop_assert_eq!(after.appearance.is_conformity_validated, Some(false));
            }
        }
    }
}
