//! Making, setting and steering exports.

use serde_json::{Value, json};

use super::place::{Place, make, runs};

#[tokio::test]
async fn every_wrong_field_is_told() {
    let place = Place::new().await;
    let client = &place.client;
    let folder = format!("file://{}/team", place.root().display());
    let outside = "file:///etc";
    for (body, expected) in [
        (json!({}), vec!["interval", "connector_type"]),
        (json!({"interval": null, "connector_type": null}), vec!["interval", "connector_type"]),
        (
            json!({"interval": "yearly", "time_zone": "Mars/Olympus", "export_type": "all", "file_format": "csv",
                   "compression": "rar", "keep_days": 1000, "export_images": "yes", "from": "then",
                   "connector_type": "pigeon", "name": 7}),
            vec![
                "name",
                "export_type",
                "file_format",
                "time_zone",
                "interval",
                "from",
                "compression",
                "keep_days",
                "export_images",
                "connector_type",
            ],
        ),
        (json!({"interval": "daily", "connector_type": "cloud_storage"}), vec!["storage_uri"]),
        (json!({"interval": "daily", "connector_type": "cloud_storage", "storage_uri": outside}), vec!["storage_uri"]),
        (
            json!({"interval": "daily", "connector_type": "cloud_storage", "storage_uri": "ftp://x"}),
            vec!["storage_uri"],
        ),
        (
            json!({"interval": "daily", "connector_type": "cloud_storage", "storage_uri": "s3://x",
                   "storage_credentials": {"aws_bucket": "y"}, "storage_credentials_path": "../x"}),
            vec!["storage_credentials", "storage_credentials_path"],
        ),
        (
            json!({"interval": "daily", "connector_type": "cloud_storage", "storage_uri": folder, "to": "2025-01-01",
                   "site_id": ["x"]}),
            vec!["site_id", "to"],
        ),
        (
            json!({"interval": "once", "connector_type": "cloud_storage", "storage_uri": folder, "to": "2999-01-01"}),
            vec!["to"],
        ),
        (
            json!({"interval": "once", "connector_type": "cloud_storage", "storage_uri": folder, "from": "2999-01-01"}),
            vec!["from"],
        ),
        (
            json!({"interval": "once", "connector_type": "cloud_storage", "storage_uri": folder,
                   "site_id": ["6f9619ff-8b86-4d01-b42d-00cf4fc964ff"]}),
            vec!["site_id"],
        ),
        (
            json!({"interval": "hourly", "connector_type": "cloud_storage", "storage_uri": folder,
                   "file_name": "{from:%Y}_{to:%Y}"}),
            vec!["file_name"],
        ),
        (
            json!({"interval": "daily", "intervall": "hourly", "state": "paused", "connector_type": "cloud_storage",
                   "storage_uri": folder, "storage_credentials": {"aws_region": "x"}, "emails": ["a@example.com"],
                   "sftp_host": null}),
            vec!["emails", "intervall", "state", "storage_credentials"],
        ),
    ] {
        let answer = client.post("/v0.2/exports", &body).await.expect(400).json();
        let fields: Vec<_> = answer.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(fields, expected, "{body:#}\n{answer:#}");
        let ends = |message: &Value| message.as_str().is_some_and(|message| message.ends_with('.'));
        assert!(
            answer.as_object().unwrap().values().all(|said| said.as_array().unwrap().iter().all(ends)),
            "{answer:#}"
        );
    }
    assert_eq!(client.get("/v0.2/exports").await.expect(200).json()["results"], json!([]));
}

