//! The bounded pool that decodes photos and runs models, away from the threads that answer requests.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    time::Duration,
};

use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};

use super::turns::{Lane, Turns};
use crate::AppError;

/// When a refused caller is told to come back.
const RETRY_AFTER: Duration = Duration::from_secs(2);

/// Threads that compute, one core each.
pub(crate) struct Workers {
    turns: Arc<Turns>,
    slots: Arc<Semaphore>,
    /// Of those who stay behind others: as many as can compute at once.
    behind: Arc<Semaphore>,
}

/// A place among those who compute or wait: held from the first stage of an analysis to its last, so that what was
/// let in is not refused half-way.
pub(crate) struct Slot {
    turns: Arc<Turns>,
    lane: Lane,
    _permit: OwnedSemaphorePermit,
}

impl Workers {
    /// Starts `workers` threads, with `queue` more places to wait.
    pub(crate) fn start(workers: usize, queue: usize) -> Result<Self, String> {
        let workers = workers.max(1);
        let turns = Arc::new(Turns::new(workers));
        for number in 1..=workers {
            let turns = Arc::clone(&turns);
            std::thread::Builder::new()
                .name(format!("analysis-{number}"))
                .spawn(move || turns.work())
                .map_err(|error| format!("cannot start analysis worker {number}: {error}"))?;
        }
        let places = |number: usize| Arc::new(Semaphore::new(number.min(Semaphore::MAX_PERMITS)));
        Ok(Self { turns, slots: places(workers.saturating_add(queue)), behind: places(workers) })
    }

    /// Takes a place, or says at once that there is none.
    pub(crate) fn enter(&self) -> Result<Slot, AppError> {
        match Arc::clone(&self.slots).try_acquire_owned() {
            Ok(permit) => Ok(self.slot(Lane::First, permit)),
            Err(_) => {
                metrics::counter!("fieldproof_analyses_refused_total").increment(1);
                Err(AppError::Busy { reason: "Too many photos are being analysed", retry_after: RETRY_AFTER })
            }
        }
    }

    /// Waits for a place behind everybody who took one by [`Workers::enter`].
    ///
    /// # Errors
    /// [`AppError::Internal`] when the pool is gone.
    pub(crate) async fn enter_behind(&self) -> Result<Slot, AppError> {
        let permit = Arc::clone(&self.behind).acquire_owned().await;
        let permit = permit.map_err(|_| AppError::Internal("the analysis workers are gone".to_owned()))?;
        Ok(self.slot(Lane::Behind, permit))
    }

    fn slot(&self, lane: Lane, permit: OwnedSemaphorePermit) -> Slot {
        metrics::gauge!("fieldproof_analyses_in_flight").increment(1.0);
        self.turns.enter(lane);
        Slot { turns: Arc::clone(&self.turns), lane, _permit: permit }
    }
}

impl Drop for Workers {
    fn drop(&mut self) {
        self.turns.end();
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        self.turns.leave(self.lane);
        metrics::gauge!("fieldproof_analyses_in_flight").decrement(1.0);
    }
}

impl Slot {
    /// Computes `job` on a worker.
    ///
    /// # Errors
    /// [`AppError::Internal`] when it panicked; the worker goes on.
    pub(crate) async fn run<T: Send + 'static>(&self, job: impl FnOnce() -> T + Send + 'static) -> Result<T, AppError> {
        let (answer, wait) = oneshot::channel();
        let job = Box::new(move || {
            // Nothing outside the job is left half-changed by it: it owns what it works on.
            if let Ok(result) = catch_unwind(AssertUnwindSafe(job)) {
                drop(answer.send(result));
            }
        });
        self.turns.push(self.lane, job);
        wait.await.map_err(|_| AppError::Internal("an analysis stage panicked; its place is in the log".to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_full_queue_refuses_at_once_and_recovers() {
        let workers = Workers::start(1, 1).unwrap();
        let first = workers.enter().unwrap();
        let second = workers.enter().unwrap();
        assert!(matches!(workers.enter(), Err(AppError::Busy { .. })));
        assert_eq!(first.run(|| 1).await.unwrap(), 1);
        drop(second);
        assert!(workers.enter().is_ok());
    }

    #[tokio::test]
    async fn a_panic_is_an_error_and_the_worker_goes_on() {
        let workers = Workers::start(1, 0).unwrap();
        let slot = workers.enter().unwrap();
        assert!(matches!(slot.run(|| panic!("as a test")).await, Err::<(), _>(AppError::Internal(_))));
        assert_eq!(slot.run(|| 2).await.unwrap(), 2);
    }

    #[tokio::test]
    async fn those_behind_take_no_place_from_others() {
        let workers = Workers::start(1, 0).unwrap();
        let behind = workers.enter_behind().await.unwrap();
        let first = workers.enter().unwrap();
        assert_eq!(first.run(|| 1).await.unwrap(), 1);
        drop(first);
        assert_eq!(behind.run(|| 2).await.unwrap(), 2);
    }
}
