//! Addresses, hosts, headers and tokens that try to get at something else.

use fieldproof_testkit::{Scene, analysis_body, data_uri};
use hyper::Method;
use serde_json::{Value, json};

use crate::{
    json_refusal, server,
    wire::{Wire, head},
};

#[tokio::test]
async fn no_spelling_of_a_path_leads_elsewhere() {
    let server = server().start().await;
    let client = server.client();
    let id = client.create(&json!({"name": "w"})).await;
    client.analyse(&id, "before", &Scene::new(1).photo()).await.expect(200);
    let order = client.work_order(&id).await;
    let link = link(&order);
    let (path, query) = link.strip_prefix(server.url()).unwrap().split_once('?').unwrap();
    let (expires, signature) = query.strip_prefix("Expires=").unwrap().split_once("&Signature=").unwrap();
    let file = path.strip_prefix("/files/").unwrap();
    let site = server.site_id();

    for (path, status) in [
        ("/v0.2/work-orders/%2e%2e/", 404),
        ("/v0.2/work-orders/..", 404),
        ("/v0.2/work-orders/%ff", 404),
        ("/v0.2/work-orders/%", 404),
        ("/v0.2/work-orders/%zz", 404),
        (&format!("/v0.2/work-orders/{id}%00"), 404),
        (&format!("/v0.2/work-orders/{id}//"), 404),
        (&format!("//v0.2/work-orders/{id}"), 404),
        (&format!("/v0.2//work-orders/{id}"), 404),
        (&format!("/v0.2/work-orders/{id}?include_inputs=%ff"), 400),
        (&format!("/v0.2/work-orders/{id}?include_inputs=2"), 400),
        (&format!("/v0.2/work-orders/{id}/tasks/x/correction"), 405),
        (&format!("/v0.2/work-orders/{id}?{}", "a&".repeat(5000)), 200),
        (&format!("/v0.2/work-orders/{}", id.to_uppercase()), 200),
        (&format!("/sites//v0.2/work-orders/{id}"), 404),
        (&format!("/sites/x/v0.2/work-orders/{id}"), 404),
        (&format!("/sites/%ff/v0.2/work-orders/{id}"), 404),
        (&format!("/sites/{site}//v0.2/work-orders/{id}"), 404),
        (&format!("/sites/{site}/sites/{site}/v0.2/work-orders/{id}"), 404),
        (&format!("/sites/{site}/v0.2x/work-orders/{id}"), 404),
        (&format!("/sites/{site}/v0.2/"), 404),
        (&format!("/sites/{site}"), 404),
        (&format!("/sites/{}/v0.2/work-orders/{id}/", site.to_uppercase()), 200),
        ("/v0.2/task-groups/%ff", 404),
        ("/v0.2/task-groups/before%2f", 404),
        ("/v0.2/task-groups/BEFORE", 404),
        ("/v0.2/task-groups/%62efore/", 200),
        (&format!("/v0.2/task-groups/{}", "x".repeat(5000)), 404),
        ("//", 404),
        ("/files/", 404),
        ("/files/../fieldproof.db", 404),
        ("/files/%2e%2e%2ffieldproof.db", 404),
        ("/files/..%2f..%2f..%2f..%2f..%2fetc%2fpasswd", 404),
        ("/files//etc/passwd", 404),
        ("/files/%ff", 404),
        ("/files/../secret.key", 404),
        (&format!("/files/{file}"), 404),
        (&format!("/files/{file}?Expires={expires}"), 404),
        (&format!("/files/{file}?Expires={expires}&Signature="), 404),
        (&format!("/files/{file}?Expires={expires}&Signature={signature}0"), 404),
        (&format!("/files/{file}?Expires={expires}&Signature={}", &signature[1..]), 404),
        (&format!("/files/{file}?Expires={expires}&Signature={}", signature.to_uppercase()), 404),
        (&format!("/files/{file}?Expires=9223372036854775807&Signature={signature}"), 404),
        (&format!("/files/{file}?Expires=-9223372036854775808&Signature={signature}"), 404),
        (&format!("/files/{file}?Expires=99999999999999999999999&Signature={signature}"), 404),
        (&format!("/files/{file}?Expires=1&Expires={expires}&Signature={signature}"), 404),
        (&format!("/files/inputs/../{file}?{query}"), 404),
        (&format!("/files/./{file}?{query}"), 404),
        (&format!("/files/{file}/?{query}"), 404),
        (&format!("/files/inputs/..%2f{file}?{query}"), 404),
        ("/docs/..%2f..%2ffieldproof.db", 404),
    ] {
        // Byte for byte, since a client would put the address in order first.
        let said = Wire::open(&server).say(head(&server, &format!("GET {path}")) + "\r\n").hear();
        let case = &path[..path.len().min(100)];
        assert_eq!(said.status(), status, "{case}: {}", said.0);
        assert!(!said.0.contains("SQLite format") && !said.0.contains("root:"), "{case}");
        if !path.starts_with("/docs") {
            assert!(said.json().is_object(), "{case}");
        }
    }
    let said = Wire::open(&server).say(head(&server, &format!("GET /{}", "a".repeat(70_000))) + "\r\n").hear();
    assert_eq!(said.status(), 414, "{}", said.0);
    client.get(&link).await.expect(200);
}

