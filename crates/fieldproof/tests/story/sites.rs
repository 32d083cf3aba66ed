//! Which site a call is for, and that the others do not exist.

use fieldproof_testkit::{Application, Client, Scene, TestServer};
use serde_json::{Value, json};

use crate::server;

/// A second site with a user of its own, who may not use the first; answers its id and the user's token.
async fn second_site(server: &TestServer) -> (String, String) {
    let application = Application::new().edit("name: colours", "name: other-colours");
    let site = server.cli(&["site", "create", "second", "--app", application.arg(), "--json"]).ok_json();
    server.cli(&["user", "create", "eve@example.com", "--role", "manager", "--site", "second"]).ok();
    (site["id"].as_str().unwrap().to_owned(), server.new_token("eve@example.com", "second"))
}

async fn site_of_new(client: &Client) -> Value {
    let order = client.post("/v0.2/work-orders/", &json!({"name": "w"})).await.expect(201).json();
    order["site_id"].clone()
}

#[tokio::test]
async fn a_site_is_named_by_path_else_by_host_else_by_the_token() {
    let server = server().start().await;
    let (second, _) = second_site(&server).await;
    server.cli(&["user", "grant", "admin@example.com", "--site", "second"]).ok();
    let client = server.client();
    let by_path = |id: &str| client.clone().with_prefix(&format!("/sites/{id}"));
    let by_host = |id: &str, rest: &str| client.clone().with_host(&format!("api.{}.{rest}", &id[..23]));

    assert_eq!(site_of_new(&client).await, server.site_id());
    assert_eq!(site_of_new(&by_path(&second)).await, second);
    assert_eq!(site_of_new(&by_host(&second, "customers.example.com")).await, second);
    assert_eq!(site_of_new(&by_host(&second.to_uppercase(), "localhost:8080")).await, second);
    assert_eq!(site_of_new(&client.clone().with_host("api.example.com")).await, server.site_id());
    let both = by_host(&second, "example.com").with_prefix(&format!("/sites/{}", server.site_id()));
    assert_eq!(site_of_new(&both).await, server.site_id(), "the path wins");

    // Links start with the host that the caller used, and never with a site.
    let id = by_path(&second).create(&json!({"name": "w"})).await;
    let verdict = by_path(&second).analyse(&id, "before", &Scene::new(1).photo()).await.expect(200).json();
    assert!(crate::link(&verdict).starts_with(&format!("{}/files/inputs/", server.url())), "{verdict}");
    let verdict = by_host(&second, "example.com").work_order(&id).await;
    let host = format!("http://api.{}.example.com/files/inputs/", &second[..23]);
    assert!(crate::link(&verdict).starts_with(&host), "{verdict}");
}

#[tokio::test]
async fn other_sites_and_everything_in_them_do_not_exist() {
    let server = server().start().await;
    let (second, eve) = second_site(&server).await;
    let admin = server.client();
    let eve = admin.clone().with_token(&eve);
    let id = admin.create(&json!({"name": "w"})).await;
    let verdict = admin.analyse(&id, "before", &Scene::new(1).photo()).await.expect(200).json();
    let task = verdict["tasks"][0]["id"].as_str().unwrap();

    let no_site = json!({"detail": "Site not found!"});
    for prefix in [
        format!("/sites/{}", server.site_id()),
        "/sites/00000000-0000-4000-8000-000000000000".to_owned(),
        "/sites/nonsense".to_owned(),
    ] {
        for path in ["/v0.2/task-groups", "/v0.2/task-groups/before", &format!("/v0.2/work-orders/{id}/")] {
            let answer = eve.clone().with_prefix(&prefix).get(path).await;
            assert_eq!((answer.status, answer.json()), (404, no_site.clone()), "{prefix}{path}");
        }
        let created = eve.clone().with_prefix(&prefix).post("/v0.2/work-orders/", &json!({"name": "w"})).await;
        assert_eq!((created.status, created.json()), (404, no_site.clone()), "{prefix}");
        // Without a good token nobody learns which sites there are.
        let denied = eve.clone().with_token("wrong").with_prefix(&prefix).get("/v0.2/task-groups/").await;
        assert_eq!(denied.expect(403).json(), json!({"detail": "No user found for such apiKey."}));
    }
    let host = format!("api.{}.example.com", &server.site_id()[..23]);
    assert_eq!(eve.clone().with_host(&host).get("/v0.2/task-groups/").await.expect(404).json(), no_site);

    let no_order = json!({"detail": "WorkOrder not found!"});
    for eve in [eve.clone(), eve.clone().with_prefix(&format!("/sites/{second}"))] {
        let path = format!("/v0.2/work-orders/{id}/");
        assert_eq!(eve.get(&path).await.expect(404).json(), no_order);
        assert_eq!(eve.patch(&path, &json!({"name": "mine"})).await.expect(404).json(), no_order);
        assert_eq!(eve.delete(&path).await.expect(404).json(), no_order);
        assert_eq!(eve.analyse(&id, "before", &Scene::new(2).photo()).await.expect(404).json(), no_order);
        let correction = eve.patch(&format!("{path}tasks/{task}/correction/"), &json!({"corrected_value": true})).await;
        assert_eq!(correction.expect(404).json(), no_order);
    }
    assert_eq!(admin.work_order(&id).await["name"], "w");

    // An engineer must be able to use the site.
    let engineer = json!({"name": "w", "field_engineer_email": "eve@example.com"});
    assert_eq!(admin.post("/v0.2/work-orders/", &engineer).await.status, 400);
    server.cli(&["user", "grant", "eve@example.com", "--site", "site"]).ok();
    let order = admin.post("/v0.2/work-orders/", &engineer).await.expect(201).json();
    assert_eq!(order["field_engineer_name"], "eve@example.com", "an account without a name is shown by its address");
    let path = format!("/sites/{}/v0.2/work-orders/{id}", server.site_id());
    assert_eq!(eve.get(&path).await.status, 200, "a right that was given works at once");
}

#[tokio::test]
async fn photos_of_one_site_are_no_duplicates_on_another() {
    let server = server().start().await;
    let (_, eve) = second_site(&server).await;
    let admin = server.client();
    let eve = admin.clone().with_token(&eve);
    let photo = Scene::new(5).tint(fieldproof_testkit::Tint::Green).photo();
    for client in [admin, eve] {
        let id = client.create(&json!({"name": "w"})).await;
        let verdict = client.analyse(&id, "after", &photo).await.expect(200).json();
        assert_eq!(crate::checks(&verdict), Vec::<String>::new());
    }
}
