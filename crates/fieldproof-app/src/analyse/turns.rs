//! Whose turn it is on the workers: people on site first, batches behind them.
//!
//! A stage of an analysis is not interrupted, so what matters is who may begin one. Each person's analysis keeps a worker
//! free of batches from its first stage to its last: otherwise its second stage would find the workers taken by what
//! crept in while it was between two. So it waits for one stage of a batch at most.

use std::{
    collections::VecDeque,
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

/// Whoever waits longer behind others gets a turn all the same: a batch is to be slow then, not to stand still.
const PATIENCE: Duration = Duration::from_secs(5);

pub(super) type Job = Box<dyn FnOnce() + Send>;

/// Who somebody is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lane {
    /// Somebody waits for the answer.
    First,
    /// Nobody does.
    Behind,
}

/// The stages that wait for a worker.
pub(super) struct Turns {
    workers: usize,
    patience: Duration,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    first: VecDeque<Job>,
    behind: VecDeque<(Instant, Job)>,
    /// Analyses of the first lane, computing or between two stages.
    present: usize,
    /// Stages of the other lane that are computed now.
    running_behind: usize,
    has_ended: bool,
}

impl Turns {
    pub(super) fn new(workers: usize) -> Self {
        Self::with_patience(workers, PATIENCE)
    }

    fn with_patience(workers: usize, patience: Duration) -> Self {
        Self { workers, patience, state: Mutex::default(), changed: Condvar::new() }
    }

    /// An analysis begins.
    pub(super) fn enter(&self, lane: Lane) {
        if lane == Lane::First {
            self.state().present += 1;
        }
    }

    /// An analysis is over.
    pub(super) fn leave(&self, lane: Lane) {
        if lane == Lane::First {
            self.state().present -= 1;
            self.changed.notify_all();
        }
    }

    /// Lists a stage.
    pub(super) fn push(&self, lane: Lane, job: Job) {
        let mut state = self.state();
        match lane {
            Lane::First => state.first.push_back(job),
            Lane::Behind => state.behind.push_back((Instant::now(), job)),
        }
        drop(state);
        self.changed.notify_one();
    }

    /// Computes one stage after another until the end.
    pub(super) fn work(&self) {
        while let Some((lane, job)) = self.next() {
            job();
            if lane == Lane::Behind {
                self.state().running_behind -= 1;
            }
        }
    }

    /// Sends the workers home after what they are computing.
    pub(super) fn end(&self) {
        self.state().has_ended = true;
        self.changed.notify_all();
    }

    fn next(&self) -> Option<(Lane, Job)> {
        let mut state = self.state();
        loop {
            if state.has_ended {
                return None;
            }
            if let Some(job) = state.first.pop_front() {
                return Some((Lane::First, job));
            }
            let waited = state.behind.front().map(|(since, _)| since.elapsed());
            let Some(waited) = waited else {
                state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
                continue;
            };
            let is_free = state.present + state.running_behind < self.workers;
            if is_free || waited >= self.patience {
                state.running_behind += 1;
                return state.behind.pop_front().map(|(_, job)| (Lane::Behind, job));
            }
            let left = self.patience - waited;
            (state, _) = self.changed.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// No stage is computed under the lock, so none can leave it half-changed.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, mpsc};

    use super::*;

    /// Pools of that many threads, and a way to have a stage say its name.
    fn pool(
        workers: usize,
        patience: Duration,
    ) -> (Arc<Turns>, impl Fn(Lane, &'static str), mpsc::Receiver<&'static str>) {
        let turns = Arc::new(Turns::with_patience(workers, patience));
        for _ in 0..workers {
            let turns = Arc::clone(&turns);
            std::thread::spawn(move || turns.work());
        }
        let (said, heard) = mpsc::channel();
        let pusher = Arc::clone(&turns);
        let push = move |lane, name| {
            let said = said.clone();
            pusher.push(lane, Box::new(move || said.send(name).unwrap_or_default()));
        };
        (turns, push, heard)
    }

    const SOON: Duration = Duration::from_millis(200);

    #[test]
    fn a_batch_waits_while_people_keep_every_worker() {
        let (turns, push, heard) = pool(1, PATIENCE);
        turns.enter(Lane::First);
        push(Lane::Behind, "batch");
        assert!(heard.recv_timeout(SOON).is_err(), "a worker is kept between two stages");
        push(Lane::First, "person");
        assert_eq!(heard.recv().unwrap(), "person");
        turns.leave(Lane::First);
        assert_eq!(heard.recv().unwrap(), "batch");
        turns.end();
    }

    #[test]
    fn a_batch_has_the_workers_that_nobody_keeps() {
        let (turns, push, heard) = pool(2, PATIENCE);
        turns.enter(Lane::First);
        push(Lane::Behind, "batch");
        assert_eq!(heard.recv().unwrap(), "batch");
        turns.end();
    }

    #[test]
    fn a_batch_never_stands_still() {
        let (turns, push, heard) = pool(1, SOON);
        turns.enter(Lane::First);
        push(Lane::Behind, "batch");
        assert_eq!(heard.recv().unwrap(), "batch");
        turns.end();
    }
}
