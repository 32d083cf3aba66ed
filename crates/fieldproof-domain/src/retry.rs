//! When work that failed is tried again.

use chrono::TimeDelta;

/// A job that has failed so often is given up: a person has to look at it. With [`backoff`] that is after three days.
pub const MOST_ATTEMPTS: u32 = 80;

/// The wait before the second try.
const FIRST: TimeDelta = TimeDelta::seconds(5);
/// The longest wait.
const LONGEST: TimeDelta = TimeDelta::hours(1);

/// How long to wait after the `attempts`th failure (from 1): 5 seconds, doubled each time, an hour at most.
pub fn backoff(attempts: u32) -> TimeDelta {
    let doublings = attempts.saturating_sub(1).min(16);
    (FIRST * (1 << doublings)).min(LONGEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_an_hour() {
        let seconds: Vec<_> = [0, 1, 2, 3, 10, 11, 1000, u32::MAX].map(|n| backoff(n).num_seconds()).into();
        assert_eq!(seconds, [5, 5, 10, 20, 2560, 3600, 3600, 3600]);
    }

    #[test]
    fn a_target_that_is_down_for_days_is_waited_for() {
        let total: TimeDelta = (1..MOST_ATTEMPTS).map(backoff).sum();
        assert!(total > TimeDelta::days(2) && total < TimeDelta::days(4), "{total}");
    }
}
