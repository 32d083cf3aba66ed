//! How far it is, on standard error: a bar on a terminal, a line every ten seconds elsewhere.

use std::{
    io::IsTerminal as _,
    time::{Duration, Instant},
};

use indicatif::{ProgressBar, ProgressStyle};

use super::meter::{Meter, spoken};
use crate::output::size;

const LINE_EVERY: Duration = Duration::from_secs(10);
const REDRAW_EVERY: Duration = Duration::from_millis(100);

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unit {
    Bytes,
    Photos,
}

/// Shows how far something is.
pub(super) struct Progress {
    unit: Unit,
    total: Option<u64>,
    done: u64,
    meter: Meter,
    started: Instant,
    shown: Option<Instant>,
    bar: Option<ProgressBar>,
}

impl Progress {
    /// Of `total`, if that is known.
    pub(super) fn new(unit: Unit, total: Option<u64>) -> Self {
        let bar = std::io::stderr().is_terminal().then(|| {
            let bar = total.map_or_else(ProgressBar::no_length, ProgressBar::new);
            // A template that cannot be read leaves the usual one.
            let template = if total.is_some() { "{bar:24} {msg}" } else { "{spinner} {msg}" };
            bar.with_style(ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar()))
        });
        let started = Instant::now();
        Self { unit, total, done: 0, meter: Meter::default(), started, shown: None, bar }
    }

    /// Sets how much there is in all.
    pub(super) fn set_total(&mut self, total: u64) {
        if self.total != Some(total) {
            self.total = Some(total);
            if let Some(bar) = &self.bar {
                bar.set_length(total);
            }
        }
    }

    /// So much is done.
    pub(super) fn at(&mut self, done: u64) {
        let now = Instant::now();
        self.done = done;
        self.meter.note(now.saturating_duration_since(self.started), done);
        let every = if self.bar.is_some() { REDRAW_EVERY } else { LINE_EVERY };
        // The first line elsewhere comes when the first ten seconds are over.
        let since = self.shown.or_else(|| self.bar.is_none().then_some(self.started));
        if since.is_none_or(|shown| now.saturating_duration_since(shown) >= every) {
            self.shown = Some(now);
            self.show();
        }
    }

    fn show(&self) {
        let text = text(self.unit, self.done, self.total, &self.meter);
        match &self.bar {
            Some(bar) => {
                bar.set_position(self.done);
                bar.set_message(text);
                bar.tick();
            }
            None => eprintln!("{text}"),
        }
    }

    /// Tells something else.
    pub(super) fn say(&self, line: &str) {
        match &self.bar {
            Some(bar) => bar.println(line),
            None => eprintln!("{line}"),
        }
    }

    /// Takes the bar away.
    pub(super) fn end(self) {
        if let Some(bar) = self.bar {
            bar.finish_and_clear();
        }
    }
}

/// "1.2 GB of 5.0 GB (24 %), 10.4 MB/s, 6 min 05 s left".
fn text(unit: Unit, done: u64, total: Option<u64>, meter: &Meter) -> String {
    let amount = |count: u64| match unit {
        Unit::Bytes => size(count),
        Unit::Photos => count.to_string(),
    };
    let mut text = match total {
        Some(total) => {
            let percent = u128::from(done) * 100 / u128::from(total.max(1));
            format!("{} of {} ({percent} %)", amount(done), amount(total))
        }
        None => amount(done),
    };
    if unit == Unit::Photos {
        text.push_str(" photos");
    }
    if let Some(rate) = meter.rate() {
        match unit {
            Unit::Bytes => text.push_str(&format!(", {}/s", size(rate as u64))),
            Unit::Photos => text.push_str(&format!(", {rate:.1}/s")),
        }
        if let Some(left) = total.and_then(|total| meter.left(total)) {
            text.push_str(&format!(", {} left", spoken(left)));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_says_how_far_how_fast_and_how_long() {
        let mut meter = Meter::default();
        assert_eq!(text(Unit::Bytes, 0, Some(5_000_000_000), &meter), "0 bytes of 5000 MB (0 %)");
        meter.note(Duration::ZERO, 0);
        meter.note(Duration::from_secs(10), 120_000_000);
        assert_eq!(
            text(Unit::Bytes, 120_000_000, Some(1_200_000_000), &meter),
            "120 MB of 1200 MB (10 %), 12 MB/s, 1 min 30 s left"
        );
        let mut meter = Meter::default();
        meter.note(Duration::ZERO, 0);
        meter.note(Duration::from_secs(10), 25);
        assert_eq!(text(Unit::Photos, 25, Some(100), &meter), "25 of 100 (25 %) photos, 2.5/s, 30 s left");
        assert_eq!(text(Unit::Photos, 25, None, &meter), "25 photos, 2.5/s");
    }
}
