//! `fieldproof checks …`: what a solution engineer does to find thresholds.

use fieldproof_testkit::{Application, Scene, Tint};
use serde_json::{Value, json};

use crate::{cli::refused, server};

/// Names of the checks that a photo does not pass.
fn failed(photo: &Value) -> Vec<&str> {
    let is_failed = |check: &&Value| check["passed"] == false && check["level"] != "off";
    let checks = photo["checks"].as_array().unwrap().iter().filter(is_failed);
    checks.map(|check| check["name"].as_str().unwrap()).collect()
}

#[test]
fn every_check_tells_what_it_measured() {
    let server = server().prepare();
    let folder = Application::new();
    let scene = || Scene::new(5).tint(Tint::Green);
    folder.write("good.jpg", scene().photo());
    folder.write("saved-again.jpg", scene().jpeg(1280, 960, 60));
    folder.write("blurred.jpg", Scene::new(6).blurred().photo());
    folder.write("dark.jpg", Scene::new(7).dark().photo());
    folder.write("small.jpg", Scene::new(8).tint(Tint::Blue).jpeg(320, 240, 90));
    let at = |path: &str| folder.file(path).to_str().unwrap().to_owned();
    let files = ["good.jpg", "saved-again.jpg", "blurred.jpg", "dark.jpg", "small.jpg"].map(at);
    let files: Vec<_> = files.iter().map(String::as_str).collect();
    let run = |more: &[&str]| server.cli(&[&["checks", "run"], &files[..], more].concat());

    let json = run(&["--json"]).ok_json();
    let photos = json["photos"].as_array().unwrap();
    let found: Vec<_> = photos.iter().map(failed).collect();
    assert_eq!(found, [&[][..], &["Duplicate"], &["Blur"], &["Brightness"], &["Resolution"]], "{json:#}");
    let good = &photos[0]["checks"];
    assert_eq!((&good[0]["code"], &good[0]["name"], &good[0]["level"]), (&json!(1), &json!("Blur"), &json!("warning")));
    let measure = |check: usize| &good[check]["measures"][0];
    assert_eq!(measure(0)["name"], "sharpness");
    assert!(measure(0)["value"].as_f64() > measure(0)["at_least"].as_f64());
    assert_eq!((&measure(2)["value"], &measure(2)["at_least"]), (&Value::Null, &json!(25.0)), "nothing came before it");
    assert_eq!((&measure(3)["value"], &good[3]["message"]), (&json!(600.0), &Value::Null));

    let said = run(&[]).ok().stdout;
    let line = said.lines().find(|line| line.contains("dark.jpg") && line.contains("Brightness")).unwrap();
    assert!(
        line.contains("at least 40") && line.contains("warning") && line.contains("The photo is too dark."),
        "{line}"
    );
    let german = run(&["--lang", "de"]).ok().stdout;
    assert!(german.contains("Das Foto ist zu dunkel."), "{german}");
}

#[test]
fn the_thresholds_of_a_task_group_count() {
    let server = server().prepare();
    let folder = Application::new();
    folder.write("small.jpg", Scene::new(8).tint(Tint::Blue).jpeg(320, 240, 90));
    let photo = folder.file("small.jpg").to_str().unwrap().to_owned();
    let run = |group: &str| server.cli(&["checks", "run", &photo, "--app", folder.arg(), "--group", group, "--json"]);
    let levels = |group: &str| {
        let json = run(group).ok_json();
        let checks = json["photos"][0]["checks"].as_array().unwrap().clone();
        checks.iter().map(|check| check["level"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_ne!(levels("before"), levels("papers"));
    refused(&run("none"), &["no task group 'none'", "before"]);
}

#[test]
fn a_photo_that_cannot_be_used_does_not_hide_the_others() {
    let server = server().prepare();
    let folder = Application::new();
    folder.write("good.jpg", Scene::new(5).tint(Tint::Green).photo());
    folder.write("cut.jpg", &Scene::new(5).photo()[..5000]);
    let at = |path: &str| folder.file(path).to_str().unwrap().to_owned();
    let output = server.cli(&["checks", "run", &at("cut.jpg"), &at("none.jpg"), &at("good.jpg"), "--json"]);
    assert_eq!(output.status, 1);
    let json: Value = serde_json::from_str(&output.stdout).unwrap();
    let problem = |at: usize| json["photos"][at]["problem"].as_str();
    assert!(problem(0).is_some_and(|problem| problem.contains("ends before the picture does")), "{json:#}");
    assert!(problem(1).is_some_and(|problem| problem.contains("No such file")), "{json:#}");
    assert_eq!(failed(&json["photos"][2]), [""; 0]);
}

/// The values of a check's measure on photos of each kind lie apart, and so does the threshold that is found.
#[test]
fn the_best_threshold_lies_between_good_and_bad() {
    let server = server().prepare();
    let folder = Application::new();
    for seed in 0..4 {
        folder.write(&format!("good/{seed}.jpg"), Scene::new(seed).photo());
        folder.write(&format!("bad/{seed}.jpg"), Scene::new(10 + seed).blurred().photo());
    }
    folder.write("bad/notes.txt", "no photo");
    let at = |path: &str| folder.file(path).to_str().unwrap().to_owned();
    let tune = |check: &str, more: &[&str]| {
        let (good, bad) = (at("good"), at("bad"));
        server.cli(&[&["checks", "tune", "--check", check, "--good", &good, "--bad", &bad], more].concat())
    };
    let json = tune("blur", &["--json"]).ok_json();
    let measure = &json["measures"][0];
    let values = |kind: &str| measure[kind].as_array().unwrap().iter().map(|v| v.as_f64().unwrap()).collect::<Vec<_>>();
    let (good, bad, best) = (values("good"), values("bad"), &measure["thresholds"]["best"]);
    assert_eq!((measure["name"].as_str(), good.len(), bad.len()), (Some("sharpness"), 4, 4), "{json:#}");
    let threshold = best["threshold"].as_f64().unwrap();
    assert!(good.iter().all(|value| *value > threshold) && bad.iter().all(|value| *value < threshold), "{json:#}");
    assert_eq!((&best["good_refused"], &best["bad_passed"]), (&json!(0.0), &json!(0.0)));

    let plot = at("plot.png");
    let said = tune("blur", &["--out", &plot]).ok();
    assert!(said.stdout.contains("Blur: sharpness") && said.stdout.contains("best  threshold"), "{}", said.stdout);
    assert!(said.stderr.contains("notes.txt: left out: "), "{}", said.stderr);
    assert!(std::fs::read(&plot).unwrap().starts_with(b"\x89PNG"));
    refused(&tune("content", &[]), &["has no number to tune", "--app"]);
    let misspelt = tune("blurr", &[]);
    assert!(misspelt.status == 2 && misspelt.stderr.contains("use one of blur, brightness"), "{}", misspelt.stderr);
}
