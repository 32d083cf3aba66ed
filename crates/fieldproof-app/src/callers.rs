//! Whether somebody waits for an answer, so that work nobody waits for can stand back.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::{Duration, Instant},
};

/// Who was served so short a time ago is likely to ask again at once.
const RECENT: Duration = Duration::from_millis(50);

/// The longest pause: what was slow because of a line or of somebody else's server was in nobody's way.
const LONGEST_PAUSE: Duration = Duration::from_millis(10);

/// When somebody was last served.
///
/// It counts beginnings and ends of requests, not what is under way: who sends an archive of gigabytes is under way for an
/// hour, and hardly needs a processor.
pub(crate) struct Callers {
    start: Instant,
    /// Milliseconds from the start; 0: never.
    last: AtomicU64,
}

impl Callers {
    pub(crate) fn new() -> Self {
        Self { start: Instant::now(), last: AtomicU64::new(0) }
    }

    /// A request begins or ends.
    pub(crate) fn note(&self) {
        self.last.store(self.now(), Ordering::Relaxed);
    }

    /// Whether a request began or ended just now.
    pub(crate) fn are_there(&self) -> bool {
        let last = self.last.load(Ordering::Relaxed);
        last > 0 && u128::from(self.now().saturating_sub(last)) < RECENT.as_millis()
    }

    /// Pauses after a piece of work that took so long, if somebody waits: for twice as long, so that a third of the time is
    /// worked. Pieces are to be of a millisecond or so, since a thread that works keeps others from its processor.
    pub(crate) async fn make_way(&self, worked: Duration) {
        if self.are_there() {
            tokio::time::sleep((worked * 2).min(LONGEST_PAUSE)).await;
        }
    }

    fn now(&self) -> u64 {
        // Not 0, in the first millisecond either.
        u64::try_from(self.start.elapsed().as_millis()).unwrap_or(u64::MAX).max(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_was_served_is_there_for_a_moment() {
        let callers = Callers::new();
        assert!(!callers.are_there());
        callers.note();
        assert!(callers.are_there());
        std::thread::sleep(RECENT * 2);
        assert!(!callers.are_there());
    }
}
