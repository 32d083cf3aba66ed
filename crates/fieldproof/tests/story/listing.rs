//! Lists of work orders: what is on them. How their pages follow each other is in `pages.rs`.

use fieldproof_testkit::{Client, Scene, Tint};
use serde_json::{Value, json};

use crate::{answers::Answers, image, keys, server, task};

/// The path of a list, with and without filters.
pub(crate) fn list(query: &str) -> String {
    format!("/v0.2/work-orders/?{query}")
}

pub(crate) async fn page(client: &Client, path: &str) -> Value {
    client.get(path).await.expect(200).json()
}

pub(crate) fn texts<'a>(page: &'a Value, key: &str) -> Vec<&'a str> {
    page["results"].as_array().unwrap().iter().map(|order| order[key].as_str().unwrap()).collect()
}

/// The names found, newest first.
async fn names(client: &Client, query: &str) -> Vec<String> {
    let page = page(client, &list(query)).await;
    assert_eq!((&page["next"], &page["previous"]), (&Value::Null, &Value::Null), "{query}");
    texts(&page, "name").into_iter().map(str::to_owned).collect()
}

#[tokio::test]
async fn every_filter_alone_and_together() {
    let server = server().start().await;
    let client = server.client();
    server.cli(&["user", "create", "jane.doe@example.com", "--site", "site"]).ok();
    let long = "t".repeat(300);
    for body in [
        json!({"name": "one", "tags": ["a", "b c"], "metadata": {"region": "North", "ticket": 7, "open": true}}),
        json!({"name": "two", "tags": ["a", long], "metadata": {"region": "South", "ticket": "7", "none": null},
            "field_engineer_email": "jane.doe@example.com"}),
        json!({"name": "two", "user_group_ids": ["team&1"], "work_order_types": ["quick", "audit"]}),
        json!({"name": "four", "work_order_types": ["maintenance"], "metadata": {"a:b": {"x": [1, 2]}}}),
    ] {
        client.create(&body).await;
    }
    for (query, expected) in [
        ("", &["four", "two", "two", "one"][..]),
        ("name=one", &["one"]),
        ("name=two", &["two", "two"]),
        ("name=On", &[]),
        ("tag=a", &["two", "one"]),
        ("tag=a&tag=b+c", &["one"]),
        ("tag=b%20c", &["one"]),
        (&format!("tag={long}"), &["two"]),
        (&format!("tag={long}t"), &[]),
        ("metadata.region=North", &["one"]),
        ("metadata.region=North&metadata.ticket=7", &["one"]),
        ("metadata.ticket=7", &["two", "one"]),
        ("metadata.open=true", &["one"]),
        ("metadata.none=null", &["two"]),
        ("metadata.a:b=%7B%22x%22:%5B1,2%5D%7D", &["four"]),
        ("metadata.region=", &[]),
        ("type=quick", &["two"]),
        ("type=quick&type=audit", &["two"]),
        ("type=quick&type=maintenance", &[]),
        ("task_group=after", &["four", "two", "two", "one"]),
        ("task_group=before", &["four", "two", "one"]),
        ("task_group=papers&type=audit", &["two"]),
        ("field_engineer_email=Jane.Doe@Example.com", &["two"]),
        ("field_engineer_email=nobody@example.com", &[]),
        ("field_engineer_email=nobody", &[]),
        ("user_group=team%261", &["two"]),
        ("reviewed=false", &["four", "two", "two", "one"]),
        ("reviewed=1", &[]),
        ("created_from=2024-01-01&created_to=9999-12-31", &["four", "two", "two", "one"]),
        ("created_to=2024-01-01T00:00:00%2B01:00", &[]),
        ("updated_from=2024-01-01T00:00:00Z", &["four", "two", "two", "one"]),
        ("updated_to=2024-01-01", &[]),
        ("progress_min=0&progress_max=100", &["four", "two", "two", "one"]),
        ("progress_min=1", &[]),
        ("tag=a&metadata.region=South&name=two&task_group=before&reviewed=False&progress_max=0", &["two"]),
        ("unknown=1&name=one&nonsense", &["one"]),
    ] {
        assert_eq!(names(&client, query).await, expected, "{query}");
    }
}

#[tokio::test]
async fn filters_follow_what_happens_to_a_work_order() {
    let server = server().start().await;
    let client = server.client();
    let id = client.create(&json!({"name": "w", "tags": ["old"], "work_order_types": ["quick"]})).await;
    let other = client.create(&json!({"name": "other"})).await;
    let path = format!("/v0.2/work-orders/{id}/");
    client.analyse(&id, "after", &Scene::new(1).tint(Tint::Green).photo()).await.expect(200);
    assert_eq!(names(&client, "progress_min=100").await, ["w"]);
    let changed =
        client.patch(&path, &json!({"tags": ["new"], "work_order_types": ["audit"]})).await.expect(200).json();
    for (query, found) in
        [("tag=old", false), ("tag=new", true), ("type=quick", false), ("task_group=papers&type=audit", true)]
    {
        assert_eq!(names(&client, query).await.len(), usize::from(found), "{query}");
    }
    let at = |order: &Value, key: &str| order[key].as_str().unwrap().to_owned();
    let (created, updated) = (at(&changed, "create_date"), at(&changed, "update_date"));
    assert_eq!(names(&client, &format!("updated_from={updated}")).await, ["w"], "from is part of it");
    assert_eq!(names(&client, &format!("updated_to={updated}")).await, ["other"], "to is not");
    assert_eq!(names(&client, &format!("created_from={created}")).await, ["other", "w"]);
    assert_eq!(names(&client, &format!("created_to={created}")).await, Vec::<String>::new());

    // As it is retrieved, without a photo in it.
    let listed = page(&client, &list("name=w")).await;
    let retrieved = client.get(&format!("{path}?include_inputs=false")).await.expect(200).json();
    assert_eq!(listed["results"], json!([retrieved]));
    let red = client.work_order(&other).await;
    let task_id = task(&red, "is_red")["id"].as_str().unwrap();
    let correction = format!("/v0.2/work-orders/{other}/tasks/{task_id}/correction/");
    client.patch(&correction, &json!({"corrected_value": true})).await.expect(200);
    let retrieved = client.get(&format!("/v0.2/work-orders/{other}?include_inputs=false")).await.expect(200).json();
    assert_eq!(page(&client, &list("name=other")).await["results"], json!([retrieved]));
    let french = client.clone().with_language("fr");
    let listed = page(&french, &list("name=other")).await;
    assert_eq!(task(&listed["results"][0], "is_red")["state"]["message"], "Rouge");

    client.delete(&path).await.expect(204);
    assert_eq!(names(&client, "").await, ["other"]);
}

