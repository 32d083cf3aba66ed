//! What the lines tell.

use fieldproof_testkit::{Scene, Tint};
use serde_json::{Value, json};

use super::{item, preview, said};
use crate::{link, server, task};

#[tokio::test]
async fn timeline_and_states_tell_the_same_work_orders() {
    let server = server().start().await;
    let client = server.client();
    let id = client.create(&json!({"name": "w", "metadata": {"region": "North"}})).await;
    let untouched = client.create(&json!({"name": "untouched"})).await;
    let blue = client.analyse(&id, "before", &Scene::new(2).tint(Tint::Blue).photo()).await.expect(200).json();
    let task_id = task(&blue, "is_red")["id"].as_str().unwrap();
    let correction = format!("/v0.2/work-orders/{id}/tasks/{task_id}/correction/");
    client.patch(&correction, &json!({"corrected_value": true})).await.expect(200);
    let red = client.analyse(&id, "before", &Scene::new(1).photo()).await.expect(200).json();
    client.analyse(&id, "after", &Scene::new(13).tint(Tint::Green).blurred().photo()).await.expect(200);

    let timeline = preview(&client, "").await;
    let [first, second] = &timeline[..] else { panic!("{timeline:#?}") };
    assert_eq!((&first["id"], &second["id"]), (&json!(untouched), &json!(id)), "by their last change");
    let order = client.work_order(&id).await;
    assert_eq!((&second["site_id"], &second["metadata"]), (&order["site_id"], &order["metadata"]));
    let date = |value: &Value| value.as_str().unwrap().replace("+00:00", "Z");
    assert_eq!(date(&second["create_date"]), order["create_date"]);
    assert_eq!(date(&second["update_date"]), order["update_date"]);
    assert_eq!(second["progress_score"], order["progress_score"].as_f64().unwrap() / 100.0);
    let names: Vec<_> = second["work_items"].as_array().unwrap().iter().map(|item| &item["name"]).collect();
    assert_eq!(names, ["before", "after", "papers"], "every task group, in the application's order");
    assert_eq!(item(first, "before")["input"], json!([]));

    let [then, now] = &item(second, "before")["input"].as_array().unwrap()[..] else { panic!("{second:#}") };
    for (told, answered) in [(then, &blue), (now, &red)] {
        let file = format!("{}{}", told["id"].as_str().unwrap(), told["file_extension"].as_str().unwrap());
        assert!(link(answered).contains(&file), "{file} is the name of {}", link(answered));
        assert_eq!(said(told, "is_red")["analyzed_value"], task(answered, "is_red")["state"]["analyzed_value"]);
    }
    let corrected = said(then, "is_red");
    assert_eq!((&corrected["analyzed_value"], &corrected["corrected_value"]), (&json!(false), &json!(true)));
    assert!(corrected["corrected_date"].is_string() && corrected["is_conformity_validated"] == true, "{corrected:#}");
    assert_eq!(said(now, "is_red")["corrected_value"], Value::Null, "that was said of the photo before");
    let [blurred] = &item(second, "after")["input"].as_array().unwrap()[..] else { panic!("{second:#}") };
    assert_eq!(blurred["data_conformity"], json!([{"check": "Blur", "code": 1, "level": "error"}]));
    assert_eq!(blurred["job_conformity"], json!([]));

    let states = preview(&client, "export_type=work-orders-states").await;
    assert_eq!(states[0]["work_items"], json!([]));
    assert_eq!(item(&states[1], "before")["input"], json!([now]), "the last one alone");
    assert_eq!(item(&states[1], "before")["id"], item(second, "before")["id"]);
    assert_eq!(states[1]["work_items"].as_array().unwrap().len(), 2, "an item without a photo has no last one");
}

#[tokio::test]
async fn a_window_holds_what_was_changed_in_it_whatever_came_later() {
    let server = server().start().await;
    let client = server.client();
    let ids = |lines: Vec<Value>| lines.iter().map(|line| line["id"].as_str().unwrap().to_owned()).collect::<Vec<_>>();
    let date = async |id: &str, name: &str| client.work_order(id).await[name].as_str().unwrap().to_owned();
    let one = client.create(&json!({"name": "one"})).await;
    let two = client.create(&json!({"name": "two"})).await;
    let border = date(&two, "create_date").await;
    let three = client.create(&json!({"name": "three"})).await;
    client.patch(&format!("/v0.2/work-orders/{one}/"), &json!({"tags": ["late"]})).await.expect(200);
    assert_eq!(ids(preview(&client, &format!("to={border}")).await), [one.as_str()], "though it was changed again");
    let from = ids(preview(&client, &format!("from={border}")).await);
    assert_eq!(from, [two.as_str(), three.as_str(), one.as_str()], "the border belongs to the later window");
    let changed = date(&one, "update_date").await;
    assert_eq!(ids(preview(&client, &format!("from={changed}")).await), [one.as_str()]);
    assert_eq!(ids(preview(&client, "from=2020-01-01&to=2021-01-01").await), Vec::<String>::new());

    client.delete(&format!("/v0.2/work-orders/{one}/")).await.expect(204);
    assert_eq!(ids(preview(&client, &format!("to={border}")).await), Vec::<String>::new(), "deleted is gone for good");

    for (query, field) in [
        ("export_type=everything", "export_type"),
        ("from=yesterday", "from"),
        ("to=2024-13-01", "to"),
        ("from=2024-02-01&to=2024-01-01", "to"),
    ] {
        let answer = client.get(&format!("/v0.2/exports/preview?{query}")).await.expect(400).json();
        assert!(answer[field][0].is_string(), "{query}: {answer}");
    }
}
