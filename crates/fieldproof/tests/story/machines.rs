//! Several servers on one database and one blob store are one to their callers. Only with PostgreSQL, since nothing else
//! can be shared; with a bucket where the environment names an S3 server.

use fieldproof_testkit::{Scene, TestServer, TestServerBuilder, Tint};
use serde_json::json;

use crate::{bucket::Bucket, checks, image, link, of_type, server, task};

/// A second server on the database and blob store of the first, with a data folder of its own.
async fn beside(first: &TestServer, with: impl FnOnce(TestServerBuilder) -> TestServerBuilder) -> TestServer {
    with(server()).beside(first).await
}

async fn share(one: &TestServer, two: &TestServer) {
    let (here, there) = (one.client(), two.client());
    // Created here, analysed there, corrected here, seen there.
    let id = here.create(&of_type("shared", "maintenance")).await;
    let photo = Scene::new(1).tint(Tint::Green).photo();
    let verdict = there.analyse(&id, "after", &photo).await.expect(200).json();
    let task_id = task(&verdict, "is_green")["id"].as_str().unwrap().to_owned();
    let path = format!("/v0.2/work-orders/{id}/tasks/{task_id}/correction/");
    here.patch(&path, &json!({"corrected_value": false})).await.expect(200);
    let seen = there.work_order(&id).await;
    assert_eq!(task(&seen, "is_green")["state"]["corrected_value"], false);
    assert_eq!(image(&seen)["id"], image(&verdict)["id"]);
    // The links of one are opened by everybody.
    assert_eq!(here.get(link(&verdict)).await.expect(200).body, photo);
    let elsewhere = link(&verdict).replace(two.url(), one.url());
    assert_eq!(here.get(&elsewhere).await.expect(200).body, photo);
    // A picture that one has seen is a duplicate to the other, also when both get it at once.
    let other = here.create(&of_type("other", "maintenance")).await;
    let again = here.analyse(&other, "after", &Scene::new(1).tint(Tint::Green).jpeg(800, 600, 70)).await.expect(200);
    assert_eq!(checks(&again.json()), ["Duplicate"]);
    for seed in 10..16 {
        let (a, b) =
            (here.create(&of_type("a", "maintenance")).await, there.create(&of_type("b", "maintenance")).await);
        let photo = Scene::new(seed).tint(Tint::Green).photo();
        let (one, two) = tokio::join!(here.analyse(&a, "after", &photo), there.analyse(&b, "after", &photo));
        let mut found = [checks(&one.expect(200).json()), checks(&two.expect(200).json())];
        found.sort();
        assert_eq!(found, [vec![], vec!["Duplicate".to_owned()]], "exactly one of two racing photos is the duplicate");
    }
    // Deleted on one, gone on the other.
    here.delete(&format!("/v0.2/work-orders/{id}/")).await.expect(204);
    there.get(&format!("/v0.2/work-orders/{id}/")).await.expect(404);
    there.get(link(&verdict)).await.expect(404);
}

#[tokio::test]
async fn two_servers_with_one_folder_of_photos() {
    let one = server().with_blobs_in_common().start().await;
    if one.database().is_none() {
        eprintln!("skipped: only PostgreSQL can be shared");
        return;
    }
    let two = beside(&one, |two| two).await;
    share(&one, &two).await;
}

#[tokio::test]
async fn two_servers_with_one_bucket() {
    let Some(bucket) = Bucket::make().await else { return };
    let one = bucket.of(server()).start().await;
    let client = one.client();
    let id = client.create(&json!({"name": "w"})).await;
    let photo = Scene::new(5).photo();
    let verdict = client.analyse(&id, "before", &photo).await.expect(200).json();
    let link = link(&verdict);
    assert!(link.starts_with(&bucket.endpoint) && link.contains("/photos/of-tests/inputs/"), "{link}");
    assert!(link.contains("X-Amz-Signature="), "a link of the bucket itself: {link}");
    assert_eq!(client.get(link).await.expect(200).body, photo);
    assert!(one.stored_photos().is_empty(), "nothing is in the data folder");
    let group = client.get("/v0.2/task-groups/before").await.expect(200).json();
    let example = group["input_examples"][0].as_str().unwrap();
    assert!(!client.get(example).await.expect(200).body.is_empty(), "{example}");
    client.delete(&format!("/v0.2/work-orders/{id}/")).await.expect(204);
    client.get(link).await.expect(404);
    if one.database().is_some() {
        let two = beside(&one, |two| bucket.of(two)).await;
        share_in_bucket(&one, &two).await;
    }
}

/// What is shared, when links lead to the bucket and not to a server.
async fn share_in_bucket(one: &TestServer, two: &TestServer) {
    let (here, there) = (one.client(), two.client());
    let id = here.create(&of_type("shared", "maintenance")).await;
    let photo = Scene::new(1).tint(Tint::Green).photo();
    let verdict = there.analyse(&id, "after", &photo).await.expect(200).json();
    assert_eq!(here.get(link(&here.work_order(&id).await)).await.expect(200).body, photo);
    here.delete(&format!("/v0.2/work-orders/{id}/")).await.expect(204);
    there.get(link(&verdict)).await.expect(404);
}

#[tokio::test]
async fn a_shared_database_needs_a_shared_key() {
    let server = server().prepare();
    let url = "postgres://nobody@127.0.0.1:1/none";
    let refused = server.cli_without_key(&["serve", "--listen", "127.0.0.1:0", "--database-url", url]);
    assert!(refused.status == 1 && refused.stderr.contains("FIELDPROOF_SECRET_KEY"), "{refused:?}");
    let refused = server.cli(&["site", "list", "--database-url", "postgres://jane:sesame@127.0.0.1:1/none"]);
    assert!(refused.status == 1 && refused.stderr.contains("cannot be opened"), "{refused:?}");
    assert!(!refused.stderr.contains("sesame"), "passwords are not shown: {refused:?}");
    let refused = server.cli(&["site", "list", "--database-url", "mysql://127.0.0.1/none"]);
    assert!(refused.status == 1 && refused.stderr.contains("postgres://"), "{refused:?}");
    let refused = server.cli(&["site", "list", "--blob-url", "ftp://127.0.0.1/none"]);
    assert!(refused.status == 1 && refused.stderr.contains("--blob-url"), "{refused:?}");
}
