//! How fast it goes and how long it will take, from amounts and times that are passed in.

use std::{collections::VecDeque, time::Duration};

/// The rate is that of the newest amounts: so far back, at least two.
const WINDOW: Duration = Duration::from_secs(20);
/// Amounts closer to each other are taken together.
const SPACING: Duration = Duration::from_millis(500);

/// Remembers amounts by the time since a beginning.
#[derive(Debug, Default)]
pub(super) struct Meter {
    amounts: VecDeque<(Duration, u64)>,
}

impl Meter {
    /// Notes that `amount` was reached at `now`. One below that before, as after a cut, begins anew.
    pub(super) fn note(&mut self, now: Duration, amount: u64) {
        if self.amounts.back().is_some_and(|(_, before)| amount < *before) {
            self.amounts.clear();
        }
        // The newest one moves on until it is far enough from the one before.
        let is_close = self.amounts.len() >= 2
            && self.amounts.iter().rev().nth(1).is_some_and(|(at, _)| now.saturating_sub(*at) < SPACING);
        if is_close {
            self.amounts.pop_back();
        }
        self.amounts.push_back((now, amount));
        while self.amounts.len() > 2 && self.amounts.get(1).is_some_and(|(at, _)| now.saturating_sub(*at) >= WINDOW) {
            self.amounts.pop_front();
        }
    }

    /// Amount a second; `None` before there is anything to go by.
    pub(super) fn rate(&self) -> Option<f64> {
        let ((from, less), (to, more)) = (self.amounts.front()?, self.amounts.back()?);
        let seconds = to.saturating_sub(*from).as_secs_f64();
        (seconds > 0.0 && more > less).then(|| (more - less) as f64 / seconds)
    }

    /// How long it takes until `total` is reached, at this rate.
    pub(super) fn left(&self, total: u64) -> Option<Duration> {
        let (_, amount) = self.amounts.back()?;
        let seconds = total.saturating_sub(*amount) as f64 / self.rate()?;
        // What takes years is not known at all.
        (seconds < 1e8).then(|| Duration::from_secs_f64(seconds))
    }
}

/// A time as people say it, of two units at most: "2 h 05 min", "3 min 20 s", "8 s".
pub(super) fn spoken(time: Duration) -> String {
    let seconds = time.as_secs();
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3600 % 24, seconds / 60 % 60);
    match seconds {
        86_400.. => format!("{days} d {hours} h"),
        3600.. => format!("{hours} h {minutes:02} min"),
        60.. => format!("{minutes} min {:02} s", seconds % 60),
        _ => format!("{seconds} s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: f64) -> Duration {
        Duration::from_secs_f64(seconds)
    }

    #[test]
    fn the_rate_is_that_of_the_newest_amounts() {
        let mut meter = Meter::default();
        assert_eq!((meter.rate(), meter.left(100)), (None, None));
        meter.note(at(0.0), 0);
        assert_eq!(meter.rate(), None);
        for second in 1..=60_u32 {
            meter.note(at(f64::from(second)), u64::from(second) * 100);
        }
        assert_eq!(meter.rate(), Some(100.0));
        assert_eq!(meter.left(7000), Some(at(10.0)));
        assert_eq!(meter.left(10), Some(Duration::ZERO), "more than there is");
        for second in 61..=90_u32 {
            meter.note(at(f64::from(second)), 6000 + u64::from(second - 60) * 10);
        }
        assert_eq!(meter.rate(), Some(10.0), "what was before is forgotten");
        assert!(meter.amounts.len() <= 45);
    }

    #[test]
    fn standing_still_slows_down_to_nothing() {
        let mut meter = Meter::default();
        meter.note(at(0.0), 0);
        meter.note(at(1.0), 100);
        meter.note(at(10.0), 100);
        assert_eq!(meter.rate(), Some(10.0));
        meter.note(at(25.0), 100);
        meter.note(at(50.0), 100);
        assert_eq!((meter.rate(), meter.left(200)), (None, None));
    }

    #[test]
    fn a_step_back_begins_anew() {
        let mut meter = Meter::default();
        meter.note(at(0.0), 0);
        meter.note(at(1.0), 1000);
        meter.note(at(2.0), 500);
        assert_eq!(meter.rate(), None);
        meter.note(at(3.0), 600);
        assert_eq!(meter.rate(), Some(100.0));
    }

    #[test]
    fn many_small_steps_take_little_room() {
        let mut meter = Meter::default();
        for step in 0..100_000_u32 {
            meter.note(at(f64::from(step) / 1000.0), u64::from(step));
        }
        assert!(meter.amounts.len() <= 45, "{}", meter.amounts.len());
        assert!((meter.rate().unwrap() - 1000.0).abs() < 1.0);
    }

    #[test]
    fn times_are_spoken() {
        for (seconds, text) in
            [(0.4, "0 s"), (59.9, "59 s"), (200.0, "3 min 20 s"), (7500.0, "2 h 05 min"), (86_400.0 * 3.5, "3 d 12 h")]
        {
            assert_eq!(spoken(at(seconds)), text);
        }
    }
}
