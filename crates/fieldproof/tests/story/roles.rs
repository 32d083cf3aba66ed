//! Every endpoint of the OpenAPI document × every role × own and other site, held against the policy; and what a role is
//! in time and place.

use fieldproof_domain::{policy::Action, role::Role};
use fieldproof_testkit::{Answer, Client, Scene, TestServer, analysis_body, data_uri};
use hyper::Method;
use serde_json::{Value, json};

use crate::{image, server, task};

/// Which line of the policy decides at an endpoint. A new endpoint gets its line here, and its body in [`body`].
const ENDPOINTS: &[(&str, Action)] = &[
    ("GET /v0.2/task-groups", Action::ReadTaskGroups),
    ("GET /v0.2/task-groups/{name}", Action::ReadTaskGroups),
    ("POST /v0.2/work-orders", Action::CreateWorkOrder),
    ("GET /v0.2/work-orders", Action::ListWorkOrders),
    ("GET /v0.2/work-orders/{id}/analyses", Action::RetrieveWorkOrder),
    ("GET /v0.2/work-orders/{id}/inputs/{input_id}/thumbnail", Action::RetrieveWorkOrder),
    ("GET /v0.2/work-orders/{id}", Action::RetrieveWorkOrder),
    ("PATCH /v0.2/work-orders/{id}", Action::UpdateWorkOrder),
    ("DELETE /v0.2/work-orders/{id}", Action::DeleteWorkOrder),
    ("POST /v0.2/work-orders/{id}/analyze", Action::Analyse),
    ("PATCH /v0.2/work-orders/{id}/tasks/{task_id}/correction", Action::CorrectTask),
    ("POST /v0.2/batches", Action::SendBatch),
    ("GET /v0.2/batches", Action::SendBatch),
    ("GET /v0.2/batches/{id}", Action::SendBatch),
    ("DELETE /v0.2/batches/{id}", Action::SendBatch),
    ("POST /v0.2/batches/{id}/cancel", Action::SendBatch),
    ("POST /v0.2/batches/{id}/retry", Action::SendBatch),
    ("GET /v0.2/batches/{id}/errors", Action::SendBatch),
    ("GET /v0.2/exports/preview", Action::ManageExports),
    ("GET /v0.2/exports", Action::ManageExports),
    ("POST /v0.2/exports", Action::ManageExports),
    ("GET /v0.2/exports/{id}", Action::ManageExports),
    ("PATCH /v0.2/exports/{id}", Action::ManageExports),
    ("DELETE /v0.2/exports/{id}", Action::ManageExports),
    ("POST /v0.2/exports/{id}/pause", Action::ManageExports),
    ("POST /v0.2/exports/{id}/resume", Action::ManageExports),
    ("POST /v0.2/exports/{id}/run", Action::ManageExports),
    ("POST /v0.2/exports/{id}/test", Action::ManageExports),
    ("GET /v0.2/exports/{id}/runs", Action::ManageExports),
];

/// Whoever knows the address of an upload may send to it: it asks for no token, so for no role.
fn is_open_by_secret(endpoint: &str) -> bool {
    endpoint.ends_with(" /uploads/{id}")
}

/// What succeeds at an endpoint.
fn body(endpoint: &str) -> String {
    match endpoint {
        "POST /v0.2/work-orders" => json!({"name": "w"}).to_string(),
        "PATCH /v0.2/work-orders/{id}" => json!({"tags": ["x"]}).to_string(),
        "POST /v0.2/work-orders/{id}/analyze" => {
            analysis_body("before", &data_uri(&Scene::new(60).photo())).to_string()
        }
        "POST /v0.2/exports" => an_export().to_string(),
        "PATCH /v0.2/exports/{id}" => json!({"name": "x"}).to_string(),
        "POST /v0.2/exports/{id}/run" => json!({"from": "2025-01-01", "to": "2025-01-02"}).to_string(),
        "PATCH /v0.2/work-orders/{id}/tasks/{task_id}/correction" => json!({"corrected_value": true}).to_string(),
        _ => String::new(),
    }
}

fn an_export() -> Value {
    json!({"interval": "monthly", "connector_type": "cloud_storage", "storage_uri": "s3://data-lake"})
}

