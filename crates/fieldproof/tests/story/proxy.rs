//! Behind a proxy: its headers are believed where it is trusted, and nowhere else.

use fieldproof_testkit::{Client, Scene, TestServer};
use serde_json::{Value, json};

use crate::{link, listing::page, server};

const PHONE: &str = "203.0.113.7";

/// As a proxy sends requests on that came to it from a phone, over TLS, for this host.
fn proxied(client: Client, host: &str) -> Client {
    let client = client.with_header("X-Forwarded-For", &format!("192.0.2.1, {PHONE}"));
    client.with_header("X-Forwarded-Proto", "https").with_header("X-Forwarded-Host", host)
}

/// Where links to photos and to the next page start.
async fn links(client: &Client, seed: u64) -> [String; 2] {
    let id = client.create(&json!({"name": "w"})).await;
    client.create(&json!({"name": "w"})).await;
    let verdict = client.analyse(&id, "before", &Scene::new(seed).photo()).await.expect(200).json();
    let list = page(client, "/v0.2/work-orders/?limit=1").await;
    let start = |link: &str, end: &str| link.split(end).next().unwrap().to_owned();
    [start(link(&verdict), "/files/"), start(list["next"].as_str().unwrap(), "/v0.2/")]
}

/// The address in the log line of a request.
async fn logged(server: &TestServer, client: &Client, id: &str) -> Value {
    client.clone().with_header("X-Request-Id", id).get("/healthz").await.expect(200);
    let lines = server.logs();
    let mut lines = lines.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let line = lines.find(|line| line["span"]["id"] == id).expect("a line in the log");
    line["span"]["client"].clone()
}

#[tokio::test]
async fn a_trusted_proxy_says_scheme_host_site_and_client() {
    let mut server =
        server().option("--trusted-proxy", "10.0.0.0/8").option("--trusted-proxy", "127.0.0.0/8").start().await;
    let client = server.client();
    let behind = proxied(client.clone(), "photos.example.com");
    assert_eq!(links(&behind, 1).await, ["https://photos.example.com"; 2]);
    assert_eq!(links(&client, 2).await, [server.url(), server.url()], "who says nothing is as before");
    let nonsense = client.clone().with_header("X-Forwarded-Proto", "gopher").with_header("X-Forwarded-Host", "a/b?c");
    let nonsense = nonsense.with_header("X-Forwarded-For", "nobody");
    assert_eq!(links(&nonsense, 3).await, [server.url(), server.url()], "nonsense is no error");
    assert_eq!(logged(&server, &behind, "proxied").await, PHONE);
    assert_eq!(logged(&server, &client, "direct").await, "127.0.0.1");
    assert_eq!(logged(&server, &nonsense, "nonsense").await, "127.0.0.1");
    let forwarded = client.clone().with_header("Forwarded", &format!("for={PHONE};proto=https;host=f.example.com"));
    assert_eq!(links(&forwarded, 4).await, ["https://f.example.com"; 2]);
    assert_eq!(logged(&server, &forwarded, "forwarded").await, PHONE);

    // The site in the host name that the caller used.
    let second = server.cli(&["site", "create", "second", "--app", server.application().arg(), "--json"]).ok_json();
    let second = second["id"].as_str().unwrap();
    server.cli(&["user", "grant", "admin@example.com", "--role", "org-admin", "--site", "second"]).ok();
    let host = format!("api.{}.example.com", &second[..23]);
    let order = proxied(client.clone(), &host).post("/v0.2/work-orders/", &json!({"name": "w"})).await.expect(201);
    assert_eq!(order.json()["site_id"], second);

    server.set_option("--public-url", "https://public.example.com");
    server.restart().await;
    let behind = proxied(server.client(), "photos.example.com");
    assert_eq!(links(&behind, 5).await, ["https://public.example.com"; 2], "what the operator says wins");
    let list = page(&proxied(server.client(), &host), "/v0.2/work-orders/?limit=1").await;
    assert_eq!(list["results"].as_array().unwrap().len(), 1, "and the site is still the one of the host: {list}");
}

#[tokio::test]
async fn nobody_else_is_believed() {
    let file = "trusted_proxy = [\"10.0.0.0/8\", \"::1/128\"]\n";
    for builder in [server(), server().file("fieldproof.toml", file)] {
        let server = builder.start().await;
        let host = format!("api.{}.example.com", "00000000-0000-4000-8000");
        let forged = proxied(server.client(), &host);
        let forged = forged.with_header("Forwarded", "for=192.0.2.1;proto=https;host=evil.example.com");
        assert_eq!(links(&forged, 1).await, [server.url(), server.url()]);
        assert_eq!(logged(&server, &forged, "forged").await, "127.0.0.1");
    }
}
