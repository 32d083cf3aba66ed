//! `Idempotency-Key`: what was asked for is done once, however often it is asked for.

use std::collections::HashSet;

use fieldproof_testkit::{Answer, Client, LossyProxy, Scene, analysis_body, data_uri};
use hyper::Method;
use serde_json::{Value, json};

use crate::{of_type, server, task};

const JSON: (&str, &str) = ("Content-Type", "application/json");

async fn send(client: &Client, method: Method, path: &str, key: &str, body: &Value) -> Answer {
    client.send(method, path, &[("Idempotency-Key", key), JSON], body.to_string()).await
}

async fn post(client: &Client, path: &str, key: &str, body: &Value) -> Answer {
    send(client, Method::POST, path, key, body).await
}

const ORDERS: &str = "/v0.2/work-orders/";

#[tokio::test]
async fn every_change_is_made_once_and_answered_the_same() {
    let mut server = server().start().await;
    let client = server.client();
    let id = client.create(&of_type("first", "maintenance")).await;
    let order = format!("/v0.2/work-orders/{id}/");
    let analyze = format!("{order}analyze/");
    let photo = analysis_body("before", &data_uri(&Scene::new(1).photo()));
    client.post(&analyze, &photo).await.expect(200);
    let task_id = task(&client.work_order(&id).await, "is_red")["id"].as_str().unwrap().to_owned();
    let changes = [
        (Method::POST, ORDERS.to_owned(), json!({"name": "second"}), 201),
        (Method::PATCH, order.clone(), json!({"tags": ["a"]}), 200),
        (Method::POST, analyze, analysis_body("before", &data_uri(&Scene::new(2).photo())), 200),
        (Method::PATCH, format!("{order}tasks/{task_id}/correction/"), json!({"corrected_value": true}), 200),
    ];
    let mut answers = Vec::new();
    for (number, (method, path, body, status)) in changes.iter().enumerate() {
        let key = format!("key-{number}");
        let first = send(&client, method.clone(), path, &key, body).await.expect(*status);
        assert_eq!(first.header("idempotent-replayed"), "");
        assert_eq!(first.header("content-type"), "application/json");
        answers.push((key, first));
    }
    let before = client.work_order(&id).await;
    // A crash right after an answer does not change what a repetition gets.
    server.kill9();
    server.restart().await;
    let client = server.client();
    for ((method, path, body, status), (key, first)) in changes.iter().zip(&answers) {
        let again = send(&client, method.clone(), path, key, body).await.expect(*status);
        assert_eq!(again.header("idempotent-replayed"), "true", "{path}");
        assert_eq!(again.header("content-type"), "application/json");
        assert_eq!(again.body, first.body, "{path}");
        let other = send(&client, method.clone(), path, key, &json!({"name": "other"})).await.expect(422).json();
        assert!(other["detail"].as_str().unwrap().contains("another request"), "{other}");
    }
    assert_eq!(client.work_order(&id).await["update_date"], before["update_date"], "nothing was done again");
}

#[tokio::test]
async fn what_failed_may_be_tried_again_under_its_key() {
    let server = server().start().await;
    let client = server.client();
    post(&client, ORDERS, "k", &json!({"name": "not a name"})).await.expect(400);
    post(&client, ORDERS, "k", &json!({"name": "a-name"})).await.expect(201);
    post(&client, &format!("{ORDERS}{}/analyze/", uuid(7)), "other", &json!({})).await.expect(400);
    post(&client, ORDERS, "other", &json!({"name": "a-name"})).await.expect(201);
}

