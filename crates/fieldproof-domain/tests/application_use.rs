//! What is done with an application that is in order.

use std::collections::{BTreeMap, BTreeSet};

use fieldproof_domain::{
    application::{
        Application, MetadataError, MetadataType, ModelKind, ResizeFit, TaskType, check_metadata, expectations, load,
        parse,
    },
    check::{Check, Level},
    text::Language,
    work_order::TaskValue,
};
use proptest::prelude::*;
use serde_json::json;

fn application() -> Application {
    parse(include_str!("fibre-cabinet.yaml"), &|_| None).unwrap_or_else(|problems| panic!("{problems:#?}"))
}

#[test]
fn every_key_arrives_where_it_belongs() {
    let application = application();
    assert_eq!((application.name.as_str(), application.version.as_str()), ("fibre-cabinet", "1.0"));
    assert_eq!(application.languages, [Language::En, Language::Fr, Language::De, Language::Es]);
    let cabinet = &application.models["cabinet"];
    assert_eq!((cabinet.kind, cabinet.format.as_deref()), (ModelKind::Detection, Some("yolov8")));
    assert_eq!((cabinet.input.size, cabinet.input.fit), ([320, 320], ResizeFit::Letterbox));
    assert_eq!((cabinet.input.mean, cabinet.input.std), ([0.0; 3], [1.0; 3]));
    let scene = &application.models["scene"];
    assert_eq!((scene.input.fit, scene.input.mean[0], scene.format.as_deref()), (ResizeFit::Stretch, 0.485, None));
    assert_eq!(application.metadata[0].example, [json!("North"), json!("South")]);
    assert_eq!(application.metadata[1].example, [json!(12)]);
    let before = application.group("cabinet-before").unwrap();
    assert_eq!((before.display_name.get(Language::De), before.checks.blur.level), ("cabinet-before", Level::Off));
    assert_eq!(before.observe["scene"].min_score, 0.5);
    let after = application.group("cabinet-after").unwrap();
    assert_eq!(after.display_name.get(Language::Fr), "Armoire après intervention");
    assert_eq!((after.checks.blur.level, after.checks.resolution.level), (Level::Error, Level::Information));
    assert_eq!((after.checks.brightness.min_light, after.checks.brightness.max_burnt), (30.0, 18.0));
    assert_eq!(after.checks.duplicate.ignore_groups, ["cabinet-before"]);
    let (_, degradations) = application.task("degradations").unwrap();
    assert_eq!(degradations.default_value, Some(TaskValue::Number(0.0)));
    assert!(degradations.mandatory && degradations.conformity_status && !degradations.keep_once_validated);
    let (_, plate) = application.task("plate").unwrap();
    assert_eq!((plate.kind, plate.label.get(Language::En)), (TaskType::Text, "plate"));
    assert!(plate.only_for_dashboard && !plate.conformity_status && !plate.mandatory);
    assert!(application.task("nothing").is_none() && application.group("nothing").is_none());
    assert_eq!(application.files(), ["models/cabinet.onnx", "models/scene.onnx", "examples/after.jpg"]);
}

fn active(application: &Application, types: &[&str]) -> Vec<(usize, String, Vec<String>)> {
    let types: Vec<String> = types.iter().map(|name| (*name).to_owned()).collect();
    let names = |active: &fieldproof_domain::application::ActiveGroup<'_>| {
        active.tasks.iter().map(|task| task.name.clone()).collect()
    };
    application.active(&types).iter().map(|active| (active.order, active.group.name.clone(), names(active))).collect()
}

