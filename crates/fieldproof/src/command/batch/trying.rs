//! Trying again: says why, waits, and gives up when nothing has moved for too long.

use std::time::{Duration, Instant};

use fieldproof_app::{Ambient as _, SystemAmbient};

use super::{failure::Failure, meter::spoken, patience::Patience, progress::Progress};

/// It was tried for too long, or stopped: it can go on later.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(super) struct GaveUp(pub(super) String);

/// What goes on until it succeeds.
pub(super) struct Trying {
    give_up_after: Duration,
    patience: Patience,
    /// The server has answered before, so its address is right.
    was_reached: bool,
    /// The reason that was told last: the same one is not told at every try.
    told: Option<String>,
}

impl Trying {
    pub(super) fn new(give_up_after: Duration) -> Self {
        let patience = Patience::new(give_up_after, Instant::now());
        Self { give_up_after, patience, was_reached: false, told: None }
    }

    /// The server has answered as it should.
    pub(super) fn reached(&mut self) {
        self.was_reached = true;
    }

    /// Something has moved.
    pub(super) fn moved(&mut self) {
        self.was_reached = true;
        self.told = None;
        self.patience.moved(Instant::now());
    }

    /// Waits before the next try.
    ///
    /// # Errors
    /// Trying again is pointless, or [`GaveUp`].
    pub(super) async fn after(&mut self, failure: Failure, progress: &Progress) -> anyhow::Result<()> {
        let (reason, asked_for) = match failure {
            Failure::Passing { reason, retry_after } => (reason, retry_after),
            Failure::WrongAddress(reason) if self.was_reached => (reason, None),
            Failure::WrongAddress(reason) | Failure::Final(reason) => anyhow::bail!(reason),
        };
        let Some(wait) = self.patience.wait(Instant::now(), chance(), asked_for) else {
            let time = spoken(self.give_up_after);
            return Err(GaveUp(format!("{reason}; nothing has moved for {time}, so this gives up")).into());
        };
        if self.told.as_ref() != Some(&reason) {
            progress.say(&format!("{reason}; trying again, for {} at most", spoken(self.give_up_after)));
            self.told = Some(reason);
        }
        tokio::time::sleep(wait).await;
        Ok(())
    }
}

/// 0..1
fn chance() -> f64 {
    let [first, second, ..] = SystemAmbient.secret();
    f64::from(u16::from_be_bytes([first, second])) / f64::from(u16::MAX)
}
