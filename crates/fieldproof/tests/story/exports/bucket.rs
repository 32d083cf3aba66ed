//! Exports to an S3 server.

use fieldproof_testkit::{Cut, CuttingProxy, Scene};
use serde_json::{Value, json};

use super::{
    lines_of,
    place::{make, runs_in},
};
use crate::{bucket::Bucket, image, server};

fn to(bucket: &Bucket, endpoint: &str, more: &Value) -> Value {
    let mut fields = json!({
        "connector_type": "cloud_storage", "interval": "once", "storage_uri": bucket.uri("lake/fieldproof"),
        "storage_credentials": {
            "aws_access_key_id": "test", "aws_secret_access_key": "test", "aws_region": "us-east-1",
            "aws_endpoint_url": endpoint, "aws_allow_http": true,
        },
    });
    fields.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    fields
}

#[tokio::test]
async fn files_lie_in_the_bucket_as_documented() {
    let Some(bucket) = Bucket::make().await else { return };
    let server = server().option("--allow-address", "127.0.0.0/8").start().await;
    let client = server.client();
    let id = client.create(&json!({"name": "w"})).await;
    let photo = Scene::new(1).photo();
    let analysed = client.analyse(&id, "before", &photo).await.expect(200).json();
    let fields = to(&bucket, &bucket.endpoint, &json!({"export_images": true}));
    let export = make(&client, &fields).await;
    let run = runs_in(&client, &export, "delivered", 1).await.remove(0);
    let file = run["file"].as_str().unwrap();
    let photo_file = format!("{}/inputs/{}.jpeg", server.site_id(), image(&analysed)["id"].as_str().unwrap());
    let mut expected = [file.to_owned(), file.replace(".json", ".manifest.json"), photo_file.clone()];
    expected.sort();
    assert_eq!(bucket.keys("lake/fieldproof/").await, expected);
    let found = bucket.get(&format!("lake/fieldproof/{file}")).await;
    assert_eq!((found.header("content-type"), lines_of(&found.text()).len()), ("application/jsonl", 1));
    let found = bucket.get(&format!("lake/fieldproof/{photo_file}")).await;
    assert_eq!((found.header("content-type"), found.body.as_ref()), ("image/jpeg", &photo[..]));
    let tried = client.post(&format!("{export}/test"), &json!({})).await.expect(200).json();
    assert_eq!(tried["ok"], true, "{tried:#}");
    assert_eq!(bucket.keys("lake/fieldproof/").await.len(), 3, "nothing is left of it");
}

#[tokio::test]
async fn what_a_bucket_does_not_let_happen_is_said() {
    let Some(bucket) = Bucket::make().await else { return };
    let server = server().option("--allow-address", "127.0.0.1/32").start().await;
    let client = server.client();
    let elsewhere = bucket.endpoint.replace("127.0.0.1", "127.0.0.2");
    let metadata = "http://169.254.169.254";
    for (endpoint, more, step, code, said) in [
        (elsewhere.as_str(), json!({}), "write", "forbidden_address", "--allow-address"),
        (metadata, json!({}), "write", "forbidden_address", "--allow-address"),
        ("http://localhost.invalid:9", json!({}), "write", "unreachable", "not found"),
        (&bucket.endpoint, json!({"storage_uri": "s3://no-such-bucket-here"}), "write", "missing", "no such bucket"),
        (&bucket.endpoint, json!({"storage_credentials": null}), "connect", "settings", "aws_access_key_id"),
        (
            &bucket.endpoint,
            json!({"storage_credentials": {"aws_access_key_id": "x", "aws_secret_access_key": "y",
                                           "aws_endpoint_url": bucket.endpoint}}),
            "write",
            "settings",
            "aws_allow_http",
        ),
    ] {
        let export = make(&client, &to(&bucket, endpoint, &more)).await;
        let tried = client.post(&format!("{export}/test"), &json!({})).await.expect(200).json();
        let last = tried["steps"].as_array().unwrap().last().unwrap();
        assert_eq!(
            (last["step"].as_str(), last["code"].as_str()),
            (Some(step), Some(code)),
            "{endpoint} {more}: {tried:#}"
        );
        assert!(last["error"].as_str().unwrap().contains(said), "{endpoint} {more}: {tried:#}");
        client.delete(&export).await.expect(204);
    }
}

#[tokio::test]
async fn a_line_to_the_bucket_that_is_cut_leaves_nothing_that_looks_complete() {
    let Some(bucket) = Bucket::make().await else { return };
    let server = server().option("--allow-address", "127.0.0.0/8").start().await;
    let client = server.client();
    let id = client.create(&json!({"name": "w"})).await;
    let mut sizes = 0;
    for seed in 0..6 {
        let photo = Scene::new(40 + seed).photo();
        sizes += photo.len() as u64;
        client.analyse(&id, "before", &photo).await.expect(200);
    }
    let proxy = CuttingProxy::start(&bucket.endpoint, &[Cut::After(sizes / 3), Cut::AndDown(sizes)]).await;
    let export = make(&client, &to(&bucket, proxy.url(), &json!({"export_images": true}))).await;
    proxy.has_cut(2).await;
    let run = runs_in(&client, &export, "failed", 1).await.remove(0);
    assert!(run["error"].as_str().unwrap().ends_with('.'), "{run:#}");
    let keys = bucket.keys("lake/fieldproof/").await;
    assert!(keys.iter().all(|key| key.contains("/inputs/")), "{keys:#?}");
    proxy.lead_to(Some(&bucket.endpoint));
    client.post(&format!("{export}/run"), &json!({})).await.expect(202);
    let run = runs_in(&client, &export, "delivered", 1).await.remove(0);
    assert_eq!((bucket.keys("lake/fieldproof/").await.len(), &run["images"]), (8, &json!(6)));
}
