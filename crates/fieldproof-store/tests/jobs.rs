//! The list of jobs, on either database.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::collections::HashSet;

use chrono::{DateTime, TimeDelta, Utc};
use fieldproof_store::{
    Places, Store,
    jobs::{self, Lane, Leased, NewJob},
};
use fieldproof_testkit::TestDatabase;
use serde_json::json;
use uuid::Uuid;

struct World {
    store: Store,
    _folder: tempfile::TempDir,
    _database: Option<TestDatabase>,
}

async fn world() -> World {
    let folder = tempfile::tempdir().unwrap();
    let database = TestDatabase::make();
    let places = Places { database_url: database.as_ref().map(TestDatabase::url), ..Places::in_folder(folder.path()) };
    World { store: Store::open(&places).await.unwrap(), _folder: folder, _database: database }
}

fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_700_000_000 + seconds, 0).unwrap()
}

fn job(number: u128, priority: u8, run_at: i64) -> NewJob {
    let id = Uuid::from_u128(number);
    NewJob { id, kind: "test", dedup_key: None, priority, payload: json!({"n": number as u64}), run_at: at(run_at) }
}

impl World {
    async fn add(&self, job: &NewJob) -> bool {
        let mut writer = self.store.write().await.unwrap();
        let added = jobs::add(&mut writer, std::slice::from_ref(job), at(0)).await.unwrap() == 1;
        writer.commit().await.unwrap();
        added
    }

    async fn take(&self, owner: u128, now: i64) -> Option<Leased> {
        let mut writer = self.store.write().await.unwrap();
        let until = at(now) + TimeDelta::seconds(60);
        let taken =
            jobs::take(&mut writer, Lane::AllBut("slow"), Uuid::from_u128(owner), at(now), until).await.unwrap();
        writer.commit().await.unwrap();
        taken
    }

    async fn state_of(&self, number: u128) -> Option<(String, u32, Option<String>)> {
        let listed = jobs::list(&mut self.store.read().await.unwrap(), 100).await.unwrap();
        let found = listed.into_iter().find(|job| job.id == Uuid::from_u128(number));
        found.map(|job| (job.state, job.attempts, job.last_error))
    }
}

#[tokio::test]
async fn a_lane_leaves_the_jobs_of_others() {
    let world = world().await;
    world.add(&NewJob { kind: "slow", dedup_key: Some("slow/1".to_owned()), ..job(1, 0, 0) }).await;
    world.add(&job(2, 50, 0)).await;
    let due = async |lane| jobs::is_any_due(&mut world.store.read().await.unwrap(), lane, at(1)).await.unwrap();
    assert!(due(Lane::Only("slow")).await && due(Lane::AllBut("slow")).await && !due(Lane::Only("other")).await);
    assert_eq!(world.take(7, 1).await.unwrap().payload["n"], 2);
    assert_eq!(world.take(7, 1).await, None);
    let mut writer = world.store.write().await.unwrap();
    let (owner, until) = (Uuid::from_u128(8), at(60));
    for (key, now, taken) in [("slow/2", 1, false), ("slow/1", -1, false), ("slow/1", 1, true), ("slow/1", 1, false)] {
        let found = jobs::take_one(&mut writer, key, owner, at(now), until).await.unwrap();
        assert_eq!(found.is_some(), taken, "{key} at {now}");
    }
    jobs::add(&mut writer, &[NewJob { kind: "slow", dedup_key: Some("slow/3".to_owned()), ..job(3, 0, 100) }], at(1))
        .await
        .unwrap();
    jobs::hasten(&mut writer, "slow/3", at(2)).await.unwrap();
    assert!(jobs::take_one(&mut writer, "slow/3", owner, at(2), until).await.unwrap().is_some());
}

#[tokio::test]
async fn the_most_urgent_that_is_due_is_taken_once() {
    let world = world().await;
    for new in [job(1, 50, 0), job(2, 10, 5), job(3, 10, 1), job(4, 1, 100)] {
        assert!(world.add(&new).await);
    }
    let mut taken = Vec::new();
    while let Some(leased) = world.take(9, 10).await {
        taken.push(leased.payload["n"].as_u64().unwrap());
    }
    assert_eq!(taken, [3, 2, 1], "4 is not due yet");
    assert_eq!(world.take(9, 100).await.unwrap().payload["n"], 4);
}

