//! Lists of work orders, and the history of one.

use std::{
    collections::{BTreeSet, HashSet},
    sync::atomic::{AtomicBool, Ordering},
};

use fieldproof_testkit::{Client, Scene, Tint};
use serde_json::{Value, json};

use crate::{answers::Answers, keys, server, task};

/// The path of a list, with and without filters.
fn list(query: &str) -> String {
    format!("/v0.2/work-orders/?{query}")
}

async fn page(client: &Client, path: &str) -> Value {
    client.get(path).await.expect(200).json()
}

fn texts<'a>(page: &'a Value, key: &str) -> Vec<&'a str> {
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
async fn pages_link_to_each_other_with_every_filter() {
    let server = server().start().await;
    let client = server.client().with_prefix(&format!("/sites/{}", server.site_id()));
    for n in 0..7 {
        client.create(&json!({"name": format!("w{n}"), "tags": ["a b", "é"]})).await;
        client.create(&json!({"name": "else"})).await;
    }
    let path = list("tag=a+b&tag=%C3%A9&limit=3&unknown=x");
    let first = page(&client, &path).await;
    assert_eq!(keys(&first), ["next", "previous", "results"]);
    assert_eq!(texts(&first, "name"), ["w6", "w5", "w4"]);
    let next = first["next"].as_str().unwrap();
    let start = format!("{}/sites/{}/v0.2/work-orders/?tag=a+b&tag=%C3%A9&limit=3", server.url(), server.site_id());
    assert!(next.starts_with(&start), "{next}");
    let second = page(&client, next).await;
    assert_eq!(texts(&second, "name"), ["w3", "w2", "w1"]);
    let third = page(&client, second["next"].as_str().unwrap()).await;
    assert_eq!((texts(&third, "name"), &third["next"]), (vec!["w0"], &Value::Null));
    let back = page(&client, third["previous"].as_str().unwrap()).await;
    assert_eq!(back["results"], second["results"]);
    let back = page(&client, back["previous"].as_str().unwrap()).await;
    assert_eq!((&back["results"], &back["previous"]), (&first["results"], &Value::Null));

    let by_token = page(&server.client(), &list("limit=1")).await;
    let start = format!("{}/v0.2/work-orders/?limit=1&cursor=", server.url());
    assert!(by_token["next"].as_str().unwrap().starts_with(&start), "{}", by_token["next"]);
}

#[tokio::test]
async fn a_walk_sees_everything_once_while_others_create_and_delete() {
    const KEPT: usize = 60;
    let server = server().start().await;
    let client = server.client();
    let mut kept = BTreeSet::new();
    let mut doomed = Vec::new();
    for n in 0..KEPT {
        kept.insert(client.create(&json!({"name": "kept", "tags": ["t"]})).await);
        if n.is_multiple_of(2) {
            doomed.push(client.create(&json!({"name": "doomed", "tags": ["t"]})).await);
        }
    }
    let done = AtomicBool::new(false);
    let deletes = async {
        for id in &doomed {
            client.delete(&format!("/v0.2/work-orders/{id}/")).await.expect(204);
            tokio::time::sleep(std::time::Duration::from_millis(2)).await;
        }
    };
    let creates = async {
        while !done.load(Ordering::Relaxed) {
            let id = client.create(&json!({"name": "new", "tags": ["t"]})).await;
            client.patch(&format!("/v0.2/work-orders/{id}/"), &json!({"tags": ["t", "u"]})).await.expect(200);
        }
    };
    let walks = async {
        for query in ["limit=7", "limit=4&tag=t", "limit=5&tag=t&task_group=after&updated_from=2024-01-01"] {
            let mut seen = HashSet::new();
            let mut last = None;
            let (mut path, mut pages) = (list(query), Vec::new());
            loop {
                let page = page(&client, &path).await;
                for order in page["results"].as_array().unwrap() {
                    let place =
                        (order["create_date"].as_str().unwrap().to_owned(), order["id"].as_str().unwrap().to_owned());
                    assert!(last.as_ref().is_none_or(|last| place < *last), "newest first: {query}");
                    seen.insert(place.1.clone());
                    last = Some(place);
                }
                let next = page["next"].as_str().map(str::to_owned);
                pages.push(page);
                match next {
                    Some(next) => path = next,
                    None => break,
                }
            }
            assert!(kept.iter().all(|id| seen.contains(id)), "{query}");
            // And all the way back, to what has come since.
            let mut back = HashSet::new();
            let mut previous = pages.last().unwrap()["previous"].as_str().map(str::to_owned);
            back.extend(texts(pages.last().unwrap(), "id").into_iter().map(str::to_owned));
            while let Some(path) = previous {
                let page = page(&client, &path).await;
                assert!(texts(&page, "id").into_iter().all(|id| back.insert(id.to_owned())), "none twice: {query}");
                previous = page["previous"].as_str().map(str::to_owned);
            }
            assert!(kept.iter().all(|id| back.contains(id)), "{query}");
        }
        done.store(true, Ordering::Relaxed);
    };
    tokio::join!(deletes, creates, walks);
}