/// What the server says that it has: `GET /v0.2/task-groups` and so on.
async fn endpoints(server: &TestServer) -> Vec<String> {
    let document = server.client().get("/openapi.json").await.expect(200).json();
    let paths = document["paths"].as_object().unwrap().iter();
    let known = ["get", "put", "post", "delete", "patch", "head", "options", "trace"];
    paths
        .flat_map(|(path, item)| {
            let methods = item.as_object().unwrap().keys().filter(|key| known.contains(&key.as_str()));
            methods.map(move |method| format!("{} {path}", method.to_uppercase()))
        })
        .collect()
}

/// A work order with its task, a finished batch, and an export, for one call.
struct Target {
    id: String,
    photo: Photo,
    task: String,
    batch: String,
    export: String,
}

/// A photo, and its work order, which no call changes.
#[derive(Clone)]
struct Photo {
    order: String,
    input: String,
}

impl Photo {
    async fn make(admin: &Client) -> Self {
        let order = admin.create(&json!({"name": "w"})).await;
        let analysis = admin.analyse(&order, "before", &Scene::new(59).photo()).await.expect(200).json();
        let input = image(&analysis)["id"].as_str().unwrap().to_owned();
        Self { order, input }
    }
}

impl Target {
    async fn make(server: &TestServer, admin: &Client, photo: &Photo) -> Self {
        let order = admin.post("/v0.2/work-orders/", &json!({"name": "w"})).await.expect(201).json();
        let batch = admin.post("/v0.2/batches", &json!({})).await.expect(201).json();
        server.sql("UPDATE batches SET status = 'done'").await;
        // A site takes a hundred of them.
        server.sql("DELETE FROM exports").await;
        let export = admin.post("/v0.2/exports", &an_export()).await.expect(201).json();
        let id = |value: &Value| value.as_str().unwrap().to_owned();
        Self {
            id: id(&order["id"]),
            photo: photo.clone(),
            task: id(&task(&order, "is_red")["id"]),
            batch: id(&batch["batch_id"]),
            export: id(&export["id"]),
        }
    }

    /// A call that succeeds where it is allowed.
    async fn call(&self, client: &Client, endpoint: &str) -> Answer {
        self.send(client, endpoint, &body(endpoint)).await
    }

    /// A call with which everything is wrong but the token.
    async fn bad_call(client: &Client, endpoint: &str) -> Answer {
        let nothing = || "nonsense".to_owned();
        let photo = Photo { order: nothing(), input: nothing() };
        Self { id: nothing(), photo, task: nothing(), batch: nothing(), export: nothing() }
            .send(client, endpoint, "[not JSON")
            .await
    }

    async fn send(&self, client: &Client, endpoint: &str, body: &str) -> Answer {
        let (method, path) = endpoint.split_once(' ').unwrap();
        let id = match path {
            path if path.starts_with("/v0.2/batches") => &self.batch,
            path if path.starts_with("/v0.2/exports") => &self.export,
            path if path.contains("{input_id}") => &self.photo.order,
            _ => &self.id,
        };
        let path = path.replace("{id}", id).replace("{task_id}", &self.task).replace("{name}", "before");
        let path = path.replace("{input_id}", &self.photo.input);
        assert!(!path.contains('{'), "{endpoint}: say here what its path holds");
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        client.send(method, &path, &[("Content-Type", "application/json")], body.to_owned()).await
    }
}

/// A user of a role on `site`, and a client with the user's token.
fn user(server: &TestServer, role: Role) -> Client {
    let email = format!("{role}@example.com");
    server.cli(&["user", "create", &email, "--role", role.as_str(), "--site", "site"]).ok();
    server.client().with_token(&server.new_token(&email, "site"))
}

fn refusal(role: Role, whom: &str) -> Value {
    json!({"detail": format!("Your role on this site ({role}) does not allow this: ask its {whom}.")})
}

