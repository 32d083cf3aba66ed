//! Several rounds of one measurement.

use std::time::Duration;

/// What each round gave, in any unit.
#[derive(Clone, Debug, Default)]
pub(crate) struct Rounds(Vec<f64>);

impl Rounds {
    /// Adds a round.
    pub(crate) fn add(&mut self, figure: f64) {
        self.0.push(figure);
    }

    /// The middle one: a neighbour that was busy in one round does not move it. NaN without rounds.
    pub(crate) fn median(&self) -> f64 {
        let mut sorted = self.0.clone();
        sorted.sort_by(f64::total_cmp);
        let middle = sorted.len() / 2;
        match (sorted.len() % 2, middle.checked_sub(1).and_then(|below| sorted.get(below..=middle)), sorted.get(middle))
        {
            (0, Some([below, above]), _) => (below + above) / 2.0,
            (1, _, Some(middle)) => *middle,
            _ => f64::NAN,
        }
    }

    /// The smallest and the largest.
    pub(crate) fn range(&self) -> (f64, f64) {
        self.0.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), &x| (low.min(x), high.max(x)))
    }
}

/// Two costs of the same work, measured in turns.
#[derive(Clone, Debug, Default)]
pub(crate) struct Comparison {
    /// Cost of one piece, in seconds of CPU.
    pub(crate) cost: Rounds,
    /// What it is held against: cost of one piece the other way, in seconds of CPU.
    pub(crate) base: Rounds,
    /// Cost by base of the same round: what a round has in common, such as the clock rate of the CPU, cancels out.
    pub(crate) ratio: Rounds,
}

impl Comparison {
    /// Adds a round of `pieces` on either side.
    pub(crate) fn add(&mut self, cost: Duration, base: Duration, pieces: usize) {
        self.cost.add(cost.as_secs_f64() / pieces as f64);
        self.base.add(base.as_secs_f64() / pieces as f64);
        self.ratio.add(cost.as_secs_f64() / base.as_secs_f64());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn medians() {
        for (figures, median) in
            [(&[3.0][..], 3.0), (&[1.0, 9.0], 5.0), (&[9.0, 1.0, 2.0], 2.0), (&[4.0, 1.0, 2.0, 100.0], 3.0)]
        {
            assert_eq!(Rounds(figures.to_vec()).median(), median);
        }
        assert!(Rounds::default().median().is_nan());
    }

    #[test]
    fn ratios_are_of_one_round() {
        let mut comparison = Comparison::default();
        comparison.add(Duration::from_secs(4), Duration::from_secs(2), 2);
        comparison.add(Duration::from_secs(8), Duration::from_secs(8), 2);
        assert_eq!(comparison.ratio.range(), (1.0, 2.0));
        assert_eq!(comparison.cost.median(), 3.0);
    }
}
