//! The bounded pool that decodes photos and runs models, away from the threads that answer requests.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Mutex, mpsc},
    time::Duration,
};

use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};

use crate::AppError;

/// When a refused caller is told to come back.
const RETRY_AFTER: Duration = Duration::from_secs(2);

type Job = Box<dyn FnOnce() + Send>;

/// Threads that compute, one core each.
pub(crate) struct Workers {
    jobs: mpsc::Sender<Job>,
    slots: Arc<Semaphore>,
}

/// A place among those who compute or wait: held from the first stage of an analysis to its last, so that what was
/// let in is not refused half-way.
pub(crate) struct Slot {
    jobs: mpsc::Sender<Job>,
    _permit: OwnedSemaphorePermit,
    _counted: InFlight,
}

/// Counts a place in the metric for as long as it is held.
struct InFlight;

impl InFlight {
    fn begin() -> Self {
        metrics::gauge!("fieldproof_analyses_in_flight").increment(1.0);
        Self
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        metrics::gauge!("fieldproof_analyses_in_flight").decrement(1.0);
    }
}

impl Workers {
    /// Starts `workers` threads, with `queue` more places to wait.
    pub(crate) fn start(workers: usize, queue: usize) -> Result<Self, String> {
        let workers = workers.max(1);
        let (jobs, receiver) = mpsc::channel::<Job>();
        let receiver = Arc::new(Mutex::new(receiver));
        for number in 1..=workers {
            let receiver = Arc::clone(&receiver);
            std::thread::Builder::new()
                .name(format!("analysis-{number}"))
                .spawn(move || work(&receiver))
                .map_err(|error| format!("cannot start analysis worker {number}: {error}"))?;
        }
        Ok(Self { jobs, slots: Arc::new(Semaphore::new(workers.saturating_add(queue).min(Semaphore::MAX_PERMITS))) })
    }

    /// Takes a place, or says at once that there is none.
    pub(crate) fn enter(&self) -> Result<Slot, AppError> {
        match Arc::clone(&self.slots).try_acquire_owned() {
            Ok(permit) => Ok(Slot { jobs: self.jobs.clone(), _permit: permit, _counted: InFlight::begin() }),
            Err(_) => {
                metrics::counter!("fieldproof_analyses_refused_total").increment(1);
                Err(AppError::Busy { retry_after: RETRY_AFTER })
            }
        }
    }
}

impl Slot {
    /// Computes `job` on a worker.
    ///
    /// # Errors
    /// [`AppError::Internal`] when it panicked; the worker goes on.
    pub(crate) async fn run<T: Send + 'static>(&self, job: impl FnOnce() -> T + Send + 'static) -> Result<T, AppError> {
        let (answer, wait) = oneshot::channel();
        let job: Job = Box::new(move || {
            // Nothing outside the job is left half-changed by it: it owns what it works on.
            if let Ok(result) = catch_unwind(AssertUnwindSafe(job)) {
                drop(answer.send(result));
            }
        });
        self.jobs.send(job).map_err(|_| AppError::Internal("the analysis workers are gone".to_owned()))?;
        wait.await.map_err(|_| AppError::Internal("an analysis stage panicked; its place is in the log".to_owned()))
    }
}

fn work(receiver: &Mutex<mpsc::Receiver<Job>>) {
    loop {
        // Held only while waiting for a job, never while computing one.
        let job = match receiver.lock() {
            Ok(receiver) => receiver.recv(),
            Err(_) => return,
        };
        match job {
            Ok(job) => job(),
            Err(_) => return,
        }
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
}
