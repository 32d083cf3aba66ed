//! `fieldproof export …`.

use serde_json::json;

use super::{lines_of, place::Place};

#[tokio::test]
async fn an_export_is_made_run_and_seen_at_the_command_line() {
    let mut place = Place::new().await;
    let client = place.client.clone();
    client.create(&json!({"name": "w"})).await;
    // Without a server the command delivers by itself.
    place.server.terminate().await;
    let root = place.root().display().to_string();
    let uri = format!("file://{root}/team");
    let cli = |arguments: &[&str]| {
        let root = ["--export-root", &root];
        place.server.cli(&[&["export"], arguments, &root[..]].concat())
    };
    let made =
        cli(&["create", "--site", "site", "--interval", "daily", "--name", "Lake", "--storage-uri", &uri, "--json"]);
    let made = made.ok_json();
    let id = made["id"].as_str().unwrap();
    assert_eq!(
        (&made["state"], &made["interval"], &made["storage_uri"]),
        (&json!("active"), &json!("daily"), &json!(uri))
    );
    let refused = cli(&["run", id]);
    assert!(refused.status == 1 && refused.stderr.contains("No window is over yet"), "{refused:?}");
    let run = cli(&["run", id, "--from", "2025-01-01", "--to", "2025-01-02", "--json"]).ok_json();
    assert_eq!((&run[0]["status"], &run[0]["rows"]), (&json!("delivered"), &json!(0)));
    let file =
        format!("{}/data/work-orders-timeline/2025-01-01_00:00:00_2025-01-02_00:00:00.json", place.server.site_id());
    assert_eq!(place.read(&file), b"");
    assert_eq!(cli(&["history", id, "--json"]).ok_json(), run);
    let listed = cli(&["list", "--site", "site"]).ok().stdout;
    assert!(listed.contains(id) && listed.contains("Lake") && listed.contains("delivered"), "{listed}");
    assert!(cli(&["history", id]).ok().stdout.contains("2025-01-01 00:00 to 2025-01-02 00:00"));

    let tried = cli(&["test", id]).ok().stdout;
    assert_eq!(tried, "connect: ok\nwrite: ok\nread: ok\nremove: ok\n");
    std::fs::remove_dir_all(place.team()).unwrap();
    std::fs::write(place.team(), "in the way").unwrap();
    let tried = cli(&["test", id, "--json"]);
    assert!(tried.status == 1 && tried.stdout.contains(r#""ok":false"#), "{tried:?}");
    let failed = cli(&["run", id]);
    assert!(failed.status == 1 && failed.stdout.contains("failed"), "{failed:?}");
    std::fs::remove_file(place.team()).unwrap();
    cli(&["pause", id]).ok();
    assert!(cli(&["run", id]).stderr.contains("resume it first"));
    cli(&["resume", id]).ok();
    cli(&["run", id]).ok();
    // Without the folder for exports nothing is changed.
    let refused = place.server.cli(&["export", "run", id]);
    assert!(refused.status != 0 && refused.stderr.contains("--export-root"), "{refused:?}");
    assert!(!cli(&["history", id]).ok().stdout.contains("failed"));
    // What is over and was not listed yet by a server is found.
    let made = cli(&[
        "create",
        "--site",
        "site",
        "--interval",
        "daily",
        "--from",
        "2026-01-01",
        "--storage-uri",
        &uri,
        "--json",
    ]);
    let other = made.ok_json()["id"].as_str().unwrap().to_owned();
    cli(&["run", &other]).ok();
    cli(&["delete", &other]).ok();
    cli(&["delete", id]).ok();
    assert!(cli(&["history", id]).stderr.contains("export list"), "{id}");
    assert_eq!(cli(&["list"]).ok().stdout, "no exports\n");
}

#[tokio::test]
async fn the_lines_of_a_window_go_to_a_file_or_to_standard_output() {
    let place = Place::new().await;
    place.client.create(&json!({"name": "w"})).await;
    let printed = place.server.cli(&["export", "run", "--to-file", "-"]).ok().stdout;
    assert_eq!(lines_of(&printed)[0]["name"], "w");
    let nothing = place.server.cli(&["export", "run", "--to", "2020-01-01", "--to-file", "-"]).ok().stdout;
    assert_eq!(nothing, "");
    let file = place.root().join("lines.json");
    let path = file.to_str().unwrap();
    let states =
        ["export", "run", "--site", "site", "--export-type", "work-orders-states", "--to-file", path, "--json"];
    assert_eq!(place.server.cli(&states).ok_json(), json!({"file": path, "rows": 1}));
    assert_eq!(lines_of(&std::fs::read_to_string(&file).unwrap())[0]["name"], "w");
    let nowhere = place.root().join("none/lines.json");
    let failed = place.server.cli(&["export", "run", "--to-file", nowhere.to_str().unwrap()]);
    assert!(failed.status == 1 && failed.stderr.contains("cannot be written"), "{failed:?}");
}

#[tokio::test]
async fn what_is_missing_or_wrong_is_said() {
    let place = Place::new().await;
    for (arguments, said) in [
        (&["create", "--site", "site", "--interval", "daily"][..], "--storage-uri"),
        (&["create", "--site", "none", "--interval", "daily", "--storage-uri", "s3://x"], "site list"),
        (&["create", "--site", "site", "--interval", "yearly", "--storage-uri", "s3://x"], "'yearly' is no interval"),
        (&["create", "--site", "site", "--interval", "daily", "--storage-uri", "file:///x"], "--export-root"),
        (&["create", "--site", "site", "--interval", "daily", "--sftp-host", "x"], "--sftp-username"),
        (&["create", "--site", "site", "--interval", "daily", "--emails", "jane.doe@example.com"], "--smtp-url"),
        (&["create", "--site", "site", "--interval", "daily"], "--emails"),
        (&["run"], "--to-file"),
        (&["test", "nonsense"], "export list"),
        (&["run", "--from", "then", "--to-file", "-"], "'then' is no time"),
    ] {
        let output = place.server.cli(&[&["export"], arguments].concat());
        assert!(output.status != 0 && output.stderr.contains(said), "{arguments:?}: {output:?}");
    }
}
