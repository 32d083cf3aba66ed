//! The threshold that tells two heaps of numbers apart best.

use serde::Serialize;

/// Which side of a threshold passes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Passes {
    /// What reaches it.
    High,
    /// What does not exceed it.
    Low,
}

/// What a threshold does to photos that are known.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub(super) struct Outcome {
    pub(super) threshold: f64,
    /// The part of the good photos that do not pass.
    pub(super) good_refused: f64,
    /// The part of the bad photos that pass.
    pub(super) bad_passed: f64,
}

impl Outcome {
    /// Of a threshold.
    pub(super) fn of(threshold: f64, good: &[f64], bad: &[f64], passes: Passes) -> Self {
        let passes = |value: f64| match passes {
            Passes::High => value >= threshold,
            Passes::Low => value <= threshold,
        };
        let share = |values: &[f64], wanted: bool| {
            let found = values.iter().filter(|value| passes(**value) == wanted).count();
            found as f64 / values.len().max(1) as f64
        };
        Self { threshold, good_refused: share(good, false), bad_passed: share(bad, true) }
    }

    /// The mean of both errors: it does not depend on how many photos there are of each kind.
    pub(super) fn error(&self) -> f64 {
        (self.good_refused + self.bad_passed) / 2.0
    }
}

/// The one with the least error, in the middle of the widest gap where several have it; `None`: one of the heaps is empty.
pub(super) fn best(good: &[f64], bad: &[f64], passes: Passes) -> Option<Outcome> {
    if good.is_empty() || bad.is_empty() {
        return None;
    }
    let mut values: Vec<f64> = good.iter().chain(bad).copied().collect();
    values.sort_by(f64::total_cmp);
    values.dedup();
    let gaps = values.windows(2).filter_map(|pair| Some((pair.first()?, pair.last()?)));
    let between = gaps.map(|(low, high)| ((low + high) / 2.0, high - low));
    // Also: nothing is told apart.
    let all = between.chain(values.first().map(|value| (*value, 0.0))).chain(values.last().map(|value| (*value, 0.0)));
    let outcomes = all.map(|(threshold, gap)| (Outcome::of(threshold, good, bad, passes), gap));
    let best = outcomes.min_by(|(a, gap_a), (b, gap_b)| a.error().total_cmp(&b.error()).then(gap_b.total_cmp(gap_a)));
    best.map(|(outcome, _)| outcome)
}

/// The value that this share of them does not exceed, linear between neighbours; no number of nothing.
pub(super) fn quantile(values: &[f64], share: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let at = share * sorted.len().saturating_sub(1) as f64;
    let value = |index: f64| sorted.get(index as usize).copied().unwrap_or(f64::NAN);
    value(at.floor()) + (value(at.ceil()) - value(at.floor())) * at.fract()
}

/// How many of the values lie in each of the equal parts between two limits; those beyond are in the first and the last.
pub(super) fn histogram(values: &[f64], (low, high): (f64, f64), parts: usize) -> Vec<usize> {
    let mut counts = vec![0; parts];
    for value in values {
        let part = (value - low) / (high - low).max(f64::MIN_POSITIVE) * parts as f64;
        let at = (part.max(0.0) as usize).min(parts.saturating_sub(1));
        if let Some(count) = counts.get_mut(at) {
            *count += 1;
        }
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heaps_that_lie_apart() {
        let found = best(&[50.0, 60.0, 70.0], &[10.0, 20.0], Passes::High);
        assert_eq!(found, Some(Outcome { threshold: 35.0, good_refused: 0.0, bad_passed: 0.0 }));
        let found = best(&[10.0, 20.0], &[50.0, 60.0], Passes::Low);
        assert_eq!(found, Some(Outcome { threshold: 35.0, good_refused: 0.0, bad_passed: 0.0 }));
    }

    #[test]
    fn heaps_that_overlap() {
        let (good, bad) = ([30.0, 50.0, 60.0, 70.0], [10.0, 20.0, 25.0, 55.0]);
        let found = best(&good, &bad, Passes::High).unwrap();
        assert_eq!((found.threshold, found.good_refused, found.bad_passed), (27.5, 0.0, 0.25));
        assert_eq!(found.error(), 0.125);
    }

    #[test]
    fn nothing_to_tell_apart() {
        assert_eq!(best(&[], &[1.0], Passes::High), None);
        assert_eq!(best(&[5.0], &[5.0], Passes::High).unwrap().error(), 0.5);
        assert!(quantile(&[], 0.5).is_nan());
    }

    #[test]
    fn quantiles_and_histograms() {
        assert_eq!([0.0, 0.25, 1.0].map(|share| quantile(&[4.0, 1.0, 3.0], share)), [1.0, 2.0, 4.0]);
        assert_eq!(histogram(&[-1.0, 0.0, 4.9, 5.0, 10.0, 99.0], (0.0, 10.0), 2), [3, 3]);
        assert_eq!(histogram(&[3.0, 3.0], (3.0, 3.0), 4), [2, 0, 0, 0]);
    }
}
