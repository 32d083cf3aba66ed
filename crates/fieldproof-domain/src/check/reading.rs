//! What a check measures on a photo, whether or not it passes.

use super::{Check, Finding, Level, Problem};
use crate::observation::BoundingBox;

/// One thing that a check has measured.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    /// Which check.
    pub check: Check,
    /// What of it, in a word or two: `sharpness`.
    pub measure: &'static str,
    /// What it means here when the photo does not pass it.
    pub level: Level,
    /// In the measure's unit; `None`: there was nothing to measure, such as no earlier photo that is anything like it.
    pub value: Option<f64>,
    /// Which values pass.
    pub wanted: Wanted,
    /// What is wrong; `None`: the photo passes.
    pub broken: Option<Broken>,
}

/// What is wrong with what was measured.
#[derive(Clone, Debug, PartialEq)]
pub struct Broken {
    /// What.
    pub problem: Problem,
    /// The limit that was not kept.
    pub threshold: Option<f64>,
    /// As in [`Finding`].
    pub region: Option<BoundingBox>,
    /// As in [`Finding`].
    pub detail: Option<String>,
}

/// Which values pass a check, in its unit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Wanted {
    /// This one and greater ones.
    AtLeast(f64),
    /// This one and smaller ones.
    AtMost(f64),
    /// Only greater ones.
    MoreThan(f64),
    /// A value at all, such as a place.
    Something,
    /// No trace of it.
    Nothing,
}

impl Wanted {
    /// The limit that `value` does not keep.
    fn broken_by(self, value: f64) -> Option<f64> {
        match self {
            Self::AtLeast(limit) => (value < limit).then_some(limit),
            Self::AtMost(limit) => (value > limit).then_some(limit),
            Self::MoreThan(limit) => (value <= limit).then_some(limit),
            Self::Something | Self::Nothing => None,
        }
    }
}

impl Reading {
    /// A number, which is `problem` when it is not among those that are wanted. No number passes.
    pub(super) fn of_number(
        (check, level): (Check, Level),
        measure: &'static str,
        value: Option<f64>,
        wanted: Wanted,
        problem: Problem,
    ) -> Self {
        let threshold = value.and_then(|value| wanted.broken_by(value));
        let broken = threshold.map(|limit| Broken { problem, threshold: Some(limit), region: None, detail: None });
        Self { check, measure, level, value, wanted, broken }
    }

    /// Something that is there or not, and is `problem` when that is not as it should be.
    pub(super) fn of_trace(
        (check, level): (Check, Level),
        measure: &'static str,
        wanted: Wanted,
        problem: Option<Problem>,
        detail: Option<String>,
    ) -> Self {
        let broken = problem.map(|problem| Broken { problem, threshold: None, region: None, detail });
        Self { check, measure, level, value: None, wanted, broken }
    }

    /// The same, with the place on the photo where something is wrong.
    pub(super) fn at(mut self, region: Option<BoundingBox>) -> Self {
        if let Some(broken) = &mut self.broken {
            broken.region = region;
        }
        self
    }

    /// What is wrong; `None`: the photo passes, or nobody asks.
    pub fn finding(&self) -> Option<Finding> {
        let broken = self.broken.clone().filter(|_| self.level != Level::Off)?;
        let Broken { problem, threshold, region, detail } = broken;
        Some(Finding { problem, level: self.level, value: self.value, threshold, region, detail, page: None })
    }
}
