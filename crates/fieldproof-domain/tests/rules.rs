//! Rules on photos.

use std::collections::BTreeMap;

use chrono::DateTime;
use fieldproof_domain::{
    application::load,
    observation::{BoundingBox, Detection, GeoPoint, Inscription, LONGEST_READ, Observation, PhotoFacts},
    rules::{Facts, RuleBook},
    text::Language,
    work_order::{Appearance, TaskOutcome, TaskValue},
};
use rstest::rstest;
use serde_json::{Map, Value, json};

/// A photo and its work order, with something of everything.
struct Photo {
    observations: BTreeMap<String, Observation>,
    photo: PhotoFacts,
    metadata: Map<String, Value>,
    types: Vec<String>,
    tags: Vec<String>,
    input_metadata: Map<String, Value>,
    state: BTreeMap<String, (Option<TaskValue>, Option<bool>)>,
}

fn object(value: Value) -> Map<String, Value> {
    let Value::Object(object) = value else { panic!("{value} is no object") };
    object
}

fn detection(concept: &str, score: f64, xmin: f64) -> Detection {
    Detection {
        page: None,
        concept: concept.into(),
        score,
        bbox: BoundingBox { xmin, ymin: 0.25, xmax: xmin + 0.25, ymax: 0.75 },
    }
}

fn photo() -> Photo {
    let seen = vec![
        detection("door_closed", 0.9, 0.25),
        detection("degradation", 0.75, 0.5),
        detection("degradation", 0.45, 0.0),
    ];
    let scores = [("cabinet", 0.75), ("street", 0.25), ("other", 0.0)].map(|(label, score)| (label.to_owned(), score));
    Photo {
        observations: BTreeMap::from([
            ("cabinet".to_owned(), Observation::Detections(seen)),
            (
                "scene".to_owned(),
                Observation::Classification { concept: "cabinet".into(), score: 0.75, scores: scores.into() },
            ),
        ]),
        photo: PhotoFacts {
            width: 1600,
            height: 1200,
            taken_at: DateTime::from_timestamp(1_700_000_000, 0),
            zone_known: true,
            location: Some(GeoPoint { lat: 48.5, lon: 2.25 }),
            make: Some("Acme".into()),
            model: None,
        },
        metadata: object(
            json!({"cable_count": 12, "ratio": 0.5, "region": "North", "list": [1, 2], "deep": {"a": true}}),
        ),
        types: vec!["maintenance".into()],
        tags: vec!["urgent".into()],
        input_metadata: object(json!({"timestamp_ms": 1_742_394_107_294_i64})),
        state: BTreeMap::from([("t".to_owned(), (Some(TaskValue::Number(3.0)), Some(true)))]),
    }
}

impl Photo {
    fn facts(&self) -> Facts<'_> {
        Facts {
            observations: &self.observations,
            photo: &self.photo,
            metadata: &self.metadata,
            types: &self.types,
            tags: &self.tags,
            input_metadata: &self.input_metadata,
            state: &self.state,
        }
    }
}