#[tokio::test]
async fn a_page_holds_100_unless_it_is_told_otherwise() {
    let server = server().start().await;
    let client = server.client();
    for _ in 0..101 {
        client.create(&json!({"name": "w"})).await;
    }
    let first = page(&client, "/v0.2/work-orders").await;
    assert_eq!(texts(&first, "id").len(), 100);
    assert!(first["next"].is_string());
    assert_eq!(texts(&page(&client, &list("limit=1000")).await, "id").len(), 101);
    // Equal times are told apart by ids.
    server.sql("UPDATE work_orders SET created_at = 1700000000000000").await;
    server.sql("UPDATE work_order_terms SET created_at = 1700000000000000").await;
    for query in ["limit=10", "limit=10&name=w"] {
        let (mut ids, mut path) = (Vec::new(), list(query));
        loop {
            let page = page(&client, &path).await;
            ids.extend(texts(&page, "id").into_iter().map(str::to_owned));
            let Some(next) = page["next"].as_str() else { break };
            path = next.to_owned();
        }
        assert_eq!(ids.len(), 101, "{query}");
        assert!(ids.windows(2).all(|pair| pair[0] > pair[1]), "{query}");
    }
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

#[tokio::test]
async fn the_history_of_a_work_order_is_what_was_said_at_the_time() {
    let server = server().start().await;
    let client = server.client();
    let id = client.create(&json!({"name": "w"})).await;
    let path = format!("/v0.2/work-orders/{id}/analyses/");
    assert_eq!(page(&client, &path).await, json!({"results": [], "corrections": []}));
    let red = client.analyse(&id, "before", &Scene::new(1).photo()).await.expect(200).json();
    let blue = client.analyse(&id, "before", &Scene::new(2).tint(Tint::Blue).photo()).await.expect(200).json();
    let doors = client.analyse(&id, "after", &Scene::new(12).tint(Tint::Green).photo()).await.expect(200).json();
    client.analyse(&id, "after", &Scene::new(13).tint(Tint::Green).blurred().photo()).await.expect(200);
    let task_id = task(&red, "is_red")["id"].as_str().unwrap();
    let correction = format!("/v0.2/work-orders/{id}/tasks/{task_id}/correction/");
    client.patch(&correction, &json!({"corrected_value": true})).await.expect(200);

    let history = page(&client, &path).await;
    let groups: Vec<_> = history["results"].as_array().unwrap().iter().map(|past| &past["task_group"]).collect();
    assert_eq!(groups, ["after", "after", "before", "before"], "newest first");
    let order = client.work_order(&id).await;
    assert_eq!(history["results"][0]["id"], order["latest_analysis_id"]);
    assert_eq!(history["results"][3]["id"], order["first_analysis_id"]);
    assert_eq!(history["results"][0]["tasks"], json!([]), "it was blocked");
    for (past, answered) in [(1, &doors), (2, &blue), (3, &red)] {
        let past = &history["results"][past];
        assert_eq!(past["inputs"], answered["inputs"]);
        for then in past["tasks"].as_array().unwrap() {
            let state = &task(answered, then["name"].as_str().unwrap())["state"];
            for key in ["analyzed_value", "message", "color", "is_conformity_validated"] {
                assert_eq!(then[key], state[key], "{key}");
            }
            assert_eq!(then["regions"], state["analyzed_inputs"][0]["regions"]);
        }
    }
    let version = &history["results"][0]["app_version"];
    assert_eq!((&version["name"], &version["version"]), (&json!("colours"), &json!("1.0")));
    assert_eq!(version["id"], order["app_version_id"]);
    assert_eq!(history["results"][0]["user_email"], "admin@example.com");
    assert_eq!(history["corrections"][0]["corrected_value"], true);
    assert_eq!(history["corrections"][0]["task"], "is_red");
    let photo = history["results"][1]["inputs"][1]["data"]["value"].as_str().unwrap();
    assert_eq!(client.clone().without_token().get(photo).await.status, 200);
    for wrong in ["00000000-0000-4000-8000-000000000000", "17"] {
        let answer = client.get(&format!("/v0.2/work-orders/{wrong}/analyses/")).await.expect(404).json();
        assert_eq!(answer, json!({"detail": "WorkOrder not found!"}));
    }
}
