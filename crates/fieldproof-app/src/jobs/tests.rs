//! Two workers and one job: whoever has lost the lease while the job runs commits nothing, and spoils nothing.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicU64, Ordering},
    mpsc,
};

use chrono::{DateTime, TimeDelta, Utc};
use fieldproof_domain::retry::MOST_ATTEMPTS;
use fieldproof_store::jobs::{self, Lane, Leased};
use fieldproof_testkit::TestDatabase;
use tokio::task::JoinHandle;
use uuid::Uuid;

use super::{Job, JobLine, kind::EXPORT, run::LEASE};
use crate::{Ambient, Fieldproof, Settings};

/// A worker's time, which can be made to stand still in the middle of a job.
struct Watch {
    now: Arc<Mutex<DateTime<Utc>>>,
    ids: AtomicU64,
    /// Whoever asks next for the time says so to the one end, and waits for the other.
    stop: Mutex<Option<(mpsc::Sender<()>, mpsc::Receiver<()>)>>,
}

impl Ambient for Watch {
    fn now(&self) -> DateTime<Utc> {
        let stop = self.stop.lock().unwrap().take();
        if let Some((reached, go_on)) = stop {
            reached.send(()).unwrap();
            go_on.recv().unwrap();
        }
        *self.now.lock().unwrap()
    }

    fn new_id(&self) -> Uuid {
        Uuid::from_u128(self.ids.fetch_add(1, Ordering::Relaxed).into())
    }

    fn secret(&self) -> [u8; 32] {
        [7; 32]
    }
}

/// Two workers on one database and one blob store.
struct World {
    slow: Arc<Fieldproof>,
    slow_watch: Arc<Watch>,
    quick: Arc<Fieldproof>,
    now: Arc<Mutex<DateTime<Utc>>>,
    _folder: tempfile::TempDir,
    _database: Option<TestDatabase>,
}

impl World {
    async fn new() -> Self {
        let (folder, database) = (tempfile::tempdir().unwrap(), TestDatabase::make());
        let now = Arc::new(Mutex::new(DateTime::from_timestamp(1_700_000_000, 0).unwrap()));
        let watch =
            |first_id| Arc::new(Watch { now: Arc::clone(&now), ids: AtomicU64::new(first_id), stop: Mutex::default() });
        let mut settings = Settings::new(folder.path());
        settings.places.database_url = database.as_ref().map(TestDatabase::url);
        settings.workers = 1;
        let (slow_watch, quick_watch) = (watch(1_000), watch(2_000));
        let slow = Arc::new(Fieldproof::open(&settings, slow_watch.clone()).await.unwrap());
        let quick = Arc::new(Fieldproof::open(&settings, quick_watch).await.unwrap());
        Self { slow, slow_watch, quick, now, _folder: folder, _database: database }
    }

    fn time(&self) -> DateTime<Utc> {
        *self.now.lock().unwrap()
    }

    fn wait(&self, time: TimeDelta) {
        *self.now.lock().unwrap() += time;
    }

    async fn listed(&self) -> Vec<JobLine> {
        self.quick.jobs().await.unwrap()
    }

    /// The slow worker is in the middle of a job when its lease runs out and the quick one takes the job. Answers the
    /// end of the slow one, what makes it go on, and the quick one's lease.
    async fn taken_over(&self) -> (JoinHandle<()>, mpsc::Sender<()>, Leased) {
        let mut writer = self.slow.store.write().await.unwrap();
        self.slow.add_job(&mut writer, Job::SweepOrphans, self.time()).await.unwrap();
        writer.commit().await.unwrap();
        let lost = self.slow.take_job(Lane::AllBut(EXPORT)).await.unwrap().expect("a job");
        let ((reached, is_reached), (go_on, may_go_on)) = (mpsc::channel(), mpsc::channel());
        *self.slow_watch.stop.lock().unwrap() = Some((reached, may_go_on));
        let ending = tokio::spawn(Arc::clone(&self.slow).do_job(lost.clone()));
        tokio::task::block_in_place(|| is_reached.recv()).unwrap();

        self.wait(TimeDelta::from_std(LEASE).unwrap() + TimeDelta::seconds(1));
        let mut writer = self.quick.store.write().await.unwrap();
        assert_eq!(jobs::recover(&mut writer, self.time(), MOST_ATTEMPTS).await.unwrap(), 1);
        writer.commit().await.unwrap();
        let held = self.quick.take_job(Lane::AllBut(EXPORT)).await.unwrap().expect("the same job");
        assert_eq!((held.id, held.attempts), (lost.id, 2));
        (ending, go_on, held)
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn what_another_has_done_is_not_done_again() {
    let world = World::new().await;
    let (slow, go_on, held) = world.taken_over().await;
    world.quick.perform(&held).await.unwrap();
    // Its effect is the next one of those that recur. Whatever becomes of that, there must not be another.
    let [next] = &world.listed().await[..] else { panic!("the next one") };
    assert_eq!((next.state.as_str(), next.attempts), ("waiting", 0));
    world.wait(TimeDelta::hours(7));
    let next = world.quick.take_job(Lane::AllBut(EXPORT)).await.unwrap().expect("the next one");
    let mut writer = world.quick.store.write().await.unwrap();
    assert!(jobs::finish(&mut writer, &next).await.unwrap());
    writer.commit().await.unwrap();

    go_on.send(()).unwrap();
    slow.await.unwrap();
    assert_eq!(world.listed().await, [], "the slow worker has committed what was not its own any more");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn what_another_is_doing_is_left_to_it() {
    let world = World::new().await;
    let (slow, go_on, held) = world.taken_over().await;
    let before = world.listed().await;
    go_on.send(()).unwrap();
    slow.await.unwrap();
    assert_eq!(world.listed().await, before, "neither finished nor noted as failed");
    assert_eq!(before[0].state, "running");

    world.quick.perform(&held).await.unwrap();
    let [next] = &world.listed().await[..] else { panic!("the next one") };
    assert_eq!((next.state.as_str(), next.attempts), ("waiting", 0));
    assert_eq!(next.run_at, world.time() + TimeDelta::hours(6));
}