#[test]
fn types_select_task_groups_and_tasks() {
    let application = application();
    let before = (0, "cabinet-before".to_owned(), vec!["cabinet_visible".to_owned()]);
    let tasks = |names: &[&str]| (1, "cabinet-after".to_owned(), names.iter().map(|name| (*name).to_owned()).collect());
    let all = tasks(&["cabinet_closed", "degradations", "plate"]);
    for (types, expected) in [
        (&[][..], vec![before.clone(), all.clone()]),
        (&["maintenance"], vec![all.clone()]),
        (&["inspection"], vec![before.clone(), tasks(&["cabinet_closed"])]),
        (&["inspection", "maintenance"], vec![before.clone(), all.clone()]),
        (&["maintenance", "maintenance"], vec![all.clone()]),
        (&["anything"], vec![before.clone(), all.clone()]),
        (&["anything", "maintenance"], vec![all.clone()]),
        (&["no such type"], vec![before, all]),
    ] {
        assert_eq!(active(&application, types), expected, "{types:?}");
    }
}

proptest! {
    #[test]
    fn nothing_is_active_twice_and_the_order_is_the_applications(
        types in prop::collection::vec(prop::sample::select(vec!["maintenance", "inspection", "anything", "other"]), 0..6)
    ) {
        let application = application();
        let active = active(&application, &types);
        prop_assert!(!active.is_empty());
        prop_assert!(active.is_sorted_by(|one, next| one.0 < next.0));
        let tasks: Vec<_> = active.iter().flat_map(|group| group.2.clone()).collect();
        prop_assert_eq!(tasks.iter().collect::<BTreeSet<_>>().len(), tasks.len());
        let declared: Vec<_> = application.task_groups.iter().flat_map(|g| &g.tasks).map(|t| t.name.clone()).collect();
        prop_assert_eq!(declared.into_iter().filter(|name| tasks.contains(name)).collect::<Vec<_>>(), tasks);
    }
}

#[test]
fn metadata_is_checked_against_its_template() {
    let application = application();
    let missing = |names: &[&str]| Err(MetadataError::Missing(names.iter().map(|name| (*name).to_owned()).collect()));
    let wrong = |name: &str, kind| Err(MetadataError::WrongType(vec![(name.to_owned(), kind)]));
    for (metadata, expected) in [
        (json!({"cable_count": 3}), Ok(())),
        (json!({"cable_count": 3.5, "region": "North", "free": [1, {"a": null}]}), Ok(())),
        (json!({"cable_count": 3, "region": null}), Ok(())),
        (json!({}), missing(&["cable_count"])),
        (json!({"cable_count": null, "region": 3}), missing(&["cable_count"])),
        (json!({"cable_count": "3"}), wrong("cable_count", MetadataType::Number)),
        (json!({"cable_count": 3, "region": true}), wrong("region", MetadataType::Text)),
    ] {
        assert_eq!(check_metadata(&application, metadata.as_object().unwrap()), expected, "{metadata}");
    }
    let error = check_metadata(&application, &serde_json::Map::new()).unwrap_err();
    assert_eq!(error.to_string(), "Required metadata is missing: cable_count.");
}

const TESTS: &str = "work_orders:
  - name: cabinet-0412-tidy
    types: [maintenance]
    metadata: {region: North, cable_count: 12}
    photos:
      - {photo: photos/a.jpg, task_group: cabinet-after, checks: [Blur, Duplicate], tasks: {cabinet_closed: true, degradations: 2, plate: null}}
      - {photo: photos/b.jpg, task_group: cabinet-after}
    progress: 50
";

#[test]
fn expectations_are_read() {
    let read = expectations::parse(&application(), TESTS).unwrap();
    let order = &read.work_orders[0];
    assert_eq!((order.name.as_str(), order.progress, order.photos.len()), ("cabinet-0412-tidy", Some(50), 2));
    assert_eq!(order.metadata["cable_count"], json!(12));
    let photo = &order.photos[0];
    assert_eq!(photo.checks, [Check::Blur, Check::Duplicate]);
    let expected = [
        ("cabinet_closed", Some(TaskValue::Boolean(true))),
        ("degradations", Some(TaskValue::Number(2.0))),
        ("plate", None),
    ];
    assert_eq!(photo.tasks, BTreeMap::from(expected.map(|(name, value)| (name.to_owned(), value))));
    assert!(order.photos[1].checks.is_empty() && order.photos[1].tasks.is_empty());
}

