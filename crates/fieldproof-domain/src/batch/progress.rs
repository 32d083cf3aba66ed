//! How far a batch is.

use chrono::{DateTime, TimeDelta, Utc};

/// Work orders or photos of a batch, by where they stand. What is in none of the others is waiting.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// All of them.
    pub total: u64,
    /// All is well.
    pub done: u64,
    /// Something went wrong.
    pub failed: u64,
    /// Passed over: a work order of that name was there.
    pub skipped: u64,
    /// The batch was cancelled before their turn.
    pub cancelled: u64,
}

impl Count {
    /// Those that nothing more will be done about.
    pub fn settled(&self) -> u64 {
        self.done + self.failed + self.skipped + self.cancelled
    }
}

/// How far a batch is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Its work orders.
    pub work_orders: Count,
    /// Their photos.
    pub photos: Count,
}

impl Progress {
    /// 0..=100, rounded down, so that 100 means all: photos, which take the time, and the work orders themselves.
    pub fn percent(&self) -> u8 {
        let total = self.work_orders.total + self.photos.total;
        let settled = self.work_orders.settled() + self.photos.settled();
        if total == 0 { 0 } else { u8::try_from(u128::from(settled) * 100 / u128::from(total)).unwrap_or(100).min(100) }
    }

    /// When it will be done if it goes on as since its first photo; `None` before there is anything to go by.
    pub fn estimated_end(&self, first: DateTime<Utc>, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let settled = i64::try_from(self.photos.settled()).ok().filter(|settled| *settled > 0)?;
        let left = i64::try_from(self.photos.total.saturating_sub(self.photos.settled())).ok()?;
        let passed = (now - first).num_milliseconds().max(0);
        let more = i64::try_from(i128::from(passed) * i128::from(left) / i128::from(settled)).ok()?;
        now.checked_add_signed(TimeDelta::try_milliseconds(more)?)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn progress(total: u64, done: u64, failed: u64) -> Progress {
        let count = Count { total, done, failed, ..Count::default() };
        Progress { work_orders: Count::default(), photos: count }
    }

    #[test]
    fn a_hundred_means_all() {
        assert_eq!(progress(0, 0, 0).percent(), 0);
        assert_eq!(progress(1000, 998, 1).percent(), 99);
        assert_eq!(progress(1000, 998, 2).percent(), 100);
    }

    #[test]
    fn what_is_left_takes_as_long_as_what_was() {
        let first = DateTime::from_timestamp(1_000_000, 0).unwrap();
        let now = first + TimeDelta::seconds(30);
        assert_eq!(progress(100, 20, 10).estimated_end(first, now), Some(now + TimeDelta::seconds(70)));
        assert_eq!(progress(100, 0, 0).estimated_end(first, now), None);
        assert_eq!(progress(100, 100, 0).estimated_end(first, now), Some(now));
        assert_eq!(progress(100, 10, 0).estimated_end(now, first), Some(first), "a clock that was set back");
    }

    proptest! {
        #[test]
        fn any_numbers_give_an_answer(total: u64, done in 0..u64::MAX / 4, failed in 0..u64::MAX / 4, seconds in 0..1_000_000_000_i64) {
            let progress = progress(total / 2, done, failed);
            prop_assert!(progress.percent() <= 100);
            let first = DateTime::from_timestamp(0, 0).unwrap();
            let _ = progress.estimated_end(first, first + TimeDelta::seconds(seconds));
        }
    }
}
