//! From an export that was made to files in their place.

use chrono::{DateTime, NaiveTime, TimeDelta, Utc};
use fieldproof_app::{Ambient as _, SystemAmbient};
use fieldproof_testkit::{Client, Scene};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::{
    lines_of,
    place::{Place, make, runs_in},
};
use crate::image;

#[tokio::test]
async fn an_export_that_runs_once_lies_where_it_is_documented() {
    let place = Place::new().await;
    let client = &place.client;
    let id = client.create(&json!({"name": "w"})).await;
    client.create(&json!({"name": "untouched"})).await;
    let photo = Scene::new(1).photo();
    let analysed = client.analyse(&id, "before", &photo).await.expect(200).json();
    let fields = json!({"name": "Lake", "interval": "once", "export_images": true});
    let export = make(client, &place.to_folder(&fields)).await;

    let run = runs_in(client, &export, "delivered", 1).await.remove(0);
    let site = place.server.site_id();
    let file = run["file"].as_str().unwrap();
    let manifest_file = file.replace(".json", ".manifest.json");
    let photo_file = format!("{site}/inputs/{}.jpeg", image(&analysed)["id"].as_str().unwrap());
    assert!(file.starts_with(&format!("{site}/data/work-orders-timeline/")) && file.ends_with(".json"), "{file}");
    assert_eq!(place.files(), [file, &manifest_file, &photo_file]);
    assert_eq!(place.read(&photo_file), photo);

    let bytes = place.read(file);
    let lines = lines_of(&String::from_utf8(bytes.clone()).unwrap());
    let names: Vec<_> = lines.iter().map(|line| line["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["untouched", "w"], "by their last change");
    let sha256: String = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    let manifest: Value = serde_json::from_slice(&place.read(&manifest_file)).unwrap();
    let expected = json!({
        "file": file.rsplit('/').next(),
        "rows": 2,
        "bytes": bytes.len(),
        "sha256": sha256,
        "schema_version": 1,
        "export_type": "work-orders-timeline",
        "site_id": site,
        "from": run["from"].as_str().unwrap().replace('Z', "+00:00"),
        "to": run["to"].as_str().unwrap().replace('Z', "+00:00"),
        "application_versions": manifest["application_versions"],
    });
    assert_eq!(manifest, expected);
    assert_eq!(manifest["application_versions"][0]["name"], "colours");
    let told = json!({"rows": run["rows"], "bytes": run["bytes"], "sha256": run["sha256"], "images": run["images"]});
    assert_eq!(told, json!({"rows": 2, "bytes": bytes.len(), "sha256": sha256, "images": 1}));
    assert!(run["duration"].as_f64().unwrap() >= 0.0 && run["error"].is_null(), "{run:#}");

    let retrieved = client.get(&export).await.expect(200).json();
    assert_eq!((&retrieved["state"], &retrieved["next_run_date"]), (&json!("done"), &Value::Null));
    assert_eq!(retrieved["last_run"], run);
    let listed = client.get("/v0.2/exports").await.expect(200).json();
    assert_eq!(listed["results"], json!([retrieved]));
}

#[tokio::test]
async fn windows_that_were_missed_are_caught_up_in_their_order() {
    let place = Place::new().await;
    let client = &place.client;
    client.create(&json!({"name": "w"})).await;
    let today = SystemAmbient.now().date_naive().and_time(NaiveTime::MIN).and_utc();
    let (first, changed) = (today - TimeDelta::days(10), today - TimeDelta::days(10) + TimeDelta::hours(7));
    let moment = changed.timestamp_micros();
    place.server.sql(&format!("UPDATE work_orders SET created_at = {moment}, updated_at = {moment}")).await;
    let fields = json!({
        "interval": "0 0 * * *", "from": first, "compression": "zstd", "file_name": "{from:%Y%m%d}-{to:%Y%m%d}",
    });
    let export = make(client, &place.to_folder(&fields)).await;
    client.post(&format!("{export}/pause"), &json!({})).await.expect(200);
    client.post(&format!("{export}/resume"), &json!({})).await.expect(200);
    let runs = runs_in(client, &export, "delivered", 10).await;
    let folder = format!("{}/data/work-orders-timeline", place.server.site_id());
    let named =
        format!("{folder}/{}-{}.json.zst", first.format("%Y%m%d"), (first + TimeDelta::days(1)).format("%Y%m%d"));
    assert_eq!(runs[0]["file"], named);
    for (before, after) in runs.iter().zip(&runs[1..]) {
        assert_eq!(before["to"], after["from"]);
        assert!(before["end_date"].as_str() < after["start_date"].as_str(), "{before:#} {after:#}");
    }
    let rows: Vec<_> = runs.iter().map(|run| run["rows"].as_u64().unwrap()).collect();
    assert_eq!(rows, [1, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    let packed = place.read(runs[0]["file"].as_str().unwrap());
    let text = String::from_utf8(zstd::decode_all(&packed[..]).unwrap()).unwrap();
    assert_eq!(lines_of(&text)[0]["name"], "w");
    let retrieved = client.get(&export).await.expect(200).json();
    assert_eq!((&retrieved["state"], &retrieved["next_run_date"]), (&json!("active"), &json!(midnight(today))));
}

#[tokio::test]
async fn days_begin_by_the_clocks_of_the_export() {
    let place = Place::new().await;
    let client = &place.client;
    client.create(&json!({"name": "w"})).await;
    // Tokyo is nine hours ahead all year.
    let day = (SystemAmbient.now() + TimeDelta::hours(9)).date_naive() - TimeDelta::days(4);
    let next = day + TimeDelta::days(1);
    let fields = json!({"interval": "daily", "time_zone": "Asia/Tokyo", "from": day.to_string()});
    let export = make(client, &place.to_folder(&fields)).await;
    let begins = |day: chrono::NaiveDate| format!("{}T15:00:00.000000Z", day - TimeDelta::days(1));
    let run = runs_in(client, &export, "delivered", 4).await.remove(0);
    assert_eq!((run["from"].as_str().unwrap(), run["to"].as_str().unwrap()), (&*begins(day), &*begins(next)));
    let window = json!({"from": day.to_string(), "to": next.to_string()});
    let asked = client.post(&format!("{export}/run"), &window).await.expect(202).json();
    assert_eq!(asked["results"][0]["id"], run["id"], "it is the day's own window");
}

fn midnight(today: DateTime<Utc>) -> String {
    (today + TimeDelta::days(1)).format("%Y-%m-%dT00:00:00.000000Z").to_string()
}

#[tokio::test]
async fn a_window_that_is_asked_for_again_has_the_same_bytes() {
    let place = Place::new().await;
    let client = &place.client;
    let kept = client.create(&json!({"name": "kept"})).await;
    let gone = client.create(&json!({"name": "gone"})).await;
    let export = make(client, &place.to_folder(&json!({"interval": "once", "compression": "gzip"}))).await;
    let run = runs_in(client, &export, "delivered", 1).await.remove(0);
    let file = run["file"].as_str().unwrap();
    assert!(file.ends_with(".json.gz"), "{file}");
    let bytes = place.read(file);

    client.patch(&format!("/v0.2/work-orders/{kept}/"), &json!({"tags": ["changed"]})).await.expect(200);
    client.patch(&export, &json!({"file_name": "other-{from:%Y-%m-%d}_{to:%Y-%m-%d}"})).await.expect(200);
    std::fs::remove_dir_all(place.team()).unwrap();
    let asked = client.post(&format!("{export}/run"), &json!({})).await.expect(202).json();
    assert_eq!(asked["results"][0]["id"], run["id"]);
    runs_in(client, &export, "delivered", 1).await;
    assert_eq!(place.read(file), bytes, "never under another name, whatever was changed since");

    // Whoever deletes a work order wants it in no later file.
    client.delete(&format!("/v0.2/work-orders/{gone}/")).await.expect(204);
    let window = json!({"from": run["from"], "to": run["to"]});
    client.post(&format!("{export}/run"), &window).await.expect(202);
    let run = runs_in(client, &export, "delivered", 1).await.remove(0);
    assert_eq!(run["rows"], 1);
    let mut text = String::new();
    std::io::Read::read_to_string(&mut flate2::read::GzDecoder::new(&place.read(file)[..]), &mut text).unwrap();
    assert_eq!(lines_of(&text)[0]["name"], "kept");
    let manifest: Value = serde_json::from_slice(&place.read(&file.replace(".json.gz", ".manifest.json"))).unwrap();
    assert_eq!((&manifest["rows"], &manifest["sha256"]), (&json!(1), &run["sha256"]));
}

#[tokio::test]
async fn a_window_whose_name_is_taken_gets_one_of_its_own() {
    let place = Place::new().await;
    let client = &place.client;
    client.create(&json!({"name": "w"})).await;
    let export = make(client, &place.to_folder(&json!({"interval": "daily"}))).await;
    // Half a second beside that of yesterday, which file names do not tell.
    let midnight = last_midnight(client, &export).await;
    let (from, to) = (midnight - TimeDelta::days(1), midnight);
    let beside = |date: DateTime<Utc>| (date + TimeDelta::milliseconds(500)).to_rfc3339();
    client.post(&format!("{export}/run"), &json!({"from": beside(from), "to": beside(to)})).await.expect(202);
    let taken = runs_in(client, &export, "delivered", 1).await.remove(0);
    place.server.sql(&format!("UPDATE export_sites SET next_from = {}", from.timestamp_micros())).await;
    place.server.sql("UPDATE jobs SET run_at = 0 WHERE kind = 'export'").await;
    let runs = runs_in(client, &export, "delivered", 2).await;
    let own = runs.iter().find(|run| run["id"] != taken["id"]).unwrap();
    let name = format!("{}Z_{}Z.json", from.format("%Y-%m-%dT%H:%M:%S%.6f"), to.format("%Y-%m-%dT%H:%M:%S%.6f"));
    assert!(own["file"].as_str().unwrap().ends_with(&name), "{own:#}");
    assert!(place.file(own["file"].as_str().unwrap()).exists() && place.file(taken["file"].as_str().unwrap()).exists());
}

/// The beginning of the day that the export's next window tells of.
async fn last_midnight(client: &Client, export: &str) -> DateTime<Utc> {
    let next = client.get(export).await.expect(200).json()["next_run_date"].as_str().unwrap().to_owned();
    next.parse::<DateTime<Utc>>().unwrap() - TimeDelta::days(1)
}

#[tokio::test]
async fn what_is_deleted_while_a_file_is_written_is_in_no_later_one() {
    let place = Place::new().await;
    let client = &place.client;
    let mut ids = Vec::new();
    for number in 0..300 {
        ids.push(client.create(&json!({"name": format!("w{number}"), "metadata": {"note": "n".repeat(20_000)}})).await);
    }
    let export = make(client, &place.to_folder(&json!({"interval": "once", "compression": "gzip"}))).await;
    runs_in(client, &export, "running", 1).await;
    // The first ones are in the file already, whose end is far away.
    let gone: Vec<_> = ids.iter().take(3).collect();
    for id in &gone {
        client.delete(&format!("/v0.2/work-orders/{id}/")).await.expect(204);
    }
    let run = runs_in(client, &export, "delivered", 1).await.remove(0);
    std::fs::remove_dir_all(place.team()).unwrap();
    client.post(&format!("{export}/run"), &json!({})).await.expect(202);
    let again = runs_in(client, &export, "delivered", 1).await.remove(0);
    assert_eq!(again["id"], run["id"]);
    let mut text = String::new();
    let bytes = place.read(again["file"].as_str().unwrap());
    std::io::Read::read_to_string(&mut flate2::read::GzDecoder::new(&bytes[..]), &mut text).unwrap();
    let told = lines_of(&text);
    assert_eq!((told.len(), &again["rows"]), (297, &json!(297)));
    assert!(told.iter().all(|line| gone.iter().all(|id| line["id"] != ***id)), "a deleted one is told");
}

#[tokio::test]
async fn a_place_that_refuses_is_tried_until_it_takes() {
    let place = Place::new().await;
    let client = &place.client;
    client.create(&json!({"name": "w"})).await;
    std::fs::write(place.team(), "in the way").unwrap();
    let export = make(client, &place.to_folder(&json!({"interval": "once"}))).await;
    let run = runs_in(client, &export, "failed", 1).await.remove(0);
    assert!(run["error"].as_str().unwrap().contains("Writing") && run["next_try_date"].is_string(), "{run:#}");
    let tried = client.post(&format!("{export}/test"), &json!({})).await.expect(200).json();
    assert_eq!((&tried["ok"], &tried["steps"][1]["step"]), (&json!(false), &json!("write")), "{tried:#}");
    assert_eq!(client.get(&export).await.expect(200).json()["state"], "active");
    assert!(client.get("/metrics").await.text().contains("fieldproof_export_windows_failed"));

    std::fs::remove_file(place.team()).unwrap();
    let tried = client.post(&format!("{export}/test"), &json!({})).await.expect(200).json();
    let steps: Vec<_> = tried["steps"].as_array().unwrap().iter().map(|step| step["step"].as_str().unwrap()).collect();
    assert_eq!((&tried["ok"], steps), (&json!(true), vec!["connect", "write", "read", "remove"]), "{tried:#}");
    assert_eq!(place.files(), [""; 0]);
    // By itself, a few seconds later.
    let run = runs_in(client, &export, "delivered", 1).await.remove(0);
    assert!(run["attempts"].as_u64().unwrap() > 1 && run["error"].is_null(), "{run:#}");
    assert_eq!(place.files().len(), 2);
}

#[tokio::test]
async fn a_photo_is_sent_once() {
    let place = Place::new().await;
    let client = &place.client;
    let id = client.create(&json!({"name": "w"})).await;
    client.analyse(&id, "before", &Scene::new(1).photo()).await.expect(200);
    let export = make(client, &place.to_folder(&json!({"interval": "once", "export_images": true}))).await;
    let run = runs_in(client, &export, "delivered", 1).await.remove(0);
    let photos = place.file(&format!("{}/inputs", place.server.site_id()));
    std::fs::remove_dir_all(&photos).unwrap();
    client.analyse(&id, "after", &Scene::new(3).photo()).await.expect(200);
    let window = json!({"from": run["from"], "to": SystemAmbient.now()});
    client.post(&format!("{export}/run"), &window).await.expect(202);
    let runs = runs_in(client, &export, "delivered", 2).await;
    assert_eq!(runs[1]["images"], 1);
    assert_eq!(std::fs::read_dir(&photos).unwrap().count(), 1, "the other one was taken away since");
    // To another place they go anew.
    let elsewhere = format!("file://{}/elsewhere", place.root().display());
    client.patch(&export, &json!({"storage_uri": elsewhere})).await.expect(200);
    client.post(&format!("{export}/run"), &json!({})).await.expect(202);
    runs_in(client, &export, "delivered", 2).await;
    let photos = place.root().join("elsewhere").join(place.server.site_id()).join("inputs");
    assert_eq!(std::fs::read_dir(photos).unwrap().count(), 2);
    // The first place has them still.
    let before = client.get(&format!("{export}/runs")).await.expect(200).json()["results"][0]["images"].clone();
    client.patch(&export, &json!({"storage_uri": format!("file://{}/team", place.root().display())})).await.expect(200);
    client.post(&format!("{export}/run"), &json!({})).await.expect(202);
    runs_in(client, &export, "delivered", 2).await;
    assert_eq!(client.get(&format!("{export}/runs")).await.expect(200).json()["results"][0]["images"], before);
}
