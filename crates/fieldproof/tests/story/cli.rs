//! Sites, users and tokens on the command line: what is printed, what is refused, and that a running server hears of
//! it at once.

use fieldproof_testkit::CliOutput;
use serde_json::{Value, json};

use crate::{keys, server};

/// A refusal: exit code 1, nothing on the standard output, and these words.
#[track_caller]
pub(crate) fn refused(output: &CliOutput, words: &[&str]) {
    assert_eq!((output.status, output.stdout.as_str()), (1, ""), "{}", output.stderr);
    for word in words {
        assert!(output.stderr.contains(word), "no {word:?} in: {}", output.stderr);
    }
}

fn is_uuid(value: &Value) -> bool {
    value.as_str().is_some_and(|text| text.len() == 36 && text.matches('-').count() == 4)
}

#[tokio::test]
async fn every_admin_command_speaks_to_people_and_to_programs() {
    let server = server().prepare();
    let app = server.application().arg();

    let site = server.cli(&["site", "create", "north", "--app", app, "--json"]).ok_json();
    assert_eq!(keys(&site), ["id", "name"]);
    assert!(is_uuid(&site["id"]) && site["name"] == "north");
    let said = server.cli(&["site", "create", "south", "--app", app]).ok();
    assert!(said.stdout.starts_with("site south has the id "), "{}", said.stdout);
    let list = server.cli(&["site", "list", "--json"]).ok_json();
    let names: Vec<_> = list.as_array().unwrap().iter().map(|site| site["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["north", "site", "south"]);
    assert_eq!((keys(&list[0]), &list[0]["id"]), (vec!["id", "name", "app_version_id"], &site["id"]));
    let said = server.cli(&["site", "list"]).ok();
    assert!(said.stdout.lines().count() == 3 && said.stdout.contains("  north  "), "{}", said.stdout);

    let jane = ["user", "create", "Jane@Example.com", "--name", "Jane Doe", "--site", "north", "--json"];
    let user = server.cli(&jane).ok_json();
    assert_eq!(keys(&user), ["id", "email"]);
    assert!(is_uuid(&user["id"]) && user["email"] == "jane@example.com", "{user}");
    let said = server.cli(&["user", "create", "joe@example.com", "--role", "admin", "--site", "north"]).ok();
    assert!(said.stdout.starts_with("user joe@example.com has the id "), "{}", said.stdout);

    // A site is named by its id as well.
    let by_id = ["user", "grant", "jane@example.com", "--site", site["id"].as_str().unwrap(), "--json"];
    let granted = server.cli(&by_id).ok_json();
    assert_eq!(granted["site_id"], site["id"]);
    let said = server.cli(&["user", "grant", "jane@example.com", "--site", "south", "--role", "admin"]).ok();
    assert_eq!(said.stdout, "jane@example.com is org-admin on south\n");

    let token = server.cli(&["token", "create", "--user", "jane@example.com", "--site", "north", "--json"]).ok_json();
    assert_eq!(keys(&token), ["id", "token"]);
    let said = server.cli(&["token", "create", "--user", "jane@example.com", "--site", "south"]).ok();
    assert!(said.stdout.starts_with("fp_") && said.stdout.lines().count() == 1, "{}", said.stdout);

    let list = server.cli(&["token", "list", "--json"]).ok_json();
    assert_eq!(list.as_array().unwrap().len(), 3);
    assert_eq!(keys(&list[0]), ["id", "email", "site", "create_date", "revoke_date"]);
    assert_eq!((&list[0]["email"], &list[0]["site"]), (&json!("jane@example.com"), &json!("south")), "newest first");
    let said = server.cli(&["token", "list"]).ok();
    assert_eq!(said.stdout.lines().count(), 4, "{}", said.stdout);
    let id = token["id"].as_str().unwrap();
    assert!(said.stdout.contains(id) && said.stdout.contains("jane@example.com"));
    assert!(!said.stdout.contains(token["token"].as_str().unwrap()), "secrets are shown once");
    assert!(!list.to_string().contains(token["token"].as_str().unwrap()));

    assert_eq!(server.cli(&["token", "revoke", id, "--json"]).ok_json(), json!({"id": id}));
    let other = list[0]["id"].as_str().unwrap();
    assert_eq!(server.cli(&["token", "revoke", other]).ok().stdout, format!("token {other} is revoked\n"));
    let list = server.cli(&["token", "list", "--json"]).ok_json();
    assert!(list[0]["revoke_date"].is_string() && list[2]["revoke_date"].is_null(), "{list}");

    let pushed = server.cli(&["app", "push", app, "--site", "north", "--json"]).ok_json();
    assert_eq!(keys(&pushed), ["id", "site_id"]);
    assert_eq!(pushed["site_id"], site["id"]);
    let said = server.cli(&["app", "push", app, "--site", "north"]).ok();
    assert_eq!(said.stdout, format!("version {} is deployed on north\n", pushed["id"].as_str().unwrap()));

    let checked = server.cli(&["app", "check", app, "--json"]).ok_json();
    assert_eq!((&checked["name"], &checked["version"]), (&json!("colours"), &json!("1.0")));
    assert_eq!((&checked["id"], &checked["problems"]), (&pushed["id"], &json!([])));
    let said = server.cli(&["app", "check", app]).ok();
    assert!(
        said.stdout.starts_with("colours 1.0 is in order: 3 task groups, 2 models, 1 work order"),
        "{}",
        said.stdout
    );
}

#[tokio::test]
async fn what_cannot_be_done_is_refused_with_the_reason() {
    let server = server().prepare();
    let app = server.application().arg();
    let cli = |arguments: &[&str]| server.cli(arguments);
    cli(&["user", "create", "eve@example.com", "--site", "site"]).ok();
    cli(&["site", "create", "other", "--app", app]).ok();

    refused(&cli(&["site", "create", "site", "--app", app]), &["There is a site called 'site' already."]);
    refused(&cli(&["site", "create", " ", "--app", app]), &["1 to 128"]);
    refused(&cli(&["site", "create", "x", "--app", "nowhere"]), &["application.yaml", "cannot be read"]);
    refused(&cli(&["user", "create", "a@example.com", "--site", "nowhere"]), &["no site", "nowhere"]);
    refused(&cli(&["user", "create", "EVE@example.com", "--site", "site"]), &["eve@example.com", "user grant"]);
    refused(&cli(&["user", "create", "eve", "--site", "site"]), &["'eve' is not an e-mail address"]);
    refused(&cli(&["user", "grant", "who@example.com", "--site", "site"]), &["no user", "who@example.com"]);
    let create = |user: &str, site: &str| cli(&["token", "create", "--user", user, "--site", site]);
    refused(&create("who@example.com", "site"), &["no user", "who@example.com"]);
    refused(&create("eve@example.com", "other"), &["eve@example.com", "other", "user grant"]);
    let unknown = "00000000-0000-4000-8000-000000000000";
    refused(&cli(&["token", "revoke", unknown]), &["no token", unknown]);
    refused(&cli(&["app", "push", app, "--site", "nowhere"]), &["no site", "nowhere"]);
    refused(&cli(&["app", "push", "nowhere", "--site", "site"]), &["application.yaml", "cannot be read"]);
    for wrong in [
        &["token", "revoke", "not-an-id"][..],
        &["user", "create", "a@example.com", "--site", "site", "--role", "king"],
        &["site", "create", "x"],
        &["serve", "--listen", "somewhere"],
        &["serve", "--allow-address", "10.0.0.0/99"],
        &["no-such-command"],
    ] {
        let output = cli(wrong);
        assert_eq!((output.status, output.stdout.as_str()), (2, ""), "{wrong:?}: {}", output.stderr);
    }

    let token = create("eve@example.com", "site").ok().stdout;
    let list = cli(&["token", "list", "--json"]).ok_json();
    assert_eq!(list.as_array().unwrap().len(), 2, "nothing was left by what was refused");
    assert!(!list.to_string().contains(token.trim()));
}

#[tokio::test]
async fn a_wrong_data_folder_is_not_made() {
    let server = server().on_sqlite().prepare();
    let typo = server.data().with_file_name("dta");
    let folder = typo.to_str().unwrap();
    for command in [
        &["user", "create", "a@example.com", "--site", "site", "--data", folder][..],
        &["user", "grant", "admin@example.com", "--site", "site", "--data", folder],
        &["token", "create", "--user", "admin@example.com", "--site", "site", "--data", folder],
        &["token", "list", "--data", folder],
        &["app", "push", server.application().arg(), "--site", "site", "--data", folder],
        &["site", "list", "--data", folder],
    ] {
        refused(&server.cli(command), &[folder, "site create"]);
        assert!(!typo.exists(), "{command:?}");
    }
    refused(&server.cli(&["site", "create", "x", "--app", "nowhere", "--data", folder]), &["nowhere"]);
    assert!(!typo.exists(), "a site without an application leaves no data folder behind");
    let file = server.data().join("fieldproof.db");
    let create = ["site", "create", "x", "--app", server.application().arg(), "--data", file.to_str().unwrap()];
    refused(&server.cli(&create), &["fieldproof.db"]);
}

#[tokio::test]
async fn a_running_server_hears_of_tokens_at_once() {
    let server = server().start().await;
    let created = server.cli(&["token", "create", "--user", "admin@example.com", "--site", "site", "--json"]).ok_json();
    let client = server.client().with_token(created["token"].as_str().unwrap());
    client.get("/v0.2/task-groups/").await.expect(200);
    let id = created["id"].as_str().unwrap();
    server.cli(&["token", "revoke", id]).ok();
    let answer = client.get("/v0.2/task-groups/").await.expect(403).json();
    assert_eq!(answer, json!({"detail": "No user found for such apiKey."}));
    server.client().get("/v0.2/task-groups/").await.expect(200);
    refused(&server.cli(&["token", "revoke", id]), &[id]);
}
