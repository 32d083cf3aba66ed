//! `fieldproof demo`.

use std::path::Path;

use fieldproof_testkit::{Application, CliOutput, TestServer};
use serde_json::Value;

use crate::{keys, server};

/// The demo with a data folder of its own, beside that of the server.
struct Demo {
    server: TestServer,
    data: String,
}

impl Demo {
    fn new() -> Self {
        let server = server().on_sqlite().prepare();
        let data = server.data().with_file_name("demo").to_str().unwrap().to_owned();
        Self { server, data }
    }

    fn run(&self, application: &Path, more: &[&str]) -> CliOutput {
        let application = application.to_str().unwrap();
        let arguments = ["demo", "--exit", "--app", application, "--listen", "127.0.0.1:0", "--data", &self.data];
        self.server.cli(&[&arguments[..], more].concat())
    }

    fn remembered(&self) -> String {
        std::fs::read_to_string(Path::new(&self.data).join("demo.json")).unwrap()
    }

    fn photos(&self) -> usize {
        std::fs::read_dir(Path::new(&self.data).join("blobs/inputs")).unwrap().count()
    }
}

/// Runs the demo of an application twice, then serves its data folder.
async fn twice(application: &Path) {
    let mut demo = Demo::new();
    let first = demo.run(application, &["--json"]);
    assert!(first.stderr.contains("progress"), "the table goes to the standard error: {}", first.stderr);
    let first = first.ok_json();
    assert_eq!(keys(&first), ["url", "token", "site_id"]);
    let (place, photos) = (demo.remembered(), demo.photos());
    assert!(photos > 0);

    let second = demo.run(application, &["--json"]).ok_json();
    assert_eq!((&second["token"], &second["site_id"]), (&first["token"], &first["site_id"]));
    assert_eq!(demo.remembered(), place, "no work order was made again");
    assert_eq!(demo.photos(), photos, "no photo was stored again");

    demo.server.set_option("--data", &demo.data);
    demo.server.restart().await;
    let token = first["token"].as_str().unwrap();
    let client = demo.server.client().with_token(token);
    let groups = client.get("/v0.2/task-groups/").await.expect(200).json();
    assert!(!groups.as_array().unwrap().is_empty());
    let place: Value = serde_json::from_str(&place).unwrap();
    for (name, id) in place["work_orders"].as_object().unwrap() {
        let order = client.work_order(id.as_str().unwrap()).await;
        assert_eq!((&order["name"], &order["site_id"]), (&name.as_str().into(), &first["site_id"]));
    }
}

#[tokio::test]
async fn the_demo_is_judged_as_expected_and_seeds_nothing_twice() {
    twice(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../apps/demo")).await;
}

#[tokio::test]
async fn any_application_with_tests_can_be_shown() {
    twice(Application::new().path()).await;
}

#[test]
fn people_get_a_table_and_what_to_do_next() {
    let demo = Demo::new();
    let said = demo.run(Application::new().path(), &[]).ok();
    for words in ["work order", "north-1", "before.jpg", "is_red", "Every verdict is the expected one.", "/docs", "fp_"]
    {
        assert!(said.stdout.contains(words), "no {words:?} in\n{}", said.stdout);
    }
}

#[test]
fn a_verdict_that_is_not_the_expected_one_is_shown_and_fails() {
    let demo = Demo::new();
    let application = Application::new();
    let tests = std::fs::read_to_string(application.file("tests.yaml")).unwrap();
    application.write("tests.yaml", tests.replace("is_red: true", "is_red: false"));
    let output = demo.run(application.path(), &["--json"]);
    assert_eq!(output.status, 1);
    assert!(output.stderr.contains("UNEXPECTED"), "{}", output.stderr);
    assert_eq!(keys(&output.json()), ["url", "token", "site_id"]);
}

#[test]
fn a_demo_without_its_application_says_so() {
    let output = Demo::new().run(Path::new("nowhere"), &[]);
    assert_eq!((output.status, output.stdout.as_str()), (1, ""));
    assert!(output.stderr.contains("nowhere") && output.stderr.contains("application.yaml"), "{}", output.stderr);
}