#[tokio::test]
async fn secrets_are_never_answered_nor_kept_in_the_clear() {
    let place = Place::new().await;
    let client = &place.client;
    let body = json!({
        "interval": "daily", "connector_type": "cloud_storage", "storage_uri": "s3://data-lake/fieldproof",
        "storage_credentials": {"aws_access_key_id": "key-of-jane", "aws_secret_access_key": "never-to-be-seen"},
    });
    let made = client.post("/v0.2/exports", &body).await.expect(201);
    let export = format!("/v0.2/exports/{}", made.json()["id"].as_str().unwrap());
    let changed = client.patch(&export, &json!({"compression": "gzip"})).await.expect(200);
    for answer in [made, changed, client.get(&export).await, client.get("/v0.2/exports").await] {
        assert!(
            !answer.text().contains("never-to-be-seen") && !answer.text().contains("key-of-jane"),
            "{}",
            answer.text()
        );
    }
    if place.server.database().is_none() {
        for file in ["fieldproof.db", "fieldproof.db-wal"] {
            let path = place.server.data().join(file);
            #[cfg(unix)]
            assert_eq!(std::os::unix::fs::MetadataExt::mode(&path.metadata().unwrap()) & 0o777, 0o600, "{file}");
            let bytes = std::fs::read(path).unwrap_or_default();
            assert!(!bytes.windows(11).any(|bytes| bytes == b"never-to-be"), "{file}");
        }
    }
    assert!(!place.server.logs().contains("never-to-be-seen"));
}

#[tokio::test]
async fn an_export_is_set_paused_and_forgotten() {
    let place = Place::new().await;
    let client = &place.client;
    let export = make(client, &place.to_folder(&json!({"interval": "monthly", "name": "Lake"}))).await;
    let retrieved = client.get(&export).await.expect(200).json();
    let told = |names: &[&str], of: &Value| names.iter().map(|name| of[*name].clone()).collect::<Vec<_>>();
    let names = ["name", "state", "export_type", "file_format", "interval", "time_zone", "compression", "keep_days"];
    let expected = json!(["Lake", "active", "work-orders-timeline", "json", "monthly", "UTC", "none", 7]);
    assert_eq!(Value::from(told(&names, &retrieved)), expected);
    assert_eq!(retrieved["site_id"], json!([place.server.site_id()]));
    assert!(retrieved["next_run_date"].as_str().unwrap().ends_with("-01T00:00:00.000000Z"), "{retrieved:#}");

    let change = json!({"export_type": "work-orders-states", "time_zone": "Atlantic/Reykjavik", "name": null});
    let changed = client.patch(&export, &change).await.expect(200).json();
    let expected = json!([null, "active", "work-orders-states", "json", "monthly", "Atlantic/Reykjavik", "none", 7]);
    assert_eq!(Value::from(told(&names, &changed)), expected);
    for (change, field) in [
        (json!({"interval": "once"}), "interval"),
        (json!({"from": "2025-01-01"}), "from"),
        (json!({"keep_days": -1}), "keep_days"),
        (json!({"site_id": []}), "site_id"),
        (json!({"keepdays": 1}), "keepdays"),
        (json!({"sftp_host": "sftp.example.com"}), "sftp_host"),
    ] {
        let answer = client.patch(&export, &change).await.expect(400).json();
        assert!(answer[field].is_array(), "{change}: {answer}");
    }

    let run = format!("{export}/run");
    let refused = client.post(&run, &json!({})).await.expect(400).json();
    assert!(refused["from"][0].as_str().unwrap().starts_with("No window is over yet"), "{refused}");
    for body in [json!({"from": "2025-01-01"}), json!({"to": "2025-01-01"})] {
        client.post(&run, &body).await.expect(400);
    }
    let refused = client.post(&run, &json!({"from": "2025-01-01", "to": "2999-01-01"})).await.expect(400).json();
    assert!(refused["to"].is_array(), "{refused}");

    assert_eq!(client.post(&format!("{export}/pause"), &json!({})).await.expect(200).json()["state"], "paused");
    let refused = client.post(&run, &json!({"from": "2025-01-01", "to": "2025-01-02"})).await.expect(400).json();
    assert!(refused["state"].is_array(), "{refused}");
    assert_eq!(client.post(&format!("{export}/resume"), &json!({})).await.expect(200).json()["state"], "active");
    client.delete(&export).await.expect(204);
    assert_eq!(client.get(&export).await.expect(404).json()["detail"], "Export not found!");
    client.delete(&export).await.expect(404);
    assert_eq!(client.get("/v0.2/exports").await.expect(200).json()["results"], json!([]));
}

