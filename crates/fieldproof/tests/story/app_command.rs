//! `fieldproof app …`: what a solution engineer does with an application's folder.

use fieldproof_testkit::{Application, Scene};
use serde_json::json;

use crate::{cli::refused, keys, server, task};

#[test]
fn app_check_lists_every_problem_with_its_place() {
    let server = server().prepare();
    let broken = Application::new()
        .edit("languages: [en, fr]", "languages: [en, xx]\nlanguage: en")
        .edit("observe: {colour: {min_score: 0.0}, boxes", "observe: {colour: {min_score: 7}, boxs")
        .edit("\"#444444\"", "grey");
    let said = server.cli(&["app", "check", broken.arg()]);
    assert_eq!(said.status, 1);
    let places: Vec<_> = said.stdout.lines().map(|line| line.splitn(4, ':').take(3).collect::<Vec<_>>()).collect();
    assert_eq!(places.len(), 5, "{}", said.stdout);
    for place in &places {
        assert_eq!(place[0], "application.yaml", "{}", said.stdout);
        assert!(place[1].parse::<u32>().is_ok() && place[2].parse::<u32>().is_ok(), "{}", said.stdout);
    }
    for word in ["'xx'", "language", "boxs", "7", "grey"] {
        assert!(said.stdout.contains(word), "no {word}:\n{}", said.stdout);
    }
    let listed = server.cli(&["app", "check", broken.arg(), "--json"]);
    assert_eq!(listed.status, 1);
    let listed = listed.json();
    let problems = listed["problems"].as_array().unwrap();
    assert_eq!(problems.len(), places.len());
    assert_eq!(keys(&problems[0]), ["file", "line", "column", "message", "fix"]);
    let line_of = |application: &Application, text: &str| {
        let yaml = std::fs::read_to_string(application.file("application.yaml")).unwrap();
        yaml.lines().position(|line| line.contains(text)).unwrap() + 1
    };
    let grey = problems.iter().find(|problem| problem["message"].as_str().unwrap().contains("grey")).unwrap();
    assert_eq!(grey["line"], line_of(&broken, "grey"));
    assert!(grey["fix"].as_str().unwrap().contains("#26e4bc"), "{grey}");

    // Rules are looked at once the description itself is in order.
    let broken = Application::new()
        .edit("colour.concept == 'red'", "colur.concept == 'red'")
        .edit("photo.width > photo.height", "photo.width > ")
        .edit("double(boxes.filter(d, d.concept == 'door').size())", "'many'");
    let said = server.cli(&["app", "check", broken.arg(), "--json"]).json();
    let lines: Vec<_> = said["problems"].as_array().unwrap().iter().map(|problem| &problem["line"]).collect();
    let expected = ["colur", "'many'", "photo.width > "].map(|text| json!(line_of(&broken, text)));
    assert_eq!(lines, expected.iter().collect::<Vec<_>>(), "{said:#}");

    let broken = Application::new();
    std::fs::remove_file(broken.file("models/detector.onnx")).unwrap();
    broken.write("models/classifier.onnx", "no model");
    broken.write("examples/before.jpg", "no photo");
    let said = server.cli(&["app", "check", broken.arg()]);
    assert_eq!(said.status, 1);
    assert!(said.stdout.starts_with("models/detector.onnx: "), "{}", said.stdout);
    broken.write("models/detector.onnx", "no model");
    let said = server.cli(&["app", "check", broken.arg()]).stdout;
    let mut files: Vec<_> = said.lines().map(|line| line.split(": ").next().unwrap()).collect();
    files.sort_unstable();
    assert_eq!(files, ["examples/before.jpg", "models/classifier.onnx", "models/detector.onnx"], "{said}");
    refused(&server.cli(&["app", "push", broken.arg(), "--site", "site"]), &["models/classifier.onnx"]);
}

#[test]
fn app_test_compares_verdicts() {
    let server = server().prepare();
    let application = Application::new();
    let passed = server.cli(&["app", "test", application.arg()]).ok().stdout;
    assert!(passed.ends_with("1 passed, 0 failed\n"), "{passed}");
    let passed = server.cli(&["app", "test", application.arg(), "--json"]).ok_json();
    assert_eq!((&passed["passed"], &passed["failed"]), (&json!(1), &json!(0)));

    let tests = std::fs::read_to_string(application.file("tests.yaml")).unwrap();
    for (right, wrong, said) in [
        ("is_red: true", "is_red: false", "is_red: expected false, found true"),
        ("checks: []", "checks: [Blur]", "checks: expected [Blur], found []"),
        ("progress: 50", "progress: 100", "progress: expected 100, found 50"),
    ] {
        assert!(tests.contains(right));
        application.write("tests.yaml", tests.replace(right, wrong));
        let failed = server.cli(&["app", "test", application.arg()]);
        assert_eq!(failed.status, 1);
        assert!(failed.stdout.contains(said), "{}", failed.stdout);
        assert!(failed.stdout.ends_with("0 passed, 1 failed\n"), "{}", failed.stdout);
        let failed = server.cli(&["app", "test", application.arg(), "--json"]);
        assert_eq!((failed.status, failed.json()["failed"].clone()), (1, json!(1)));
    }
    application.write("tests.yaml", tests.replace("is_red", "is_rd"));
    let failed = server.cli(&["app", "test", application.arg()]);
    assert_eq!(failed.status, 1);
    assert!(failed.stdout.starts_with("tests.yaml:6:") && failed.stdout.contains("is_red"), "{}", failed.stdout);
    std::fs::remove_file(application.file("tests.yaml")).unwrap();
    refused(&server.cli(&["app", "test", application.arg()]), &["tests.yaml"]);
}

#[tokio::test]
async fn a_running_server_takes_up_a_new_version_and_old_work_orders_stay_on_theirs() {
    let server = server().start().await;
    let client = server.client();
    let old = client.create(&json!({"name": "old"})).await;
    let next = Application::new().edit("{en: Red, ", "{en: Crimson, ");
    refused(&server.cli(&["app", "push", next.arg(), "--site", "site"]), &["colours 1.0", "never changes", "version"]);
    let groups = client.get("/v0.2/task-groups/before").await.expect(200).json();
    assert_eq!(groups["tasks"][0]["outcome_validation"][0]["message"], "Red", "a refusal changes nothing");

    let next = next.edit("version: \"1.0\"", "version: \"1.1\"");
    let pushed = server.cli(&["app", "push", next.arg(), "--site", "site", "--json"]).ok_json();
    let new = client.create(&json!({"name": "new"})).await;
    for (id, message) in [(&old, "Red"), (&new, "Crimson")] {
        let verdict = client.analyse(id, "before", &Scene::new(1).photo()).await.expect(200).json();
        assert_eq!(task(&verdict, "is_red")["state"]["message"], message);
    }
    let (old, new) = (client.work_order(&old).await, client.work_order(&new).await);
    assert_eq!(new["app_version_id"], pushed["id"]);
    assert_ne!(old["app_version_id"], new["app_version_id"]);
    assert_ne!(task(&old, "is_red")["id"], task(&new, "is_red")["id"], "ids change with the version");
    assert_ne!(old["task_groups"][0]["id"], new["task_groups"][0]["id"]);
    let groups = client.get("/v0.2/task-groups/before").await.expect(200).json();
    assert_eq!(groups["tasks"][0]["outcome_validation"][0]["message"], "Crimson");

    // Back to the version before: the same content is the same version.
    let back = server.cli(&["app", "push", server.application().arg(), "--site", "site", "--json"]).ok_json();
    assert_eq!(back["id"], old["app_version_id"]);
    client.get("/readyz").await.expect(200);
}
