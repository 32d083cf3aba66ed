//! The OpenAPI document and the reference page.

use std::{collections::BTreeSet, path::Path};

use crate::server;

fn committed() -> String {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../openapi.json");
    std::fs::read_to_string(&file)
        .unwrap_or_else(|error| panic!("{}: {error}: run `cargo xtask openapi`", file.display()))
}

#[tokio::test]
async fn the_committed_document_is_the_one_of_the_router() {
    let server = server().start().await;
    let printed = server.cli(&["openapi"]).ok().stdout;
    assert!(printed == committed(), "openapi.json is stale: run `cargo xtask openapi`");
    let served = server.client().without_token().get("/openapi.json").await.expect(200);
    assert_eq!(served.header("content-type"), "application/json");
    let printed: serde_json::Value = serde_json::from_str(&printed).unwrap();
    assert_eq!(served.json(), printed);

    assert!(printed["openapi"].as_str().unwrap().starts_with("3.1"));
    let paths = printed["paths"].as_object().unwrap();
    let operations: BTreeSet<_> = paths
        .iter()
        .flat_map(|(path, item)| item.as_object().unwrap().keys().map(move |method| format!("{method} {path}")))
        .collect();
    let expected = [
        "delete /uploads/{id}",
        "delete /v0.2/batches/{id}",
        "delete /v0.2/work-orders/{id}",
        "get /v0.2/batches",
        "get /v0.2/batches/{id}",
        "get /v0.2/batches/{id}/errors",
        "get /v0.2/exports/preview",
        "get /v0.2/exports",
        "post /v0.2/exports",
        "get /v0.2/exports/{id}",
        "delete /v0.2/exports/{id}",
        "patch /v0.2/exports/{id}",
        "post /v0.2/exports/{id}/pause",
        "post /v0.2/exports/{id}/resume",
        "post /v0.2/exports/{id}/run",
        "post /v0.2/exports/{id}/test",
        "get /v0.2/exports/{id}/runs",
        "get /v0.2/task-groups",
        "get /v0.2/task-groups/{name}",
        "get /v0.2/work-orders",
        "get /v0.2/work-orders/{id}",
        "get /v0.2/work-orders/{id}/analyses",
        "get /v0.2/work-orders/{id}/inputs/{input_id}/thumbnail",
        "patch /v0.2/work-orders/{id}",
        "patch /v0.2/work-orders/{id}/tasks/{task_id}/correction",
        "post /v0.2/batches",
        "post /v0.2/batches/{id}/cancel",
        "post /v0.2/batches/{id}/retry",
        "post /v0.2/work-orders",
        "post /v0.2/work-orders/{id}/analyze",
        "put /uploads/{id}",
    ];
    assert_eq!(operations, expected.map(str::to_owned).into());
}

#[tokio::test]
async fn the_reference_page_needs_no_network() {
    let server = server().start().await;
    let client = server.client().without_token();
    let page = client.get("/docs/").await.expect(200);
    assert!(page.header("content-type").starts_with("text/html"));
    let page = page.text();
    let mut loaded = 0;
    for attribute in ["src=\"", "href=\""] {
        for rest in page.split(attribute).skip(1) {
            let target = rest.split('"').next().unwrap();
            assert!(!target.contains("//"), "{target} is on another host");
            let path = if target.starts_with('/') {
                target.to_owned()
            } else {
                format!("/docs/{}", target.trim_start_matches("./"))
            };
            let file = client.get(&path).await;
            assert!(file.status == 200 && !file.body.is_empty(), "{path}: {}", file.status);
            loaded += 1;
            // Which document it opens is written there.
            if target.ends_with("initializer.js") {
                assert!(file.text().contains("\"url\": \"/openapi.json\""), "{}", file.text());
                // Else the page asks a validator on the Internet about the document.
                assert!(file.text().contains("\"validatorUrl\": \"none\""), "{}", file.text());
                assert!(!file.text().contains("://"), "{}", file.text());
            }
        }
    }
    assert!(loaded >= 3, "{page}");
}