#[tokio::test]
async fn an_export_of_several_sites_is_for_who_manages_all_of_them() {
    let place = Place::new().await;
    let server = &place.server;
    let application = server.application().arg();
    let other = server.cli(&["site", "create", "other", "--app", application, "--json"]).ok_json();
    let other = other["id"].as_str().unwrap().to_owned();
    let both = place.to_folder(&json!({"interval": "once", "site_id": [server.site_id(), other]}));
    let refused = place.client.post("/v0.2/exports", &both).await.expect(400).json();
    assert!(refused["site_id"][0].as_str().unwrap().contains(&other), "{refused}");

    let jane = "jane.doe@example.com";
    server.cli(&["user", "create", jane, "--role", "manager", "--site", "site"]).ok();
    server.cli(&["user", "grant", jane, "--role", "manager", "--site", "other"]).ok();
    let jane = server.client().with_token(&server.new_token(jane, "site"));
    let export = make(&jane, &both).await;
    let runs = super::place::runs_in(&jane, &export, "delivered", 2).await;
    let mut sites: Vec<_> = runs.iter().map(|run| run["site_id"].as_str().unwrap()).collect();
    sites.sort_unstable();
    let mut expected = [server.site_id(), other.as_str()];
    expected.sort_unstable();
    assert_eq!(sites, expected);

    place.client.get(&export).await.expect(404);
    assert_eq!(place.client.get("/v0.2/exports").await.expect(200).json()["results"], json!([]));
    let one = jane.patch(&export, &json!({"site_id": [server.site_id()]})).await.expect(200).json();
    assert_eq!(one["site_id"], json!([server.site_id()]));
    place.client.get(&export).await.expect(200);
    assert_eq!(runs_of_other(&jane, &export, &other).await, 1, "its history stays");
    assert_eq!(runs_of_other(&place.client, &export, &other).await, 0, "not for who does not manage it");
    assert_eq!(place.client.get(&export).await.expect(200).json()["last_run"]["site_id"], server.site_id());
}

#[tokio::test]
async fn a_site_that_is_taken_out_gets_nothing_that_waited() {
    let place = Place::new().await;
    let server = &place.server;
    let other = server.cli(&["site", "create", "other", "--app", server.application().arg(), "--json"]).ok_json();
    let other = other["id"].as_str().unwrap().to_owned();
    let jane = "jane.doe@example.com";
    server.cli(&["user", "create", jane, "--role", "manager", "--site", "site"]).ok();
    server.cli(&["user", "grant", jane, "--role", "manager", "--site", "other"]).ok();
    let jane = server.client().with_token(&server.new_token(jane, "site"));
    std::fs::write(place.team(), "in the way").unwrap();
    let both = json!({"interval": "once", "site_id": [server.site_id(), other]});
    let export = make(&jane, &place.to_folder(&both)).await;
    super::place::runs_in(&jane, &export, "failed", 2).await;

    jane.patch(&export, &json!({"site_id": [server.site_id()]})).await.expect(200);
    std::fs::remove_file(place.team()).unwrap();
    server.sql("UPDATE export_runs SET next_try_at = 0").await;
    server.sql("UPDATE jobs SET run_at = 0 WHERE kind = 'export'").await;
    let start = std::time::Instant::now();
    while server.cli(&["jobs", "list", "--json"]).ok().stdout.contains("\"export\"") {
        assert!(start.elapsed().as_secs() < 60, "the jobs do not end");
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    let status = |runs: &[Value], site: &str| runs.iter().find(|run| run["site_id"] == site).unwrap()["status"].clone();
    let runs = runs(&jane, &export).await;
    assert_eq!((status(&runs, server.site_id()), status(&runs, &other)), (json!("delivered"), json!("failed")));
    assert!(place.files().iter().all(|file| file.starts_with(server.site_id())), "{:#?}", place.files());
    assert_eq!(jane.get(&export).await.expect(200).json()["state"], "done");
}

async fn runs_of_other(client: &fieldproof_testkit::Client, export: &str, other: &str) -> usize {
    runs(client, export).await.iter().filter(|run| run["site_id"] == other).count()
}