/// An application with the tasks `t` (this one) and `other`.
fn book(task: &str) -> RuleBook {
    let yaml = format!(
        "name: a
version: \"1.0\"
languages: [en, fr]
models:
  cabinet: {{file: a.onnx, kind: detection, labels: [door_open, door_closed, degradation], input: {{size: [9, 9]}}}}
  scene: {{file: b.onnx, kind: classification, labels: [cabinet, street, other], input: {{size: [9, 9]}}}}
task_groups:
  - name: g
    observe: {{cabinet: {{min_score: 0.4}}, scene: {{}}}}
    tasks:
      - {{name: t, {task}}}
      - {{name: other, type: Text, value: \"'fine'\"}}
"
    );
    load(&yaml, &|_| None).map(|(_, book)| book).unwrap_or_else(|problems| panic!("{task}: {problems:#?}"))
}

fn run(book: &RuleBook, photo: &Photo) -> TaskOutcome {
    let mut outcomes = book.run("g", &["other", "t"], &photo.facts());
    assert_eq!(outcomes.len(), 2);
    let t = outcomes.remove(1);
    // Whatever happens to one task, the others have their values.
    assert_eq!((outcomes[0].value.clone(), outcomes[0].failure.clone()), (Some(TaskValue::Text("fine".into())), None));
    t
}

#[rstest]
#[case("Boolean", "cabinet.exists(d, d.concept == 'door_closed')", json!(true))]
#[case("Boolean", "cabinet.all(d, d.score >= 0.5)", json!(false))]
#[case("Number", "cabinet.filter(d, d.concept == 'degradation').size()", json!(2.0))]
#[case("Number", "double(cabinet.filter(d, d.concept == 'degradation').size())", json!(2.0))]
#[case("Number", "cabinet.size() > 0 ? cabinet[0].bbox.xmax - cabinet[0].bbox.xmin : 0.0", json!(0.25))]
#[case("Number", "cabinet.map(d, d.score).exists(s, s > 0.8) ? 1 : 0", json!(1.0))]
#[case("Boolean", "cabinet.exists_one(d, d.concept == 'door_closed' && d.bbox.ymin == 0.25)", json!(true))]
#[case("Text", "scene.concept", json!("cabinet"))]
#[case("Number", "scene.score + scene.scores.street", json!(1.0))]
#[case("Number", "scene.scores['other']", json!(0.0))]
#[case("Number", "photo.width * photo.height", json!(1_920_000.0))]
#[case("Boolean", "photo.taken_at != null && photo.taken_at > timestamp('2023-11-14T00:00:00Z')", json!(true))]
#[case("Number", "photo.taken_at == null ? 0 : photo.taken_at.getFullYear()", json!(2023.0))]
#[case("Boolean", "photo.location != null && photo.location.lat > 48.0 && photo.location.lon < 3.0", json!(true))]
#[case("Boolean", "photo.make == 'Acme' && photo.model == null", json!(true))]
#[case("Boolean", "metadata.cable_count == 12 && metadata.cable_count > 11.5", json!(true))]
#[case("Number", "has(metadata.ratio) ? metadata.ratio : null", json!(0.5))]
#[case("Boolean", "'region' in metadata && metadata.region.startsWith('N')", json!(true))]
#[case("Number", "has(metadata.list) ? metadata.list[1] : null", json!(2.0))]
#[case("Boolean", "has(metadata.deep) && metadata.deep.a", json!(true))]
#[case("Boolean", "'maintenance' in types && tags.exists(tag, tag == 'urgent')", json!(true))]
#[case("Number", "has(input_metadata.timestamp_ms) ? input_metadata.timestamp_ms : null", json!(1_742_394_107_294.0))]
#[case("Number", "state.t.value == null ? 0.0 : state.t.value", json!(3.0))]
#[case("Boolean", "state.t.validated == true && state.other.value == null && state['other'].validated == null", json!(true))]
#[case("Text", "null", json!(null))]
#[case("Number", "2u", json!(2.0))]
#[case("Text", "scene.concept.matches('^c.b') ? string(cabinet.size()) : ''", json!("3"))]
fn values(#[case] kind: &str, #[case] rule: &str, #[case] expected: Value) {
    let outcome = run(&book(&format!("type: {kind}, value: \"{rule}\"")), &photo());
    assert_eq!(outcome.failure, None, "{rule}");
    assert_eq!(outcome.value.map_or(Value::Null, |value| value.to_json()), expected, "{rule}");
}

#[rstest]
#[case::missing_key("metadata.missing == 'x'", "There is no 'missing'.")]
#[case::wrong_type("metadata.region", "The task is of type Boolean, but the rule gives a value of type string.")]
#[case::no_overload("metadata.region > 3", "'>' does not work on (string, int).")]
#[case::unreadable("timestamp(metadata.region) > timestamp('2026-01-01T00:00:00Z')", "timestamp: ")]
fn a_rule_that_fails_gives_the_default_and_a_reason(#[case] rule: &str, #[case] reason: &str) {
    let book = book(&format!(
        "type: Boolean, value: \"{rule}\", default_value: false, outcome_validation: [{{schema: {{const: false}}, message: No}}]"
    ));
    let outcome = run(&book, &photo());
    assert_eq!(outcome.value, Some(TaskValue::Boolean(false)));
    assert_eq!(outcome.appearance.message.map(|text| text.get(Language::En).to_owned()), Some("No".into()));
    let failure = outcome.failure.unwrap();
    assert!(failure.starts_with(reason), "{failure}");
}

#[test]
fn values_that_cannot_be_kept_are_failures() {
    for (kind, rule, data) in [
        ("Number", "double(metadata.x)", json!({"x": "inf"})),
        ("Number", "double(metadata.x)", json!({"x": "NaN"})),
        ("Text", "metadata.x", json!({"x": "a".repeat(4001)})),
        ("Number", "metadata.x", json!({"x": [1]})),
        ("Boolean", "metadata.x == 'a'", json!({"x": "a".repeat(40_000)})),
        ("Boolean", "metadata.size() > 3", Value::Object((0..2000).map(|n| (n.to_string(), json!(1))).collect())),
    ] {
        let mut photo = photo();
        photo.metadata = object(data);
        let outcome = run(&book(&format!("type: {kind}, value: \"{rule}\"")), &photo);
        assert_eq!(outcome.value, None, "{rule}");
        assert!(outcome.failure.is_some(), "{rule}");
    }
}

#[test]
fn a_null_is_no_value_and_no_failure() {
    let outcome = run(&book("type: Number, value: \"null\", default_value: 7"), &photo());
    assert_eq!((outcome.value, outcome.failure), (Some(TaskValue::Number(7.0)), None));
}

#[test]
fn detections_under_the_score_or_over_the_limit_are_not_seen() {
    let book = book("type: Number, value: \"cabinet.size()\"");
    let mut photo = photo();
    let detections = |score: f64, count: usize| {
        let seen = (0..count).map(|_| detection("degradation", score, 0.5)).collect();
        BTreeMap::from([("cabinet".to_owned(), Observation::Detections(seen))])
    };
    for (score, count, expected) in [(0.39, 5, 0.0), (0.4, 5, 5.0), (0.9, 1000, 300.0)] {
        photo.observations = detections(score, count);
        assert_eq!(run(&book, &photo).value, Some(TaskValue::Number(expected)));
    }
    photo.observations.clear();
    assert_eq!(run(&book, &photo).failure.as_deref(), Some("Model 'cabinet' did not look at this photo."));
}

#[test]
fn regions_are_the_detections_that_the_rule_names() {
    let book = book("type: Boolean, value: \"true\", regions: \"cabinet.filter(d, d.concept == 'degradation')\"");
    let outcome = run(&book, &photo());
    assert_eq!(outcome.regions, [detection("degradation", 0.75, 0.5), detection("degradation", 0.45, 0.0)]);
}

#[test]
fn regions_that_fail_leave_the_value() {
    let book = book("type: Boolean, value: \"true\", regions: \"metadata.x\"");
    let outcome = run(&book, &photo());
    assert_eq!((outcome.value, outcome.regions.len()), (Some(TaskValue::Boolean(true)), 0));
    assert_eq!(outcome.failure.as_deref(), Some("regions: There is no 'x'."));
}

#[test]
fn unknown_groups_and_tasks_are_failures_not_panics() {
    let book = book("type: Boolean, value: \"true\"");
    let photo = photo();
    for (group, task) in [("g", "x"), ("x", "t"), ("", "")] {
        let outcomes = book.run(group, &[task], &photo.facts());
        assert!(outcomes[0].failure.is_some());
    }
}

fn appearance(book: &RuleBook, value: Option<TaskValue>) -> (Option<String>, Option<String>, Option<bool>) {
    let Appearance { message, color, is_conformity_validated } = book.appearance("t", value.as_ref());
    (message.map(|text| text.get(Language::Fr).to_owned()), color, is_conformity_validated)
}

#[test]
fn the_first_rule_that_matches_wins() {
    let rules = "type: Number, value: \"1\", outcome_validation: [
        {schema: {const: 2}, message: {en: two, fr: deux}, color: \"#26e4bc\"},
        {schema: {type: integer, minimum: 1}, message: {en: \"{} seen, {}\", fr: \"{} vus, {}\"}, is_conformity_validated: false},
        {schema: {const: 2.5}, message: half},
        {schema: {const: 2}, message: never},
        {not_analyzed: true, message: \"none{}\", color: \"#444444\", is_conformity_validated: false}]";
    let book = book(rules);
    let number = |n| Some(TaskValue::Number(n));
    let text = |text: &str| Some(text.to_owned());
    assert_eq!(appearance(&book, number(2.0)), (text("deux"), text("#26e4bc"), None));
    assert_eq!(appearance(&book, number(3.0)), (text("3.0 vus, 3.0"), None, Some(false)));
    assert_eq!(appearance(&book, number(2.5)), (text("half"), None, None));
    assert_eq!(appearance(&book, number(0.5)), (text("0.5"), None, None));
    assert_eq!(appearance(&book, number(1e300)), (text("1e300 vus, 1e300"), None, Some(false)));
    assert_eq!(appearance(&book, None), (text("none"), text("#444444"), Some(false)));
}

#[test]
fn without_a_rule_the_value_is_the_message() {
    let book = book("type: Text, value: \"'a'\", outcome_validation: [{schema: {}, message: any}]");
    assert_eq!(appearance(&book, None), (None, None, None));
    assert_eq!(appearance(&book, Some(TaskValue::Text("x".into()))), (Some("any".into()), None, None));
    let other = book.appearance("other", Some(&TaskValue::Text("existing".into())));
    assert_eq!(other.message, Some("existing".into()));
    assert_eq!(book.appearance("nothing", None), Appearance::default());
}

#[rstest]
#[case("{const: 2.0}", 2.0, true)]
#[case("{const: 2}", 2.5, false)]
#[case("{type: integer}", 2.0, true)]
#[case("{type: number}", 2.0, true)]
#[case("{type: integer}", 2.5, false)]
#[case("{enum: [1, 2.0, 3]}", 2.0, true)]
#[case("{minimum: 1}", 1.0, true)]
#[case("{exclusiveMinimum: 1}", 1.0, false)]
#[case("{multipleOf: 2}", 4.0, true)]
#[case("{type: boolean}", 1.0, false)]
#[case("{const: 0}", -0.0, true)]
#[case("true", 1.0, true)]
fn whole_numbers_are_integers_to_a_schema(#[case] schema: &str, #[case] number: f64, #[case] matches: bool) {
    let book = book(&format!("type: Number, value: \"1\", outcome_validation: [{{schema: {schema}, message: yes}}]"));
    let message = appearance(&book, Some(TaskValue::Number(number))).0;
    assert_eq!(message.as_deref() == Some("yes"), matches, "{message:?}");
}

#[test]
fn a_rule_book_can_be_shared_between_threads() {
    fn shared<T: Send + Sync>(_: &T) {}
    let book = book("type: Boolean, value: \"cabinet.size() > 0\"");
    shared(&book);
    let photo = photo();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| assert_eq!(run(&book, &photo).value, Some(TaskValue::Boolean(true))));
        }
    });
}

/// What a reader has read, as text and edge on the left.
fn read(of: &[(&str, &str, f64)]) -> Observation {
    let one = |(concept, text, xmin): &(&str, &str, f64)| {
        let Detection { bbox, score, concept, .. } = detection(concept, 1.0, *xmin);
        Inscription { bbox, score, concept, text: (*text).to_owned() }
    };
    Observation::Inscriptions(of.iter().map(one).collect())
}

fn value_of(rule: &str, codes: Observation) -> (Option<TaskValue>, Option<String>) {
    let yaml = format!(
        "name: a\nversion: \"1.0\"\nreaders: {{codes: {{kind: codes}}}}\nmetadata: [{{name: serial, type: text}}]\ntask_groups:
  - {{name: g, observe: [codes], tasks: [{{name: t, type: Boolean, regions: codes, value: \"{rule}\"}}]}}"
    );
    let (_, book) = load(&yaml, &|_| None).unwrap_or_else(|problems| panic!("{rule}: {problems:#?}"));
    let mut photo = photo();
    photo.observations = BTreeMap::from([("codes".to_owned(), codes)]);
    photo.metadata = object(json!({"serial": "SN 4711"}));
    let outcome = book.run("g", &["t"], &photo.facts()).remove(0);
    (outcome.value, outcome.failure)
}

#[rstest]
#[case::the_right_one("has(metadata.serial) && codes.exists(c, same_text(c.text, metadata.serial))", true)]
#[case::of_a_kind("codes.exists(c, c.concept == 'qr_code' && c.text == 'x')", true)]
#[case::side_by_side("left_to_right(codes).map(c, c.text) == ['sn-4711', 'x']", true)]
#[case::places("codes.exists(c, c.bbox.xmin > 0.7)", false)]
#[case::it_reads("codes != null", true)]
fn codes_are_seen_by_rules(#[case] rule: &str, #[case] expected: bool) {
    let codes = read(&[("qr_code", "x", 0.5), ("code_128", "sn-4711", 0.25)]);
    assert_eq!(value_of(rule, codes), (Some(TaskValue::Boolean(expected)), None));
}

#[test]
fn as_much_as_can_be_read_fits() {
    let longest = "x".repeat(LONGEST_READ);
    let most = vec![("micro_qr_code", longest.as_str(), 0.5); 400];
    assert_eq!(value_of("codes.size() == 300", read(&most)), (Some(TaskValue::Boolean(true)), None));
}

#[test]
fn a_reader_that_cannot_read_is_null() {
    assert_eq!(value_of("codes == null", Observation::NotRead).0, Some(TaskValue::Boolean(true)));
    let (value, failure) = value_of("codes.exists(c, c.text == 'x')", Observation::NotRead);
    assert_eq!((value, failure.as_deref()), (None, Some("Reader 'codes' cannot read on this server.")));
}