/// The link of the first image.
fn link(order: &Value) -> String {
    let inputs = order["inputs"].as_array().unwrap();
    let image = inputs.iter().find(|input| input["data"]["type"] == "image").unwrap();
    image["data"]["value"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_strange_host_breaks_no_link() {
    let server = server().start().await;
    let client = server.client();
    let id = client.create(&json!({"name": "w"})).await;
    client.analyse(&id, "before", &Scene::new(1).photo()).await.expect(200);
    let long = "x".repeat(5000);
    for host in [
        "",
        "a b",
        "evil\"<>",
        "evil.example/path",
        "user@evil.example",
        "../..",
        "a\\b",
        "a?b#c",
        "\u{e9}.example",
        &long,
    ] {
        let request = format!(
            "GET /v0.2/work-orders/{id} HTTP/1.1\r\nConnection: close\r\nAuthorization: Token {}\r\nHost: {host}\r\n\r\n",
            server.token()
        );
        let said = Wire::open(&server).say(request).hear();
        assert_eq!(said.status(), 200, "{host}: {}", said.0);
        let link = link(&said.json());
        let (start, rest) = link.split_once("/files/").unwrap();
        let name = start.strip_prefix("http://").unwrap();
        assert!(name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-:[]".contains(&byte)), "{host}: {link}");
        client.get(&format!("/files/{rest}")).await.expect(200);
    }
}

#[tokio::test]
async fn only_a_living_token_of_the_site_opens_anything() {
    let server = server().start().await;
    let admin = server.client();
    let id = admin.create(&json!({"name": "w"})).await;
    let path = format!("/v0.2/work-orders/{id}");
    let application = server.application().arg();
    server.cli(&["site", "create", "other", "--app", application]).ok();
    server.cli(&["user", "create", "eve@example.com", "--role", "manager", "--site", "other"]).ok();
    let eve = admin.clone().with_token(&server.new_token("eve@example.com", "other"));
    let revoked = server.cli(&["token", "create", "--user", "admin@example.com", "--site", "site", "--json"]).ok_json();
    let once = admin.clone().with_token(revoked["token"].as_str().unwrap());
    once.get(&path).await.expect(200);
    server.cli(&["token", "revoke", revoked["id"].as_str().unwrap()]).ok();

    let long = format!("Token {}", "a".repeat(60_000));
    let bearer = format!("Bearer {}", server.token());
    let cut = format!("Token {}", &server.token()[1..]);
    let cases = [
        ("another site's", eve.clone(), 404),
        ("another site's, by path", eve.with_prefix(&format!("/sites/{}", server.site_id())), 404),
        ("a revoked one", once, 403),
        ("none", admin.clone().without_token(), 403),
        ("an endless one", admin.clone().with_header("Authorization", &long), 403),
        ("another scheme", admin.clone().with_header("Authorization", &bearer), 403),
        ("one letter less", admin.clone().with_header("Authorization", &cut), 403),
        ("one that is empty", admin.clone().with_header("Authorization", "Token "), 403),
    ];
    let body = analysis_body("before", &data_uri(&Scene::new(2).photo())).to_string();
    for (case, client, status) in cases {
        for (method, path) in [
            (Method::GET, path.clone()),
            (Method::PATCH, path.clone()),
            (Method::DELETE, path.clone()),
            (Method::POST, format!("{path}/analyze/")),
        ] {
            let answer = client.send(method.clone(), &path, &[], body.clone()).await;
            assert_eq!(answer.status, status, "{case}, {method}: {}", answer.text());
            json_refusal(case, &answer);
        }
    }
    admin.get(&path).await.expect(200);
}