#[tokio::test]
async fn a_job_whose_worker_vanished_is_another_s() {
    let world = world().await;
    world.add(&job(1, 1, 0)).await;
    let first = world.take(7, 0).await.unwrap();
    let mut writer = world.store.write().await.unwrap();
    assert_eq!(jobs::recover(&mut writer, at(60), 3).await.unwrap(), 0, "its lease has not ended");
    assert!(jobs::hold(&mut writer, &first, at(100)).await.unwrap());
    assert_eq!(jobs::recover(&mut writer, at(99), 3).await.unwrap(), 0, "it was renewed");
    assert_eq!(jobs::recover(&mut writer, at(101), 3).await.unwrap(), 1);
    writer.commit().await.unwrap();
    let second = world.take(8, 101).await.unwrap();
    assert_eq!((second.id, second.attempts), (first.id, 2));
    let mut writer = world.store.write().await.unwrap();
    assert!(!jobs::hold(&mut writer, &first, at(500)).await.unwrap());
    assert!(!jobs::finish(&mut writer, &first).await.unwrap(), "what the first did must not be committed");
    assert!(jobs::finish(&mut writer, &second).await.unwrap());
    writer.commit().await.unwrap();
    assert_eq!(world.state_of(1).await, None);
}

#[tokio::test]
async fn failures_wait_and_are_given_up_in_the_end() {
    let world = world().await;
    world.add(&job(1, 1, 0)).await;
    let first = world.take(7, 0).await.unwrap();
    let mut writer = world.store.write().await.unwrap();
    jobs::fail(&mut writer, &first, "no route", Some(at(30))).await.unwrap();
    writer.commit().await.unwrap();
    assert_eq!(world.take(7, 29).await, None);
    let second = world.take(7, 30).await.unwrap();
    let mut writer = world.store.write().await.unwrap();
    jobs::fail(&mut writer, &second, "still none", None).await.unwrap();
    writer.commit().await.unwrap();
    assert_eq!(world.state_of(1).await, Some(("dead".into(), 2, Some("still none".into()))));
    assert_eq!(world.take(7, 1000).await, None);
    let mut writer = world.store.write().await.unwrap();
    assert_eq!(jobs::retry(&mut writer, Some(Uuid::from_u128(1)), at(1000)).await.unwrap(), 1);
    assert_eq!(jobs::retry(&mut writer, None, at(1000)).await.unwrap(), 0);
    writer.commit().await.unwrap();
    assert_eq!(world.take(7, 1000).await.unwrap().attempts, 1);
}

#[tokio::test]
async fn one_job_a_key() {
    let world = world().await;
    let keyed = |number| NewJob { dedup_key: Some("sweep".into()), ..job(number, 1, 0) };
    assert!(world.add(&keyed(1)).await);
    assert!(!world.add(&keyed(2)).await);
    let leased = world.take(7, 0).await.unwrap();
    assert!(!world.add(&keyed(3)).await, "it runs");
    let mut writer = world.store.write().await.unwrap();
    jobs::fail(&mut writer, &leased, "given up", None).await.unwrap();
    writer.commit().await.unwrap();
    assert!(world.add(&keyed(4)).await, "one that was given up starts again");
    assert_eq!(world.take(7, 0).await.unwrap().id, Uuid::from_u128(1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_workers_take_each_job_once() {
    let world = std::sync::Arc::new(world().await);
    for number in 0..200 {
        world.add(&job(number, (number % 3) as u8, 0)).await;
    }
    let workers: Vec<_> = (0..8)
        .map(|worker| {
            let world = std::sync::Arc::clone(&world);
            tokio::spawn(async move {
                let mut taken = Vec::new();
                while let Some(leased) = world.take(1000 + worker, 10).await {
                    taken.push(leased.id);
                }
                taken
            })
        })
        .collect();
    let mut all = Vec::new();
    for worker in workers {
        all.extend(worker.await.unwrap());
    }
    let different: HashSet<_> = all.iter().collect();
    assert_eq!((all.len(), different.len()), (200, 200));
}
