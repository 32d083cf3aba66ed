//! How long to go on trying: a pure decision over times that are passed in.

use std::time::{Duration, Instant};

const FIRST_WAIT: Duration = Duration::from_millis(500);
const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// How long to go on trying while nothing moves.
#[derive(Clone, Debug)]
pub(super) struct Patience {
    give_up_after: Duration,
    /// When something moved.
    moved_at: Instant,
    /// Tries that failed since.
    failed: u32,
}

impl Patience {
    pub(super) fn new(give_up_after: Duration, now: Instant) -> Self {
        Self { give_up_after, moved_at: now, failed: 0 }
    }

    /// Something has moved: all is well again.
    pub(super) fn moved(&mut self, now: Instant) {
        (self.moved_at, self.failed) = (now, 0);
    }

    /// How long to wait before the next try, after one that failed; `None`: it is time to give up. The wait doubles from
    /// half a second to a minute, and `chance` (0..1) takes up to half of it away, so that many who were cut off at once
    /// do not come back at once. A server that asks for more is given it.
    pub(super) fn wait(&mut self, now: Instant, chance: f64, asked_for: Option<Duration>) -> Option<Duration> {
        let left = self.give_up_after.saturating_sub(now.saturating_duration_since(self.moved_at));
        if left.is_zero() {
            return None;
        }
        let doubled = FIRST_WAIT.saturating_mul(1_u32.checked_shl(self.failed).unwrap_or(u32::MAX)).min(LONGEST_WAIT);
        self.failed = self.failed.saturating_add(1).min(16);
        let own = doubled.mul_f64(1.0 - chance.clamp(0.0, 1.0) / 2.0);
        Some(own.max(asked_for.unwrap_or_default()).min(left))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: Duration = Duration::from_secs(3600);

    #[test]
    fn waits_double_up_to_a_minute() {
        let now = Instant::now();
        let mut patience = Patience::new(HOUR, now);
        let waits: Vec<_> = (0..10).map(|_| patience.wait(now, 0.0, None).unwrap().as_secs_f64()).collect();
        assert_eq!(waits, [0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 60.0, 60.0, 60.0]);
        for _ in 0..100 {
            assert_eq!(patience.wait(now, 1.0, None), Some(LONGEST_WAIT / 2));
        }
        patience.moved(now);
        assert_eq!(patience.wait(now, 0.5, None), Some(FIRST_WAIT.mul_f64(0.75)));
    }

    #[test]
    fn a_server_is_given_the_time_it_asks_for() {
        let now = Instant::now();
        let mut patience = Patience::new(HOUR, now);
        assert_eq!(patience.wait(now, 0.0, Some(Duration::from_secs(30))), Some(Duration::from_secs(30)));
        assert_eq!(patience.wait(now, 0.0, Some(Duration::ZERO)), Some(Duration::from_secs(1)));
        assert_eq!(patience.wait(now, 0.0, Some(HOUR * 2)), Some(HOUR), "no longer than there is patience");
    }

    #[test]
    fn patience_ends_unless_something_moves() {
        let start = Instant::now();
        let mut patience = Patience::new(HOUR, start);
        assert!(patience.wait(start + HOUR - Duration::from_secs(1), 0.0, None).is_some());
        assert_eq!(patience.wait(start + HOUR, 0.0, None), None);
        patience.moved(start + HOUR);
        assert!(patience.wait(start + HOUR + HOUR / 2, 0.0, None).is_some());
        assert_eq!(patience.wait(start + HOUR * 2, 0.0, None), None);
    }
}