#[test]
fn expectations_are_checked_against_the_application() {
    let application = application();
    let mut told = String::new();
    for (name, from, to) in [
        ("unknown key", "progress", "progres"),
        ("name of a work order", "cabinet-0412-tidy", "cabinet 0412"),
        ("unknown type", "maintenance", "maintenence"),
        ("missing metadata", ", cable_count: 12", ""),
        ("metadata of another type", "cable_count: 12", "cable_count: many"),
        ("path that leaves the folder", "photos/a.jpg", "../a.jpg"),
        ("unknown group", "cabinet-after, checks", "cabinet-aftr, checks"),
        ("inactive group", "cabinet-after, checks", "cabinet-before, checks"),
        ("unknown check", "[Blur, Duplicate]", "[blur, Colour]"),
        ("checks out of order", "[Blur, Duplicate]", "[Duplicate, Blur]"),
        ("unknown task", "degradations: 2", "degradation: 2"),
        ("value of another type", "degradations: 2", "degradations: two"),
        ("text of another type", "plate: null", "plate: 12"),
        ("progress over 100", "progress: 50", "progress: 101"),
        ("no photos", "    photos:", "    photo:"),
        ("not YAML", "[maintenance]", "[maintenance"),
    ] {
        assert!(TESTS.contains(from), "{name}");
        let problems = expectations::parse(&application, &TESTS.replacen(from, to, 1)).expect_err(name);
        told.push_str(&format!("{name}\n"));
        problems.iter().for_each(|problem| told.push_str(&format!("    {problem}\n")));
    }
    insta::assert_snapshot!(told);
}

#[test]
fn the_examples_of_the_reference_are_in_order() {
    let reference = include_str!("../../../docs/application.md");
    let blocks: Vec<&str> = reference.split("```yaml\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    let [example, tests] = blocks.as_slice() else { panic!("{} examples", blocks.len()) };
    let (application, _) = load(example, &|_| None).unwrap_or_else(|problems| panic!("{problems:#?}"));
    expectations::parse(&application, tests).unwrap_or_else(|problems| panic!("{problems:#?}"));
}

#[test]
fn the_rules_of_the_reference_are_in_order() {
    let reference = include_str!("../../../docs/application.md");
    let (_, table) = reference.split_once("| to say | write |\n|---|---|\n").unwrap();
    let rules: Vec<String> = table
        .lines()
        .take_while(|line| line.starts_with('|'))
        .filter_map(|line| Some(line.split_once('`')?.1.rsplit_once('`')?.0.replace("\\|", "|").replace('\'', "''")))
        .collect();
    assert!(rules.len() > 8, "{}", rules.len());
    let serial = "{file: models/serial.onnx, kind: text, characters: \"0123\", input: {size: [160, 16]}}";
    for rule in rules {
        let has = |parts: &[&str]| parts.iter().any(|part| rule.contains(part));
        let kind = if rule.ends_with(".size()") || rule.starts_with("count(") || has(&["cabinet[0]", "days_between("]) {
            "Number"
        } else if has(&["? scene.concept", "[0].text", "capture("]) {
            "Text"
        } else {
            "Boolean"
        };
        let file = include_str!("fibre-cabinet.yaml")
            .replace("observe: {cabinet: {min_score: 0.4}}", "observe: {cabinet: , scene: , serial: {on: cabinet}}")
            .replace("scene: , serial", "codes: , print: , scene: , serial")
            .replace(
                "models:\n",
                &format!("readers: {{codes: {{kind: codes}}, print: {{kind: text}}}}\nmodels:\n  serial: {serial}\n"),
            )
            .replace("metadata:\n", "metadata:\n  - {name: serial, type: text, required: true, example: SN-1}\n")
            .replacen("type: Text", &format!("type: {kind}"), 1)
            .replacen("value: |", &format!("value: '{rule}'\n"), 1);
        let file = file.split("          cabinet.exists(d, d.concept == 'label_plate')").next().unwrap_or_default();
        load(file, &|_| None).unwrap_or_else(|problems| panic!("{rule}: {problems:#?}"));
    }
}
