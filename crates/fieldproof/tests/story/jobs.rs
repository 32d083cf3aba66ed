//! Work that is done later.

use std::time::Duration;

use fieldproof_testkit::{Scene, TestServer};
use serde_json::{Value, json};

use crate::server;

fn listed(server: &TestServer) -> Vec<Value> {
    server.cli(&["jobs", "list", "--json"]).ok_json().as_array().unwrap().clone()
}

fn kinds(server: &TestServer) -> Vec<String> {
    listed(server).iter().map(|job| job["kind"].as_str().unwrap().to_owned()).collect()
}

/// Waits until something holds that a worker brings about.
async fn eventually(what: &str, mut holds: impl FnMut() -> bool) {
    for _ in 0..600 {
        if holds() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("{what}: not after half a minute");
}

#[tokio::test]
async fn photos_that_could_not_be_erased_at_once_are_erased_by_a_worker() {
    let mut server = server().env("FIELDPROOF_JOB_WORKERS", "0").start().await;
    let client = server.client();
    let id = client.create(&json!({"name": "w"})).await;
    client.analyse(&id, "before", &Scene::new(1).photo()).await.expect(200);
    let [photo] = &server.stored_photos()[..] else { panic!("one photo") };
    // A folder where the file was: erasing fails, whoever the tests run as.
    let kept = std::fs::read(photo).unwrap();
    std::fs::remove_file(photo).unwrap();
    std::fs::create_dir(photo).unwrap();
    std::fs::write(photo.join("in the way"), "").unwrap();
    client.delete(&format!("/v0.2/work-orders/{id}/")).await.expect(204);
    assert!(kinds(&server).contains(&"erase-photos".to_owned()), "{:?}", kinds(&server));

    std::fs::remove_dir_all(photo).unwrap();
    std::fs::write(photo, kept).unwrap();
    let photo = photo.clone();
    server.set_env("FIELDPROOF_JOB_WORKERS", "1");
    server.restart().await;
    eventually("the photo is erased", || !photo.exists()).await;
    eventually("the job is struck off", || !kinds(&server).contains(&"erase-photos".to_owned())).await;
}

#[tokio::test]
async fn photos_that_no_analysis_speaks_of_are_swept_once_they_are_old() {
    let server = server().prepare();
    let photos = server.data().join("blobs/inputs");
    std::fs::create_dir_all(&photos).unwrap();
    let (old, young) = (photos.join("old.jpeg"), photos.join("young.jpeg"));
    for photo in [&old, &young] {
        std::fs::write(photo, "photo").unwrap();
    }
    let two_hours_ago = std::time::SystemTime::UNIX_EPOCH
        + std::fs::metadata(&young).unwrap().modified().unwrap().duration_since(std::time::UNIX_EPOCH).unwrap()
        - Duration::from_secs(2 * 60 * 60);
    std::fs::File::options().write(true).open(&old).unwrap().set_modified(two_hours_ago).unwrap();
    let mut server = server;
    server.restart().await;
    let client = server.client();
    let id = client.create(&json!({"name": "w"})).await;
    client.analyse(&id, "before", &Scene::new(1).photo()).await.expect(200);
    eventually("the old photo is swept", || !old.exists()).await;
    assert!(young.exists(), "it may be of an analysis that is about to be recorded");
    assert_eq!(server.stored_photos().len(), 2);
    // Those that recur wait for their next time.
    eventually("they wait again", || {
        let jobs = listed(&server);
        jobs.len() == 4 && jobs.iter().all(|job| job["state"] == "waiting" && job["attempts"] == 0)
    })
    .await;
}

#[tokio::test]
async fn a_worker_of_its_own_does_what_servers_leave() {
    let mut server = server().env("FIELDPROOF_JOB_WORKERS", "0").start().await;
    tokio::time::sleep(Duration::from_millis(200)).await;
    eventually("the recurring jobs are listed", || kinds(&server).len() == 4).await;
    assert!(listed(&server).iter().all(|job| job["attempts"] == 0));
    let mut worker = server.spawn(&["worker"]);
    worker.begun();
    eventually("they were done once", || {
        listed(&server).iter().all(|job| job["run_at"].as_str() > job["created_at"].as_str())
    })
    .await;
    worker.terminate();
    assert_eq!(server.terminate().await, 0);
}

#[tokio::test]
async fn only_what_was_given_up_is_started_again() {
    let server = server().prepare();
    assert_eq!(server.cli(&["jobs", "list"]).ok().stdout, "no jobs\n");
    assert_eq!(server.cli(&["jobs", "retry", "--all", "--json"]).ok_json(), json!({"retried": 0}));
    let refused = server.cli(&["jobs", "retry", "00000000-0000-0000-0000-000000000007"]);
    assert!(refused.status == 1 && refused.stderr.contains("given up"), "{refused:?}");
    assert_eq!(server.cli(&["jobs", "retry"]).status, 2, "which one?");
}
