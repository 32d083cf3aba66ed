//! Those who look at an export and take their time.

use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
    time::{Duration, Instant},
};

use fieldproof_testkit::TestServer;
use serde_json::json;

use super::preview;
use crate::server;

/// More than lies in buffers on the way.
const ORDERS: usize = 300;
const NOTE: usize = 150_000;

/// Asks for lines, and takes the first bytes alone.
fn ask(server: &TestServer) -> TcpStream {
    let mut stream = TcpStream::connect(server.url().trim_start_matches("http://")).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    let token = server.token();
    write!(stream, "GET /v0.2/exports/preview HTTP/1.1\r\nHost: x\r\nAuthorization: Token {token}\r\n\r\n").unwrap();
    let mut head = [0; 15];
    stream.read_exact(&mut head).unwrap();
    assert_eq!(&head, b"HTTP/1.1 200 OK");
    stream
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_takes_no_lines_is_in_nobodys_way() {
    let server = server().start().await;
    let client = server.client();
    let metadata = json!({"note": "n".repeat(NOTE)});
    for number in 0..ORDERS {
        client.create(&json!({"name": format!("w{number}"), "metadata": metadata})).await;
    }
    let lookers: Vec<_> = (0..4).map(|_| tokio::task::block_in_place(|| ask(&server))).collect();

    let refused = client.get("/v0.2/exports/preview").await.expect(503);
    assert_eq!(refused.json(), json!({"detail": "Too many exports are being looked at: try again."}));
    assert!(refused.header("retry-after").parse::<u32>().unwrap() > 0);
    client.get("/v0.2/work-orders/").await.expect(200);
    let id = client.create(&json!({"name": "one-more"})).await;
    client.work_order(&id).await;

    drop(lookers);
    let start = Instant::now();
    while client.get("/v0.2/exports/preview?to=2020-01-01").await.status != 200 {
        assert!(start.elapsed() < Duration::from_secs(20), "their places are not free");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert_eq!(preview(&client, "").await.len(), ORDERS + 1);
}
