//! HTTP itself, bent.

use std::time::Duration;

use fieldproof_testkit::TestServer;
use hyper::Method;

use crate::{
    Untouched, server,
    wire::{Said, Wire, head},
};

const NAME: &str = r#"{"name":"ab"}"#;

fn post(server: &TestServer, headers: &str, body: &str) -> Wire {
    Wire::open(server).say(head(server, "POST /v0.2/work-orders") + headers + "\r\n" + body)
}

#[tokio::test]
async fn bodies_that_are_cut_off_or_wrongly_framed() {
    let server = server().start().await;
    for (case, said, status) in [
        ("chunked", post(&server, "Transfer-Encoding: chunked\r\n", "d\r\n{\"name\":\"ab\"}\r\n0\r\n\r\n").hear(), 201),
        ("a chunk of no size", post(&server, "Transfer-Encoding: chunked\r\n", "zz\r\nabc\r\n").hear(), 400),
        ("a huge chunk", post(&server, "Transfer-Encoding: chunked\r\n", "fffffffffffffffff\r\nabc\r\n").hear(), 400),
        ("chunks cut off", post(&server, "Transfer-Encoding: chunked\r\n", "d\r\n{\"na").cut().hear(), 400),
        ("cut off", post(&server, "Content-Length: 100\r\n", NAME).cut().hear(), 400),
        ("2^62 bytes announced", post(&server, "Content-Length: 4611686018427387904\r\n", NAME).cut().hear(), 413),
        ("two lengths", post(&server, "Content-Length: 5\r\nContent-Length: 13\r\n", NAME).hear(), 400),
        ("a negative length", post(&server, "Content-Length: -5\r\n", NAME).hear(), 400),
        ("a length beyond numbers", post(&server, "Content-Length: 99999999999999999999999\r\n", NAME).hear(), 400),
        ("no length", post(&server, "", "").hear(), 400),
    ] {
        assert_eq!(said.status(), status, "{case}: {}", said.0);
    }
}

#[tokio::test]
async fn a_slow_body_is_waited_for() {
    let server = server().start().await;
    let mut wire = post(&server, "Content-Length: 13\r\n", "");
    for byte in NAME.bytes() {
        std::thread::sleep(Duration::from_millis(50));
        wire = wire.say([byte]);
    }
    let said = wire.hear();
    assert_eq!(said.status(), 201, "{}", said.0);
}

#[tokio::test]
async fn old_broken_and_repeated_requests() {
    let server = server().start().await;
    let order = Untouched::new(&server).await;
    let get = format!("GET /v0.2/work-orders/{}", order.id);
    let token = format!("Authorization: Token {}\r\n", server.token());
    let say = |text: String| -> Said { Wire::open(&server).say(text).hear() };
    for (case, said, status) in [
        ("HTTP/1.0 without a host", say(format!("{get} HTTP/1.0\r\n{token}\r\n")), 200),
        ("no host", say(format!("{get} HTTP/1.1\r\nConnection: close\r\n{token}\r\n")), 200),
        ("HTTP/0.9", say("GET /\r\n\r\n".to_owned()), 400),
        ("no HTTP", say("\u{16}\u{3}\u{1} hello\r\n\r\n".to_owned()), 400),
        ("a whole URL", say(head(&server, &get.replace("GET /", "GET http://elsewhere/")) + "\r\n"), 200),
        ("a star", say(head(&server, "OPTIONS *") + "\r\n"), 404),
        ("a tunnel", say(head(&server, "CONNECT example.com:80") + "\r\n"), 404),
        ("a zero byte in a header", say(head(&server, &get) + "X: a\0b\r\n\r\n"), 400),
        ("a folded header", say(head(&server, &get) + "X: a\r\n b\r\n\r\n"), 400),
        ("a header of 600 kB", say(head(&server, &get) + &format!("X: {}\r\n\r\n", "a".repeat(600_000))), 431),
        ("a thousand headers", say(head(&server, &get) + &"X: a\r\n".repeat(1000) + "\r\n"), 431),
    ] {
        assert_eq!(said.status(), status, "{case}: {}", said.0);
    }
    let two = format!(
        "{get} HTTP/1.1\r\nHost: x\r\n{token}\r\nGET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    );
    let said = say(two);
    assert_eq!(said.0.matches("HTTP/1.1 200").count(), 2, "two requests at once: {}", said.0);
    assert_eq!(said.json()["status"], "ok");
}

#[tokio::test]
async fn every_other_method_is_refused_and_makes_no_metric_of_its_own() {
    let server = server().start().await;
    let order = Untouched::new(&server).await;
    let client = server.client();
    let analyze = order.analyze();
    for method in ["HEAD", "OPTIONS", "PUT", "TRACE", "MADEUP", "get"] {
        for path in ["/v0.2/work-orders/", &analyze, "/v0.2/task-groups/before/x", "/nowhere", "/openapi.json"] {
            let method = Method::from_bytes(method.as_bytes()).unwrap();
            let answer = client.send(method.clone(), path, &[], "").await;
            assert!(answer.status < 500, "{method} {path}: {}", answer.status);
        }
    }
    order.check("methods").await;
    let metrics = client.get("/metrics").await.expect(200).text();
    assert!(metrics.contains("other") && !metrics.contains("MADEUP"), "{metrics}");
}
