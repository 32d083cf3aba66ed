//! The doctor: what somebody or a disk has broken is found, named, and told from what hurts nobody.

use std::{
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use fieldproof_testkit::TestServer;

use super::{archive, several};
use crate::server;

/// What the doctor says of one check: its status and its examples.
fn said(server: &TestServer, name: &str) -> (String, Vec<String>) {
    let answer = server.cli(&["doctor", "--json"]).json();
    let check = answer["checks"].as_array().unwrap().iter().find(|check| check["name"] == name).unwrap();
    let examples = check["examples"].as_array().unwrap().iter().map(|example| example.as_str().unwrap().to_owned());
    (check["status"].as_str().unwrap().to_owned(), examples.collect())
}

fn age(file: &Path) {
    let old = SystemTime::UNIX_EPOCH + Duration::from_secs(1_600_000_000);
    std::fs::File::options().write(true).open(file).unwrap().set_modified(old).unwrap();
}

#[tokio::test]
async fn the_doctor_finds_what_is_broken_and_says_what_to_do() {
    // No worker: it would sweep up what the doctor is to find.
    let server = server().env("FIELDPROOF_JOB_WORKERS", "0").start().await;
    let client = server.client();
    several(&client, 0..3).await;
    let healthy = server.cli(&["doctor"]).ok();
    assert_eq!(healthy.stdout.lines().filter(|line| line.starts_with("OK ")).count(), 6, "{}", healthy.stdout);

    let photos = server.stored_photos();
    let name = |photo: &PathBuf| format!("inputs/{}", photo.file_name().unwrap().to_str().unwrap());
    let inputs = server.data().join("blobs/inputs");
    for (orphan, old) in [("019f0000-0000-7000-8000-000000000001.jpeg", true), ("old.jpeg", true), ("new.jpeg", false)]
    {
        std::fs::write(inputs.join(orphan), "photo").unwrap();
        if old {
            age(&inputs.join(orphan));
        }
    }
    let output = server.cli(&["doctor"]).ok();
    assert!(output.stdout.contains("WARNING orphans: 2 photos, 10 bytes"), "{}", output.stdout);
    assert!(!output.stdout.contains("new.jpeg"), "an analysis may be about to commit it");

    std::fs::remove_file(&photos[0]).unwrap();
    std::fs::write(&photos[1], "another picture").unwrap();
    let output = server.cli(&["doctor"]);
    assert_eq!(output.status, 1);
    assert!(output.stdout.contains("ERROR   photos: 2 of 3"), "{}", output.stdout);
    let (status, examples) = said(&server, "photos");
    assert_eq!((status.as_str(), examples.len()), ("error", 2));
    assert!(examples.iter().any(|example| example.starts_with(&name(&photos[0])) && example.contains("not in the")));
    assert!(examples.iter().any(|example| example.starts_with(&name(&photos[1])) && example.contains("bytes")));
    assert_eq!(said(&server, "references").0, "ok");

    let folder = tempfile::tempdir().unwrap();
    let (_, text) = archive(&folder, "damaged.tar");
    let backup = server.cli(&["backup", &text]);
    assert_eq!(backup.status, 1, "whoever looks at exit codes hears of it");
    assert!(backup.stderr.contains("1 blobs") && backup.stderr.contains(&name(&photos[0])), "{}", backup.stderr);
    assert!(Path::new(&text).exists(), "and has a backup of the rest");

    server.change_by_hand(
        "DELETE FROM analyses WHERE id = (SELECT min(id::text)::uuid FROM analyses)"
            .replace("min(id::text)::uuid", if server.database().is_some() { "min(id::text)::uuid" } else { "min(id)" })
            .as_str(),
    );
    let (status, examples) = said(&server, "references");
    assert_eq!(status, "error");
    assert!(examples.iter().any(|example| example.starts_with("inputs: id ")), "{examples:?}");
    assert!(examples.iter().any(|example| example.contains("first_analysis_id")), "{examples:?}");

    let version = std::fs::read_dir(server.data().join("blobs/apps")).unwrap().next().unwrap().unwrap().path();
    std::fs::write(version.join("models/detector.onnx"), "another model").unwrap();
    let (status, examples) = said(&server, "applications");
    assert_eq!(status, "error");
    assert!(examples[0].contains("have changed"), "{examples:?}");
    std::fs::remove_file(version.join("models/detector.onnx")).unwrap();
    assert!(said(&server, "applications").1[0].contains("models/detector.onnx is not in"));
}
