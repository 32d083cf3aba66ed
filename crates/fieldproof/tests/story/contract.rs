//! Every endpoint: what it answers, in both forms of its address, without a token, and to what does not exist.

use fieldproof_testkit::{Answer, Client, Scene, TestServer, analysis_body, data_uri};
use hyper::Method;
use serde_json::{Value, json};

use crate::{answers::Answers, server, task};

/// A call to try.
struct Call {
    what: &'static str,
    method: Method,
    /// Without its final slash.
    path: String,
    body: Value,
}

impl Call {
    fn new(what: &'static str, method: Method, path: impl Into<String>, body: Value) -> Self {
        Self { what, method, path: path.into(), body }
    }

    async fn send(&self, client: &Client, slash: &str) -> Answer {
        let body = if self.body.is_null() { String::new() } else { self.body.to_string() };
        let path = match self.path.split_once('?') {
            Some((path, query)) => format!("{path}{slash}?{query}"),
            None => format!("{}{slash}", self.path),
        };
        client.send(self.method.clone(), &path, &[("Content-Type", "application/json")], body).await
    }
}

/// A call to every endpoint, that succeeds for this work order and task. The deletion comes last.
fn every_endpoint(id: &str, task_id: &str) -> Vec<Call> {
    let order = format!("/v0.2/work-orders/{id}");
    let photo = data_uri(&Scene::new(60).photo());
    vec![
        Call::new("create", Method::POST, "/v0.2/work-orders", json!({"name": "w"})),
        Call::new("retrieve", Method::GET, order.clone(), Value::Null),
        Call::new("retrieve without inputs", Method::GET, format!("{order}?include_inputs=false"), Value::Null),
        Call::new("update", Method::PATCH, order.clone(), json!({"tags": ["x"]})),
        Call::new("analyse", Method::POST, format!("{order}/analyze"), analysis_body("before", &photo)),
        Call::new(
            "correct",
            Method::PATCH,
            format!("{order}/tasks/{task_id}/correction"),
            json!({"corrected_value": true}),
        ),
        Call::new("history", Method::GET, format!("{order}/analyses"), Value::Null),
        Call::new("list", Method::GET, "/v0.2/work-orders?tag=x", Value::Null),
        Call::new("list task groups", Method::GET, "/v0.2/task-groups", Value::Null),
        Call::new("retrieve a task group", Method::GET, "/v0.2/task-groups/before", Value::Null),
        Call::new("delete", Method::DELETE, order, Value::Null),
    ]
}

async fn order_with_task(server: &TestServer) -> (String, String) {
    let client = server.client();
    let order = client.post("/v0.2/work-orders/", &json!({"name": "w"})).await.expect(201).json();
    let id = |value: &Value| value.as_str().unwrap().to_owned();
    (id(&order["id"]), id(&task(&order, "is_red")["id"]))
}

#[tokio::test]
async fn every_endpoint_answers_with_and_without_a_final_slash_and_never_redirects() {
    let server = server().start().await;
    let client = server.client();
    let site = client.clone().with_prefix(&format!("/sites/{}", server.site_id()));
    let mut forms = Vec::new();
    for (client, slash) in [(&client, ""), (&client, "/"), (&site, ""), (&site, "/")] {
        let (id, task_id) = order_with_task(&server).await;
        let mut answers = Answers::default();
        for call in every_endpoint(&id, &task_id) {
            let answer = call.send(client, slash).await;
            assert!((200..300).contains(&answer.status), "{}{slash}: {}", call.what, answer.text());
            answers.note(call.what, &answer);
        }
        forms.push(answers.redacted());
    }
    let first = forms[0].clone();
    for form in forms {
        // The same picture on another work order is told as a duplicate; all else is the same.
        let strip = |value: &Value| {
            let mut value = value.clone();
            value["analyse"]["body"]["inputs"][1]["conformity_messages"] = json!([]);
            value
        };
        assert_eq!(strip(&form), strip(&first));
    }
    insta::assert_json_snapshot!("success", first);
}

#[tokio::test]
async fn without_a_good_token_every_endpoint_says_403() {
    let server = server().start().await;
    let (id, task_id) = order_with_task(&server).await;
    let nobody = server.client().without_token();
    let none = json!({"detail": "Authentication credentials not provided."});
    let unknown = json!({"detail": "No user found for such apiKey."});
    for call in every_endpoint(&id, &task_id) {
        for slash in ["", "/"] {
            for (client, expected) in [
                (nobody.clone(), &none),
                (nobody.clone().with_header("Authorization", &format!("Bearer {}", server.token())), &none),
                (nobody.clone().with_header("Authorization", "Token"), &none),
                (nobody.clone().with_token("fp_wrong"), &unknown),
            ] {
                let answer = call.send(&client, slash).await;
                assert_eq!((answer.status, &answer.json()), (403, expected), "{}{slash}", call.what);
            }
        }
    }
    assert_eq!(server.client().work_order(&id).await["tags"], json!([]), "nothing was done");
}

#[tokio::test]
async fn what_does_not_exist_is_404() {
    let server = server().start().await;
    let client = server.client();
    let (id, task_id) = order_with_task(&server).await;
    let unknown = "00000000-0000-4000-8000-000000000000";
    for wrong in [unknown, "17", "nonsense"] {
        for call in every_endpoint(wrong, &task_id).iter().filter(|call| call.path.contains(wrong)) {
            for slash in ["", "/"] {
                let answer = call.send(&client, slash).await;
                let expected = json!({"detail": "WorkOrder not found!"});
                assert_eq!((answer.status, answer.json()), (404, expected), "{}{slash}", call.path);
            }
        }
    }
    let mut answers = Answers::default();
    let correction = json!({"corrected_value": true});
    for (what, task_id) in [("unknown task", unknown), ("task id that is none", "17")] {
        let path = format!("/v0.2/work-orders/{id}/tasks/{task_id}/correction/");
        answers.note(what, &client.patch(&path, &correction).await);
    }
    let quick = client.create(&json!({"name": "w", "work_order_types": ["quick"]})).await;
    let path = format!("/v0.2/work-orders/{quick}/tasks/{task_id}/correction/");
    answers.note("task of a type that was not chosen", &client.patch(&path, &correction).await);
    answers.note("unknown task group", &client.get("/v0.2/task-groups/nothing").await);
    answers.note("unknown address", &client.get("/v0.2/work-order/").await);
    answers.note("unknown address outside the API", &client.get("/nothing").await);
    answers.note("wrong method", &client.delete("/v0.2/task-groups/").await);
    answers.note("link without a signature", &client.get("/files/inputs/x.jpeg").await);
    insta::assert_json_snapshot!("not_found", answers.redacted());
}
