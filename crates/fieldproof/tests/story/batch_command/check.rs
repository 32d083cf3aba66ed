//! `fieldproof batch check`: no server anywhere.

use fieldproof_domain::batch::ProblemCode;
use fieldproof_testkit::{Application, Archive, Scene};
use serde_json::json;

use super::{Machine, orders};
use crate::keys;

#[tokio::test]
async fn an_archive_in_order_is_said_to_be() {
    let machine = Machine::at("http://127.0.0.1:9", "");
    let application = Application::new();
    machine.write("may.tar", orders().tar());
    for arguments in [&["check", "may.tar"][..], &["check", "may.tar", "--app", application.arg()]] {
        let said = machine.batch(arguments).await.ok().stdout;
        assert_eq!(said, "work orders: 2\nphotos: 3\nThe archive is in order.\n");
    }
    let json = machine.batch(&["check", "may.tar", "--json"]).await.ok_json();
    assert_eq!(
        json,
        json!({
            "format": "tar", "work_orders": {"total": 2, "failed": 0}, "photos": {"total": 3, "failed": 0},
            "failure": null, "codes": {}, "problems": [],
        })
    );
}

#[tokio::test]
async fn what_a_server_would_report_is_reported() {
    let machine = Machine::at("http://127.0.0.1:9", "");
    let photo = Scene::new(4).photo();
    let archive = orders()
        .file("WO_3/metadata.json", json!({"region": "South"}).to_string())
        .file("WO_3/roof.jpg", photo.clone())
        .file("WO_3/before.jpg", &photo[..photo.len() / 2])
        .file("WO_4/metadata.json", "[]")
        .file("WO_4/before.jpg", photo)
        .file("readme.txt", "text");
    machine.write("may.zip", archive.zip());
    let application = Application::with_required_metadata();
    let said = machine.batch(&["check", "may.zip", "--app", application.arg(), "--json"]).await;
    assert_eq!(said.status, 1);
    let json = said.json();
    let codes = json!({
        "not_an_object": 1, "outside_folder": 1, "photo_refused": 1, "unknown_task_group": 1, "work_order_refused": 2,
    });
    assert_eq!(json["codes"], codes, "{json:#}");
    assert_eq!(json["work_orders"], json!({"total": 4, "failed": 3}));
    assert_eq!(json["photos"], json!({"total": 6, "failed": 5}));
    assert_eq!(keys(&json["problems"][0]), ["work_order", "file", "code", "reason"]);

    let said = machine.batch(&["check", "may.zip", "--app", application.arg()]).await.stdout;
    let table: Vec<_> = said.lines().map(|line| line.split_whitespace().collect::<Vec<_>>()).collect();
    assert_eq!(table[0][..2], ["where", "code"], "{said}");
    assert!(table.iter().any(|words| words.starts_with(&["WO_3/roof.jpg", "unknown_task_group"])), "{said}");
    assert!(table.iter().any(|words| words.starts_with(&["WO_1", "work_order_refused"])), "{said}");
    assert!(
        said.ends_with(
            "work orders: 4, of which 3 would fail\nphotos: 6, of which 5 would fail\n\
                            The rest of the archive is in order.\n"
        ),
        "{said}"
    );

    // Without the application nobody knows the task groups, nor that metadata is needed.
    let json = machine.batch(&["check", "may.zip", "--json"]).await.json();
    assert_eq!(json["codes"], json!({"not_an_object": 1, "outside_folder": 1, "photo_refused": 1}));
}

#[tokio::test]
async fn what_is_no_archive_or_no_application_is_told() {
    let machine = Machine::at("http://127.0.0.1:9", "");
    machine.write("notes.zip", "text");
    let said = machine.batch(&["check", "notes.zip"]).await;
    assert!(said.status == 1 && said.stdout.contains("The archive cannot be used. "), "{}", said.stdout);
    machine.write("nothing.zip", Archive::new().zip());
    let said = machine.batch(&["check", "nothing.zip", "--json"]).await;
    assert_eq!((said.status, &said.json()["failure"]["code"]), (1, &json!("no_files")));
    machine.write("may.zip", orders().zip());
    let said = machine.batch(&["check", "may.zip", "--app", "nowhere"]).await;
    assert!(said.status == 1 && said.stderr.contains("application.yaml"), "{}", said.stderr);
    let said = machine.batch(&["check", "missing.zip"]).await;
    assert!(said.status == 1 && said.stderr.contains("missing.zip"), "{}", said.stderr);
}

#[test]
fn every_code_is_explained_in_the_documentation() {
    let page = include_str!("../../../../../docs/batches.md");
    let of_archives = [
        include_str!("../../../../fieldproof-archive/src/problem.rs"),
        include_str!("../../../../fieldproof-archive/src/error.rs"),
    ];
    let of_archives = of_archives.iter().flat_map(|source| source.lines());
    let of_archives = of_archives.filter_map(|line| line.split_once("=> \"")?.1.split('"').next());
    let codes: Vec<_> = ProblemCode::ALL.iter().map(|code| code.code()).chain(of_archives).collect();
    assert!(codes.len() > ProblemCode::ALL.len() + 30, "{codes:?}");
    for code in codes {
        assert!(page.contains(&format!("`{code}`")), "{code}");
    }
}
