//! Bodies that are no JSON object, or too much of one.

use fieldproof_testkit::{Client, TestServer};
use hyper::Method;
use serde_json::{Value, json};

use crate::{
    Untouched, json_refusal, server,
    wire::{Wire, head},
};

fn repeated(part: &str, times: usize) -> Vec<u8> {
    part.repeat(times).into_bytes()
}

#[tokio::test]
async fn what_is_no_json_object_is_a_400_everywhere() {
    let server = server().start().await;
    let order = Untouched::new(&server).await;
    let task = order.before.0["tasks"][0]["id"].as_str().unwrap().to_owned();
    let path = format!("/v0.2/work-orders/{}", order.id);
    let client = server.client();
    let cases: Vec<(&str, Vec<u8>)> = vec![
        ("nothing", Vec::new()),
        ("text", b"hello".to_vec()),
        ("a list", b"[]".to_vec()),
        ("a string", b"\"x\"".to_vec()),
        ("null", b"null".to_vec()),
        ("lists in lists", repeated("[", 100_000)),
        ("objects in objects", repeated("{\"a\":", 100_000)),
        ("U+0000 in a value", br#"{"name":"a\u0000"}"#.to_vec()),
        ("U+0000 in a nested key", br#"{"name":"a","metadata":{"x":[{"\u0000":1}]}}"#.to_vec()),
        ("a raw zero byte", b"{\"name\":\"a\0\"}".to_vec()),
        ("half a surrogate pair", br#"{"name":"x","tags":["\ud800"]}"#.to_vec()),
        ("bytes that are not UTF-8", b"{\"name\":\"\xff\"}".to_vec()),
        ("UTF-16", b"\xff\xfe{\0}\0".to_vec()),
        ("a number beyond every float", br#"{"name":"x","metadata":{"a":1e999}}"#.to_vec()),
        ("a number of 5,000 digits", format!("{{\"metadata\":{{\"a\":{}}}}}", "9".repeat(5000)).into_bytes()),
        ("something after it", br#"{"name":"x"} x"#.to_vec()),
        ("two objects", br#"{"name":"x"}{}"#.to_vec()),
        ("one that ends early", br#"{"name":"x","#.to_vec()),
    ];
    for (name, body) in cases {
        for (method, path) in [
            (Method::POST, "/v0.2/work-orders".to_owned()),
            (Method::PATCH, path.clone()),
            (Method::POST, order.analyze()),
            (Method::PATCH, format!("{path}/tasks/{task}/correction")),
        ] {
            let answer = client.send(method.clone(), &path, &[], body.clone()).await;
            let case = format!("{name}, {method} {path}");
            assert_eq!(answer.status, 400, "{case}: {}", answer.text());
            json_refusal(&case, &answer);
        }
        order.check(name).await;
    }
}

#[tokio::test]
async fn odd_objects_are_taken_whatever_their_content_type() {
    let server = server().start().await;
    let client = server.client();
    let deep = format!(r#"{{"name":"deep","metadata":{{"a":{}1{}}}}}"#, "[".repeat(120), "]".repeat(120));
    for (name, body) in [
        ("the last of two keys", r#"{"name":"a","name":"b"}"#.to_owned()),
        ("120 lists in lists", deep),
        ("numbers at the edges", r#"{"name":"n","metadata":{"a":18446744073709551616,"b":-0,"c":1e308}}"#.to_owned()),
        ("unknown fields", r#"{"name":"u","colour":"red","inputs":[1]}"#.to_owned()),
    ] {
        for kind in ["application/json; charset=utf-16", "text/plain", "multipart/form-data", ""] {
            let answer = client.send(Method::POST, "/v0.2/work-orders/", &[("Content-Type", kind)], body.clone()).await;
            assert_eq!(answer.status, 201, "{name} as '{kind}': {}", answer.text());
            let id = answer.json()["id"].as_str().unwrap().to_owned();
            let sent: Value = serde_json::from_str(&body).unwrap();
            let kept = client.work_order(&id).await;
            assert_eq!(kept["name"], sent["name"], "{name}");
            assert_eq!(kept["metadata"], sent.get("metadata").cloned().unwrap_or_else(|| json!({})), "{name}");
            let answer = client.post(&format!("/v0.2/work-orders/{id}/analyze"), &json!({"inputs": []})).await;
            json_refusal(name, &answer);
        }
    }
}

/// As most clients do it: everything is sent before the answer is looked at.
fn send_all(server: &TestServer, line: &str, token: &str, body: &[u8]) -> (bool, crate::wire::Said) {
    let head = format!(
        "{line} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: {token}\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    let wire = Wire::open(server).say(head).say(body);
    (wire.all_sent, wire.hear())
}

#[tokio::test]
async fn whoever_sends_megabytes_in_vain_can_read_why() {
    let server = server().start().await;
    let order = Untouched::new(&server).await;
    let analyze = order.analyze();
    let body = repeated("a", 14_000_000);
    let token = format!("Token {}", server.token());
    let nobody = "00000000-0000-0000-0000-000000000000";
    for (line, token, status) in [
        ("POST /v0.2/work-orders/", token.as_str(), 413),
        (&format!("POST {analyze}"), &token, 413),
        (&format!("PATCH /v0.2/work-orders/{}", order.id), &token, 413),
        (&format!("POST {analyze}"), "Token unknown", 403),
        (&format!("POST {analyze}"), "", 403),
        (&format!("POST /v0.2/work-orders/{nobody}x/analyze/"), &token, 404),
        (&format!("POST /sites/{nobody}{analyze}"), &token, 404),
        ("POST /nowhere", &token, 404),
        (&format!("PUT {analyze}"), &token, 405),
    ] {
        let (all_sent, said) = send_all(&server, line, token, &body);
        assert!(all_sent, "{line}: the connection was closed while the body was sent");
        assert_eq!(said.status(), status, "{line}: {}", said.0);
        assert!(said.json()["detail"].is_string(), "{line}");
    }
    order.check("14 MB").await;
}

#[tokio::test]
async fn a_chunked_body_has_the_same_limit() {
    let server = server().start().await;
    let mut wire =
        Wire::open(&server).say(head(&server, "POST /v0.2/work-orders") + "Transfer-Encoding: chunked\r\n\r\n");
    for _ in 0..40 {
        wire = wire.say("10000\r\n").say(repeated(" ", 0x10000)).say("\r\n");
    }
    let said = wire.say("0\r\n\r\n").hear();
    assert_eq!(said.status(), 413, "{}", said.0);
}

#[tokio::test]
async fn who_asks_before_sending_is_refused_without_the_body() {
    let server = server().start().await;
    for (line, token, status) in
        [("POST /v0.2/work-orders", server.token(), 413), ("POST /v0.2/work-orders", "unknown", 403)]
    {
        let said = Wire::open(&server)
            .say(format!("{line} HTTP/1.1\r\nHost: x\r\nAuthorization: Token {token}\r\n"))
            .say("Connection: close\r\nExpect: 100-continue\r\nContent-Length: 9000000\r\n\r\n")
            .hear();
        assert_eq!(said.status(), status, "{}", said.0);
    }
    // And the server is still there.
    assert_eq!(Client::new(server.url()).get("/healthz").await.status, 200);
}