fn second_site(server: &TestServer) -> String {
    let arguments = ["site", "create", "second", "--app", server.application().arg(), "--json"];
    server.cli(&arguments).ok_json()["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn every_endpoint_is_open_to_the_roles_of_the_policy_and_on_their_site_alone() {
    let server = server().start().await;
    let admin = server.client();
    let other = format!("/sites/{}", second_site(&server));
    let own = format!("/sites/{}", server.site_id());
    let users = Role::ALL.map(|role| (role, user(&server, role)));
    let endpoints = endpoints(&server).await;
    let photo = Photo::make(&admin).await;
    for (line, _) in ENDPOINTS {
        assert!(endpoints.iter().any(|endpoint| endpoint == line), "{line} is no endpoint any more");
    }
    for endpoint in endpoints.iter().filter(|endpoint| !is_open_by_secret(endpoint)) {
        let line = ENDPOINTS.iter().find(|(line, _)| line == endpoint);
        let (_, action) = *line.unwrap_or_else(|| panic!("{endpoint} has no line here: which action is it?"));
        for (role, client) in &users {
            let what = format!("{endpoint} as {role}");
            for client in [client.clone(), client.clone().with_prefix(&own)] {
                let target = Target::make(&server, &admin, &photo).await;
                let path = format!("/v0.2/work-orders/{}?include_inputs=false", target.id);
                let before = admin.get(&path).await.json();
                let answer = target.call(&client, endpoint).await;
                let bad = Target::bad_call(&client, endpoint).await;
                if role.may(action) {
                    assert!((200..300).contains(&answer.status), "{what}: {} {}", answer.status, answer.text());
                    assert_ne!(bad.status, 403, "{what}: {}", bad.text());
                } else {
                    // With a bad request too: whoever may not does not learn what is wrong with it.
                    for answer in [answer, bad] {
                        assert_eq!((answer.status, answer.json()), (403, refusal(*role, "manager")), "{what}");
                    }
                    assert_eq!(admin.get(&path).await.json(), before, "{what}: nothing was done");
                }
            }
            let elsewhere = client.clone().with_prefix(&other);
            let target = Target::make(&server, &admin, &photo).await;
            for answer in [target.call(&elsewhere, endpoint).await, Target::bad_call(&elsewhere, endpoint).await] {
                let expected = (404, json!({"detail": "Site not found!"}));
                assert_eq!((answer.status, answer.json()), expected, "{what}, on another site");
            }
        }
    }
}

#[tokio::test]
async fn a_role_is_of_one_site_and_a_change_counts_at_once() {
    let server = server().start().await;
    let second = second_site(&server);
    let jane = user(&server, Role::ReadOnly);
    let grant = |site: &str, role: &str| {
        server.cli(&["user", "grant", "read-only@example.com", "--site", site, "--role", role]).ok();
    };
    let create = async |client: &Client| client.post("/v0.2/work-orders/", &json!({"name": "w"})).await;
    let there = jane.clone().with_prefix(&format!("/sites/{second}"));
    grant("second", "org-admin");
    create(&there).await.expect(201);
    assert_eq!(create(&jane).await.expect(403).json(), refusal(Role::ReadOnly, "manager"));

    grant("site", "field-worker");
    let order = create(&jane).await.expect(201).json();
    let path = format!("/v0.2/work-orders/{}/", order["id"].as_str().unwrap());
    assert_eq!(jane.delete(&path).await.expect(403).json(), refusal(Role::FieldWorker, "manager"));
    grant("site", "manager");
    jane.delete(&path).await.expect(204);
    grant("site", "read-only");
    create(&jane).await.expect(403);
    create(&there).await.expect(201);
}

#[tokio::test]
async fn the_command_line_takes_every_role_and_the_two_words_of_before() {
    let server = server().prepare();
    server.cli(&["user", "create", "jane.doe@example.com", "--site", "site"]).ok();
    let grant = |role: &[&str]| {
        let arguments = [&["user", "grant", "jane.doe@example.com", "--site", "site", "--json"], role].concat();
        server.cli(&arguments).ok_json()["role"].clone()
    };
    assert_eq!(grant(&[]), "field-worker");
    for role in Role::ALL {
        assert_eq!(grant(&["--role", role.as_str()]), role.as_str());
    }
    assert_eq!(grant(&["--role", "admin"]), "org-admin");
    assert_eq!(grant(&["--role", "user"]), "field-worker");

    let wrong = server.cli(&["user", "grant", "jane.doe@example.com", "--site", "site", "--role", "king"]);
    for command in ["create", "grant"] {
        let help = server.cli(&["user", command, "--help"]).ok().stdout;
        for role in Role::ALL {
            assert!(help.contains(role.as_str()), "{role}: {help}");
            assert!(wrong.status == 2 && wrong.stderr.contains(role.as_str()), "{role}: {}", wrong.stderr);
        }
    }
}