#[tokio::test]
async fn keys_are_each_user_s_and_site_s_own() {
    let server = server().start().await;
    let admin = server.client();
    server.cli(&["user", "create", "eve@example.com", "--site", "site"]).ok();
    let eve = server.client().with_token(&server.new_token("eve@example.com", "site"));
    server.cli(&["site", "create", "other", "--app", server.application().arg()]).ok();
    server.cli(&["user", "grant", "admin@example.com", "--site", "other", "--role", "admin"]).ok();
    let elsewhere = server.client().with_token(&server.new_token("admin@example.com", "other"));
    let mut ids = HashSet::new();
    for client in [&admin, &eve, &elsewhere] {
        let made = post(client, ORDERS, "the-same", &json!({"name": "w"})).await.expect(201).json();
        ids.insert(made["id"].as_str().unwrap().to_owned());
    }
    assert_eq!(ids.len(), 3);
    let nobody = admin.without_token();
    post(&nobody, ORDERS, "the-same", &json!({"name": "w"})).await.expect(403);
    for bad in ["", " ", &"x".repeat(256)] {
        post(&elsewhere, ORDERS, bad, &json!({"name": "w"})).await.expect(400);
    }
}

#[tokio::test]
async fn of_two_at_once_one_is_done() {
    let server = server().start().await;
    let client = server.client();
    let id = client.create(&of_type("w", "maintenance")).await;
    let path = format!("/v0.2/work-orders/{id}/analyze/");
    let body = analysis_body("before", &data_uri(&Scene::new(3).photo()));
    let (one, two) = tokio::join!(post(&client, &path, "k", &body), post(&client, &path, "k", &body));
    let mut statuses = [one.status, two.status];
    statuses.sort_unstable();
    assert!(statuses == [200, 409] || statuses == [200, 200], "{statuses:?}");
    for answer in [&one, &two].iter().filter(|answer| answer.status == 409) {
        assert_eq!(answer.header("retry-after"), "1");
    }
    let again = post(&client, &path, "k", &body).await.expect(200);
    assert!(again.body == one.body || again.body == two.body);
    assert_eq!(server.stored_photos().len(), 1);
}

/// A fifth of the answers is lost after the commit; the client sends again until it has one.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lost_answers_make_no_doubles_and_lose_nothing() {
    let requests: usize = std::env::var("FIELDPROOF_REPEATS").ok().and_then(|n| n.parse().ok()).unwrap_or(400);
    const CLIENTS: usize = 8;
    let server = server().start().await;
    let proxy = LossyProxy::start(server.url(), 5).await;
    let through = Client::new(proxy.url()).with_token(server.token()).with_header("Connection", "close");
    let work = |client: Client, start: usize| async move {
        let mut made = Vec::new();
        for number in (start..requests).step_by(CLIENTS) {
            let (key, body) = (format!("request-{number}"), json!({"name": format!("order-{number}")}).to_string());
            let id = loop {
                let headers = [("Idempotency-Key", key.as_str()), JSON];
                match client.try_send(Method::POST, ORDERS, &headers, body.clone()).await {
                    Ok(answer) if answer.status == 409 => {
                        tokio::time::sleep(std::time::Duration::from_millis(20)).await
                    }
                    Ok(answer) => break answer.expect(201).json()["id"].as_str().unwrap().to_owned(),
                    Err(_) => {}
                }
            };
            made.push((number, id));
        }
        made
    };
    let running: Vec<_> = (0..CLIENTS).map(|start| tokio::spawn(work(through.clone(), start))).collect();
    let mut made = Vec::new();
    for client in running {
        made.extend(client.await.unwrap());
    }
    assert!(proxy.lost() as usize >= requests / 5, "only {} answers were lost", proxy.lost());
    let ids: HashSet<_> = made.iter().map(|(_, id)| id).collect();
    assert_eq!((made.len(), ids.len()), (requests, requests));
    let client = server.client();
    for (number, id) in made.iter().step_by(7) {
        assert_eq!(client.work_order(id).await["name"], format!("order-{number}"));
    }
    let mut stored = HashSet::new();
    let mut page = format!("{ORDERS}?limit=1000");
    loop {
        let list = client.get(&page).await.expect(200).json();
        stored.extend(list["results"].as_array().unwrap().iter().map(|order| order["id"].as_str().unwrap().to_owned()));
        match list["next"].as_str() {
            Some(next) => page = next.to_owned(),
            None => break,
        }
    }
    assert_eq!(stored.len(), requests, "a request was done twice, or not at all");
}

fn uuid(number: u32) -> String {
    format!("00000000-0000-0000-0000-{number:012}")
}
