//! What operators see: health, metrics, logs, signals, files.

use std::time::Duration;

use fieldproof_testkit::{Client, Reply, Scene, Sink};
use hyper::Method;
use serde_json::{Value, json};

use crate::{link, of_type, server};

#[tokio::test]
async fn health_readiness_and_metrics_need_no_token() {
    let server = server().start().await;
    let anybody = server.client().without_token();
    assert_eq!(anybody.get("/healthz").await.expect(200).json(), json!({"status": "ok"}));
    let ready = anybody.get("/readyz").await.expect(200).json();
    let all = json!({"status": "ok", "database": "ok", "blobs": "ok", "models": "ok", "engine": "rten, built in"});
    assert_eq!(ready, all);

    let client = server.client();
    let id = client.create(&of_type("w", "maintenance")).await;
    client.analyse(&id, "before", &Scene::new(1).photo()).await.expect(200);
    let metrics = anybody.get("/metrics").await.expect(200);
    assert!(metrics.header("content-type").starts_with("text/plain; version=0.0.4"));
    let metrics = metrics.text();
    for line in [
        "fieldproof_http_requests_total{method=\"POST\",route=\"/v0.2/work-orders\",status=\"201\"} 1",
        "fieldproof_http_requests_total{method=\"POST\",route=\"/v0.2/work-orders/{id}/analyze\",status=\"200\"} 1",
        "fieldproof_http_request_seconds_bucket{method=\"POST\",route=\"/v0.2/work-orders\",le=\"0.001\"}",
        "fieldproof_analyses_in_flight 0",
        "fieldproof_analysis_stage_seconds_count{stage=\"store\"} 1",
    ] {
        assert!(metrics.contains(line), "{line} is not in\n{metrics}");
    }
    assert!(!metrics.contains(&id), "an id in a label would make a time series for every work order");
}

#[tokio::test]
async fn a_server_that_lost_its_blobs_is_not_ready() {
    let server = server().start().await;
    let blobs = server.data().join("blobs");
    std::fs::rename(&blobs, server.data().join("elsewhere")).unwrap();
    std::fs::write(&blobs, "a file in the way").unwrap();
    let ready = server.client().get("/readyz").await.expect(503).json();
    assert_eq!((&ready["status"], &ready["database"]), (&json!("not ready"), &json!("ok")));
    assert_ne!(ready["blobs"], "ok");
    let id = server.client().create(&json!({"name": "w"})).await;
    let refused = server.client().analyse(&id, "before", &Scene::new(1).photo()).await.expect(503);
    assert_eq!(refused.header("retry-after"), "5");
    assert!(refused.text().contains("storage"), "{}", refused.text());
    assert_eq!(server.client().work_order(&id).await["inputs"], json!([]), "no verdict without its photo");
}

#[tokio::test]
async fn requests_have_an_id_in_the_answer_and_in_the_log() {
    let server = server().start().await;
    let client = server.client();
    let given = client.clone().with_header("X-Request-Id", "from-the-phone.7").get("/v0.2/task-groups/").await;
    assert_eq!(given.header("x-request-id"), "from-the-phone.7");
    let failed = client.clone().with_header("X-Request-Id", "asked-in-vain").get("/v0.2/task-groups/none").await;
    assert_eq!((failed.status, failed.header("x-request-id")), (404, "asked-in-vain"));
    let made = client.get("/healthz").await.header("x-request-id").to_owned();
    assert_eq!(made.len(), 32, "{made}");
    let long = "x".repeat(65);
    for unfit in ["two words", "a\"b", &long] {
        let answer = client.clone().with_header("X-Request-Id", unfit).get("/healthz").await;
        assert_eq!(answer.header("x-request-id").len(), 32, "{unfit} must not be taken over");
    }
    let log = server.logs();
    let lines: Vec<Value> = log.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let of = |id: &str| lines.iter().find(|line| line["span"]["id"] == id).unwrap_or_else(|| panic!("{id}:\n{log}"));
    assert_eq!(of("from-the-phone.7")["status"], 200);
    assert_eq!(of("asked-in-vain")["status"], 404);
    assert_eq!(of(&made)["span"]["path"], "/healthz");
    assert!(!log.contains(&long));
}

