//! From page to page of a list, while nothing happens and while others write.

use std::{
    collections::{BTreeSet, HashSet},
    sync::atomic::{AtomicBool, Ordering},
};

use serde_json::{Value, json};

use crate::{
    keys,
    listing::{list, page, texts},
    server,
};

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
