//! An archive that is sent to a bucket, where nothing can be added to what lies there.

use std::time::Duration;

use fieldproof_testkit::{Archive, Scene, Tint};
use serde_json::json;

use super::{Upload, archive, awaits, completes, refuses, taking, wire};
use crate::bucket::Bucket;

#[tokio::test]
async fn parts_in_a_bucket_are_one_archive_and_are_worked_off() {
    let Some(bucket) = Bucket::make().await else { return };
    let mut server = bucket.of(taking()).start().await;
    let packed = Archive::new()
        .file("WO_1/before-0.jpg", Scene::new(1).photo())
        .file("WO_1/after-1.jpg", Scene::new(2).tint(Tint::Green).photo())
        .file("WO_1/filler.bin", archive(6_000_000, 3))
        .zip();
    let upload = Upload::make(&server).await;
    awaits(&upload.part(&packed, 0, 700_000).await, 700_000);
    // Some of it again, and more than the server puts in one object.
    awaits(&upload.part(&packed, 600_000, 4_000_000).await, 4_600_000);
    refuses(&upload.part(&packed, 4_600_001, 1000).await, 400, 4_600_000, "missing");
    let range = format!("bytes 4600000-4799999/{}", packed.len());
    wire::broken(&server, &upload.path, &range, 200_000, &packed[4_600_000..4_700_000], wire::Leave::Politely);
    assert_eq!(upload.held().await, 4_700_000);
    // What a server does not know any more it looks for.
    server.kill9();
    server.restart().await;
    let upload = upload.at(&server);
    assert_eq!(upload.held().await, 4_700_000);
    completes(&upload.part(&packed, 4_700_000, packed.len()).await, &packed);
    assert!(!server.data().join("blobs").exists(), "nothing is in the data folder");

    server.set_env("FIELDPROOF_JOB_WORKERS", "2");
    server.restart().await;
    let client = server.client();
    let path = format!("/v0.2/batches/{}", upload.id);
    let mut batch = json!({});
    for _ in 0..600 {
        batch = client.get(&path).await.expect(200).json();
        if batch["end_date"].is_string() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    // The filler is in the error file, and fails nothing.
    assert_eq!((&batch["status"], &batch["photos"]["done"]), (&json!("done_with_errors"), &json!(2)), "{batch:#}");
}