#[tokio::test]
async fn values_that_cannot_be_used() {
    let server = server().start().await;
    let client = server.client();
    client.create(&json!({"name": "w"})).await;
    client.create(&json!({"name": "w"})).await;
    let good = page(&client, &list("limit=1")).await;
    let cursor = good["next"].as_str().unwrap().split_once("cursor=").unwrap().1.to_owned();
    let mut answers = Answers::default();
    for (what, query) in [
        (
            "everything",
            "limit=0&cursor=x&created_from=yesterday&created_to=2024-05-31T08:00:00&updated_from=1&updated_to=\
            &reviewed=maybe&progress_min=-1&progress_max=101&tag=%00&metadata.a=%00&name=a%00b",
        ),
        ("a limit above 1000", "limit=1001"),
        ("a limit that is no number", "limit=ten"),
        ("two limits", "limit=1&limit=2"),
        ("an empty cursor", "cursor="),
        ("too many filters", &"tag=a&".repeat(21)),
    ] {
        answers.note(what, &client.get(&list(query)).await);
    }
    insta::assert_json_snapshot!("lists_refused", answers.redacted());
    for wrong in
        [&cursor[1..], &format!("{cursor}A"), &format!("A{}", &cursor[1..]), &format!("{cursor}&cursor={cursor}")]
    {
        let answer = client.get(&list(&format!("cursor={wrong}"))).await.expect(400).json();
        assert_eq!(keys(&answer), ["cursor"], "{wrong}");
    }
    assert_eq!(texts(&page(&client, &list(&format!("cursor={cursor}"))).await, "name"), ["w"]);
}

#[tokio::test]
async fn other_sites_see_nothing() {
    let server = server().start().await;
    let client = server.client();
    let id = client.create(&json!({"name": "w", "tags": ["a"]})).await;
    let second = server.cli(&["site", "create", "second", "--app", server.application().arg(), "--json"]).ok_json();
    server.cli(&["user", "create", "jane.doe@example.com", "--site", "second"]).ok();
    let jane = client.clone().with_token(&server.new_token("jane.doe@example.com", "second"));
    for query in ["", "tag=a", "tag=a&name=w", "updated_from=2024-01-01", "reviewed=false"] {
        assert_eq!(names(&jane, query).await, Vec::<String>::new(), "{query}");
        assert_eq!(names(&client, query).await, ["w"], "{query}");
    }
    let foreign = jane.clone().with_prefix(&format!("/sites/{}", server.site_id()));
    assert_eq!(foreign.get(&list("")).await.expect(404).json(), json!({"detail": "Site not found!"}));
    let missing = json!({"detail": "WorkOrder not found!"});
    assert_eq!(jane.get(&format!("/v0.2/work-orders/{id}/analyses/")).await.expect(404).json(), missing);
    let analysis = client.analyse(&id, "before", &Scene::new(1).photo()).await.expect(200).json();
    let photo = image(&analysis)["id"].as_str().unwrap();
    let thumbnail = format!("/v0.2/work-orders/{id}/inputs/{photo}/thumbnail/");
    client.get(&thumbnail).await.expect(200);
    assert_eq!(jane.get(&thumbnail).await.expect(404).json(), json!({"detail": "Photo not found!"}));

    // A page of a site that the host names stays there, whatever address links start with.
    let mut server = server;
    server.cli(&["user", "grant", "admin@example.com", "--site", "second"]).ok();
    server.set_option("--public-url", "https://photos.example.com");
    server.restart().await;
    let second = second["id"].as_str().unwrap();
    let by_host = server.client().with_host(&format!("api.{}.example.com", &second[..23]));
    by_host.create(&json!({"name": "w"})).await;
    by_host.create(&json!({"name": "w"})).await;
    let next = page(&by_host, &list("limit=1")).await["next"].as_str().unwrap().to_owned();
    let start = format!("https://photos.example.com/sites/{second}/v0.2/work-orders/?limit=1&cursor=");
    assert!(next.starts_with(&start), "{next}");
}

#[tokio::test]
async fn work_orders_of_before_there_were_lists_are_found_too() {
    let mut server = server().start().await;
    let client = server.client();
    for n in 0..3 {
        client.create(&json!({"name": format!("w{n}"), "tags": ["a"], "work_order_types": ["audit"]})).await;
    }
    server.terminate().await;
    server.sql("DELETE FROM work_order_terms").await;
    server.sql("UPDATE work_orders SET terms_version = 0").await;
    server.restart().await;
    let client = server.client();
    assert_eq!(names(&client, "tag=a&task_group=papers").await, ["w2", "w1", "w0"]);
}
