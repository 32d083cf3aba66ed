//! What is wrong with an archive is said where it is, and the rest goes on.

use fieldproof_testkit::{Application, Archive};
use serde_json::json;

use super::{named, photo, problems, send};
use crate::server;

fn line(work_order: &str, file: &str, code: &str) -> (String, String, String) {
    (work_order.to_owned(), file.to_owned(), code.to_owned())
}

#[tokio::test]
async fn bad_files_are_told_by_name_and_the_rest_goes_on() {
    let server = server().application(Application::with_required_metadata()).start().await;
    let client = server.client();
    let region = || json!({"region": "North"}).to_string();
    let archive = Archive::new()
        .file("good/metadata.json", region())
        .file("good/before-0.jpg", photo(1))
        .file("good/.DS_Store", "junk")
        .file("__MACOSX/good/._before-0.jpg", "junk")
        .file("mixed/metadata.json", region())
        .file("mixed/before-0.jpg", photo(2))
        .file("mixed/roof-1.jpg", photo(3))
        .file("mixed/before-2.jpg", &photo(4)[..2000])
        .file("mixed/before-3.jpg", "no photo")
        .file("mixed/notes.txt", "note")
        .file("mixed/deep/before.jpg", photo(5))
        .file("nothing-said/before.jpg", photo(6))
        .file("said-wrong/metadata.json", "[1]")
        .file("said-wrong/before.jpg", photo(7))
        .file("a name with blanks/metadata.json", region())
        .file("a name with blanks/before.jpg", photo(8))
        .file("../escape.jpg", photo(9))
        .file("/etc/before.jpg", photo(10))
        .file("stray.jpg", photo(11));
    let batch = send(&client, json!({}), archive.tar()).await;
    assert_eq!(batch["status"], "done_with_errors", "{batch:#}");
    assert_eq!(
        problems(&client, &batch).await,
        [
            line("", "../escape.jpg", "parent_folder"),
            line("", "/etc/before.jpg", "absolute_path"),
            line("", "stray.jpg", "outside_folder"),
            line("a name with blanks", "", "work_order_refused"),
            line("mixed", "mixed/before-2.jpg", "photo_refused"),
            line("mixed", "mixed/before-3.jpg", "not_a_photo"),
            line("mixed", "mixed/deep/before.jpg", "too_deep"),
            line("mixed", "mixed/notes.txt", "unexpected_file"),
            line("mixed", "mixed/roof-1.jpg", "unknown_task_group"),
            line("nothing-said", "", "work_order_refused"),
            line("said-wrong", "", "work_order_refused"),
            line("said-wrong", "said-wrong/metadata.json", "not_an_object"),
        ]
    );
    let count =
        |total, done| json!({"total": total, "done": done, "failed": total - done, "skipped": 0, "cancelled": 0});
    assert_eq!(batch["work_orders"], count(5, 1));
    assert_eq!(batch["photos"], count(8, 2));
    assert_eq!(named(&client, "good").await[0]["progress_score"], 33);
    assert_eq!(named(&client, "mixed").await.len(), 1, "what is good of it is there");
    assert_eq!(named(&client, "nothing-said").await.len(), 0);

    let path = format!("/v0.2/batches/{}/errors", batch["batch_id"].as_str().unwrap());
    let csv = client.get(&path).await.expect(200);
    assert!(csv.header("content-type").starts_with("text/csv"));
    assert_eq!(csv.text().lines().next(), Some("work_order,file,code,reason"));
    assert!(csv.text().contains("Field 'metadata' is missing. This field is required."), "{}", csv.text());
    client.get(&format!("{path}?format=xml")).await.expect(400);
}

#[tokio::test]
async fn an_archive_that_cannot_be_used_as_a_whole_fails() {
    let server = server().start().await;
    let client = server.client();
    let cut = super::two_orders(0).zip();
    for (archive, code) in [
        (b"this is no archive at all, only some text".to_vec(), "unknown_format"),
        (cut[..cut.len() / 2].to_vec(), "archive_truncated"),
        (Archive::new().zip(), "no_files"),
    ] {
        let batch = send(&client, json!({}), archive).await;
        assert_eq!(batch["status"], "failed", "{batch:#}");
        assert_eq!(batch["failure"]["code"], code);
        assert_eq!(batch["work_orders"]["total"], 0);
    }
    assert_eq!(named(&client, "WO_1").await.len(), 0);
}

#[tokio::test]
async fn a_tar_that_breaks_off_keeps_its_whole_work_orders() {
    let server = server().start().await;
    let client = server.client();
    let archive = super::two_orders(0).tar();
    let batch = send(&client, json!({}), archive[..archive.len() - 20_000].to_vec()).await;
    assert_eq!(batch["status"], "done_with_errors", "{batch:#}");
    assert_eq!((&batch["work_orders"]["done"], &batch["work_orders"]["failed"]), (&json!(1), &json!(1)));
    let lines = problems(&client, &batch).await;
    assert_eq!(lines, [line("", "", "archive_truncated"), line("WO_2", "", "work_order_cut")]);
    assert_eq!(named(&client, "WO_1").await.len(), 1);
    assert_eq!(named(&client, "WO_2").await.len(), 0);
    let retry = format!("/v0.2/batches/{}/retry", batch["batch_id"].as_str().unwrap());
    assert_eq!(client.post(&retry, &json!({})).await.expect(200).json()["status"], "done_with_errors");
}