#[tokio::test]
async fn secrets_are_never_logged() {
    let server = server().option("--allow-address", "127.0.0.0/8").option("--log", "trace").start().await;
    let client = server.client();
    let sink = Sink::start().await;
    let id = client.create(&json!({"name": "w"})).await;
    let photo = sink.serve("/photo.jpg?Signature=theirs", Reply::File(Scene::new(1).photo().into()));
    let verdict = client.analyse_value(&id, "before", &photo).await.expect(200).json();
    client.get(link(&verdict)).await.expect(200);
    let moved = sink.serve("/moved?Signature=theirs", Reply::Redirect(sink.url("/gone?Signature=theirs")));
    client.analyse_value(&id, "before", &moved).await.expect(400);
    client.clone().with_token("not-a-token-of-ours").get("/v0.2/task-groups/").await.expect(403);
    let log = server.logs();
    assert!(log.contains("/v0.2/work-orders"), "there is a log");
    let key = std::fs::read_to_string(server.data().join("secret.key")).unwrap();
    for secret in [server.token(), "not-a-token-of-ours", "Signature=", "signature=", key.trim()] {
        let line = log.lines().find(|line| line.contains(secret));
        assert_eq!(line, None, "{secret} is in the log");
    }
}

#[tokio::test]
async fn a_stop_finishes_what_is_in_flight() {
    let mut server = server().option("--allow-address", "127.0.0.0/8").start().await;
    let client = server.client();
    let sink = Sink::start().await;
    let id = client.create(&of_type("w", "maintenance")).await;
    let slow = sink.serve("/slow.jpg", Reply::Late(Duration::from_millis(800), Scene::new(1).photo().into()));
    let analysis = {
        let (client, id) = (client.clone(), id.clone());
        tokio::spawn(async move { client.analyse_value(&id, "before", &slow).await })
    };
    while sink.hits("/slow.jpg") == 0 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    server.signal_terminate();
    while Client::new(server.url()).try_send(Method::GET, "/healthz", &[], "").await.is_ok() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert!(!analysis.is_finished(), "it is still in flight when nobody else is let in");
    let verdict = analysis.await.unwrap().expect(200).json();
    assert_eq!(server.wait().await, 0, "{}", server.logs());
    server.restart().await;
    let order = server.client().work_order(&id).await;
    assert_eq!(order["inputs"][1]["id"], verdict["inputs"][1]["id"]);
    assert_eq!(order["progress_score"], 50);
}

#[tokio::test]
async fn idle_connections_do_not_hold_a_stop_up() {
    let mut server = server().start().await;
    let client = server.client();
    client.get("/healthz").await.expect(200);
    let silent = tokio::net::TcpStream::connect(server.url().strip_prefix("http://").unwrap()).await.unwrap();
    let stopped = tokio::time::timeout(Duration::from_secs(10), server.terminate()).await;
    assert_eq!(stopped, Ok(0));
    drop(silent);
}

#[cfg(unix)]
#[tokio::test]
async fn the_key_is_for_its_owner_only_and_links_outlive_a_restart() {
    use std::os::unix::fs::PermissionsExt as _;
    let mut server = server().start().await;
    let mode = std::fs::metadata(server.data().join("secret.key")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let id = server.client().create(&json!({"name": "w"})).await;
    let verdict = server.client().analyse(&id, "before", &Scene::new(1).photo()).await.expect(200).json();
    let path = link(&verdict).split_once("/files/").unwrap().1.to_owned();
    let link = |server: &fieldproof_testkit::TestServer| format!("{}/files/{path}", server.url());
    server.restart().await;
    assert_eq!(server.client().get(&link(&server)).await.status, 200);
    server.set_env("FIELDPROOF_SECRET_KEY", "another key of at least 32 characters");
    server.restart().await;
    assert_eq!(server.client().get(&link(&server)).await.status, 404, "another key, other links");
}
