//! Bad files and what is said of them: one table, one snapshot to read.

use std::fmt::Write;

use fieldproof_domain::application::load;

const GOOD: &str = include_str!("fibre-cabinet.yaml");

/// A name, a text of the good file, and what it is replaced by.
const MISTAKES: &[(&str, &str, &str)] = &[
    ("unknown key", "languages:", "langauges:"),
    ("unknown key, nothing like it", "display_name:", "wibble:"),
    ("duplicate key", "version: \"1.0\"", "version: \"1.0\"\nname: other"),
    ("name with a blank", "name: fibre-cabinet", "name: fibre cabinet"),
    ("empty name", "name: fibre-cabinet", "name: \"\""),
    ("no name", "name: fibre-cabinet\n", "\n"),
    ("version without quotes", "\"1.0\"", "1.10"),
    ("version of one part", "\"1.0\"", "\"1\""),
    ("version of three parts", "\"1.0\"", "\"1.0.1\""),
    ("version with a leading zero", "\"1.0\"", "\"1.01\""),
    ("unknown language", "[en, fr, de, es]", "[en, fra]"),
    ("language twice", "[en, fr, de, es]", "[en, fr, en]"),
    ("no languages", "[en, fr, de, es]", "[]"),
    ("language that is not declared", "[en, fr, de, es]", "[en, de]"),
    ("first language without a text", "[en, fr, de, es]", "[fr, en]"),
    ("model name with a dash", "  scene:\n", "  the-scene:\n"),
    ("model name that rules know", "  scene:\n", "  photo:\n"),
    ("model twice", "  scene:\n", "  cabinet:\n"),
    ("path that leaves the folder", "models/cabinet.onnx", "../cabinet.onnx"),
    ("absolute path", "models/cabinet.onnx", "/models/cabinet.onnx"),
    ("drive", "models/cabinet.onnx", "C:/cabinet.onnx"),
    ("backslash", "models/cabinet.onnx", "models\\cabinet.onnx"),
    ("path of an example", "examples/after.jpg", "examples//after.jpg"),
    ("unknown kind", "kind: detection", "kind: detektion"),
    ("text model", "kind: detection", "kind: text"),
    ("embedding model", "kind: detection", "kind: embedding"),
    ("unknown format", "yolov8", "yolov9"),
    ("format of the other kind", "kind: classification", "kind: classification\n    format: yolov8"),
    ("no labels", "[cabinet, street, other]", "[]"),
    ("label twice", "[cabinet, street, other]", "[cabinet, street, street]"),
    ("label that is a number", "[cabinet, street, other]", "[cabinet, street, 3]"),
    ("no input", "    input: {size: [320, 320]}\n", ""),
    ("no size", "input: {size: [320, 320]}", "input: {fit: letterbox}"),
    ("size of one side", "[320, 320]", "[320]"),
    ("size of nothing", "[320, 320]", "[320, 0]"),
    ("size in words", "[320, 320]", "big"),
    ("unknown fit", "{size: [320, 320]}", "{size: [320, 320], fit: strech}"),
    ("unknown order of colours", "{size: [320, 320]}", "{size: [320, 320], channels: grb}"),
    ("unknown type of numbers", "{size: [320, 320]}", "{size: [320, 320], type: int8}"),
    ("mean of bytes", "{size: [320, 320]}", "{size: [320, 320], type: uint8, mean: [0, 0, 0]}"),
    ("unknown layout", "{size: [320, 320]}", "{size: [320, 320], layout: hwc}"),
    ("mean of two channels", "[0.485, 0.456, 0.406]", "[0.485, 0.456]"),
    ("std of zero", "[0.229, 0.224, 0.225]", "[0.229, 0, 0.225]"),
    ("readers that are a list", "metadata:\n", "readers: [codes]\nmetadata:\n"),
    ("reader of unknown kind", "metadata:\n", "readers: {codes: {kind: code}}\nmetadata:\n"),
    ("reader without a kind", "metadata:\n", "readers: {codes: {formats: [qr_code]}}\nmetadata:\n"),
    ("reader with the name of a model", "metadata:\n", "readers: {scene: {kind: codes}}\nmetadata:\n"),
    ("reader name that rules know", "metadata:\n", "readers: {photo: {kind: codes}}\nmetadata:\n"),
    ("reader twice", "metadata:\n", "readers:\n  codes: {kind: codes}\n  codes: {kind: text}\nmetadata:\n"),
    ("unknown code", "metadata:\n", "readers: {codes: {kind: codes, formats: [qrcode]}}\nmetadata:\n"),
    ("code twice", "metadata:\n", "readers: {codes: {kind: codes, formats: [itf, itf]}}\nmetadata:\n"),
    ("no codes", "metadata:\n", "readers: {codes: {kind: codes, formats: []}}\nmetadata:\n"),
    ("languages of codes", "metadata:\n", "readers: {codes: {kind: codes, languages: [eng]}}\nmetadata:\n"),
    ("codes of a text reader", "metadata:\n", "readers: {print: {kind: text, formats: [itf]}}\nmetadata:\n"),
    ("language that is an option", "metadata:\n", "readers: {print: {kind: text, languages: [--psm]}}\nmetadata:\n"),
    ("no languages to read", "metadata:\n", "readers: {print: {kind: text, languages: []}}\nmetadata:\n"),
    ("reader that is not declared", "observe: [scene]", "observe: [codes]"),
    ("metadata of unknown type", "type: text, required: false", "type: string, required: false"),
    ("metadata twice", "name: cable_count", "name: region"),
    ("required in words", "required: true", "required: yes"),
    ("example of another type", "example: 12", "example: [12, many]"),
    ("type with an unknown group", "task_groups: [cabinet-after]}", "task_groups: [cabinet-aftr]}"),
    ("type with an unknown task", "tasks: [cabinet_closed]", "tasks: [cabinet_visible]"),
    ("type without tasks", "tasks: [cabinet_closed]", "tasks: []"),
    ("type twice", "- name: inspection", "- name: maintenance"),
    (
        "group of a type twice",
        "[{name: cabinet-after, tasks: [cabinet_closed]}, cabinet-before]",
        "[cabinet-before, cabinet-before]",
    ),
    ("group twice", "- name: cabinet-before", "- name: cabinet-after"),
    ("no groups", "task_groups:\n  - name: cabinet-before", "task_groups: []\nother:\n  - name: cabinet-before"),
    ("level that is a boolean", "blur: off", "blur: false"),
    ("unknown level", "blur: error", "blur: eror"),
    ("check without a level", "{level: warning, min_light: 30}", "{min_light: 30}"),
    ("threshold out of range", "min_light: 30", "min_light: 300"),
    ("unknown threshold", "min_light: 30", "min_lihgt: 30"),
    ("unknown group to ignore", "ignore_groups: [cabinet-before]", "ignore_groups: [cabinet-befor]"),
    ("no check of that name", "blur: error", "blurr: error"),
    ("score of a screen over 1", "blur: error", "screen: {level: error, max_score: 2}"),
    ("framing without its model", "blur: error", "framing: error"),
    ("framing by a model that classifies", "blur: error", "framing: {level: error, model: scene}"),
    ("framing of an unknown label", "blur: error", "framing: {level: error, model: cabinet, concepts: [dor_open]}"),
    ("content by an unknown model", "blur: error", "content: {level: error, model: cabinett}"),
    ("content without a model", "blur: error", "content: {level: error, min_score: 0.7}"),
    ("place that is no metadata", "blur: error", "location: {level: error, place: [lat, regio]}"),
    ("place of three entries", "blur: error", "location: {level: error, place: [region, region, region]}"),
    ("age in words", "blur: error", "capture_time: {level: error, max_age_hours: a day}"),
    ("intervention that is no metadata", "blur: error", "capture_time: {level: error, from: start}"),
    ("difference over 1", "blur: error", "edited: {level: error, max_difference: 50}"),
    ("unknown model", "observe: [scene]", "observe: [scenery]"),
    ("score over 1", "min_score: 0.4", "min_score: 40"),
    ("score in words", "min_score: 0.4", "min_score: high"),
    ("task twice", "name: degradations", "name: cabinet_visible"),
    ("task of unknown type", "type: Number", "type: number"),
    ("value that is a list", "value: scene.concept == 'cabinet' && scene.scores.cabinet > 0.6", "value: [true]"),
    ("no value", "        value: scene.concept == 'cabinet' && scene.scores.cabinet > 0.6\n", ""),
    ("default of another type", "default_value: 0", "default_value: none"),
    ("default in quotes", "default_value: 0", "default_value: \"0\""),
    ("flag in words", "keep_once_validated: true", "keep_once_validated: \"true\""),
    ("colour without quotes", "color: \"#26e4bc\"", "color: #26e4bc\n            "),
    ("colour by name", "\"#26e4bc\"", "green"),
    ("colour of three digits", "\"#26e4bc\"", "\"#2eb\""),
    ("rule without a schema", "{schema: {const: 0}, ", "{"),
    ("placeholder with a name", "\"{} seen\"", "\"{value} seen\""),
    ("message in an unknown language", "message: {en: Close the door}", "message: {en: Close the door, it: Chiudi}"),
    ("message that is empty", "message: {en: Close the door}", "message: {en: \"\"}"),
    ("schema of unknown type", "{type: integer, minimum: 1}", "{type: integr, minimum: 1}"),
    ("schema that refers to the network", "{type: integer, minimum: 1}", "{$ref: \"http://example.org/schema\"}"),
    ("schema that refers to itself", "{type: integer, minimum: 1}", "{$ref: \"#\"}"),
    ("schema that refers to a file", "{type: integer, minimum: 1}", "{allOf: [{$ref: \"file:///etc/passwd\"}]}"),
    ("pattern with a look-ahead", "{type: integer, minimum: 1}", "{pattern: \"(?=a)+\"}"),
    ("pattern that explodes", "{type: integer, minimum: 1}", "{pattern: \"((a{99}){99}){99}\"}"),
    ("unclosed bracket", "[cabinet, street, other]", "[cabinet, street, other"),
    ("tab", "    examples:", "\texamples:"),
    ("tag", "type: Number", "type: !thing Number"),
    ("two documents", "task_groups:\n  - name: cabinet-before", "---\ntask_groups:\n  - name: cabinet-before"),
    ("unknown alias", "type: Number", "type: *number"),
    ("merge key", "    observe: [scene]", "    <<: {observe: [scene]}"),
    // Rules.
    ("CEL that ends too early", "scene.scores.cabinet > 0.6", "(scene.scores.cabinet > 0.6"),
    ("CEL with a foreign character", "scene.scores.cabinet > 0.6", "scene.scores.cabinet > 0.6 §"),
    ("assignment", "scene.scores.cabinet > 0.6", "scene.scores.cabinet = 0.6"),
    ("unclosed text", "d.concept == 'door_closed')\"", "d.concept == 'door_closed)\""),
    ("unknown name", "scene.scores.cabinet > 0.6", "scen.scores.cabinet > 0.6"),
    ("model that is not observed", "scene.scores.cabinet > 0.6", "cabinet.size() > 0"),
    ("unknown field", "scene.scores.cabinet > 0.6", "scene.scroes.cabinet > 0.6"),
    ("unknown label as a field", "scene.scores.cabinet > 0.6", "scene.scores.cabnet > 0.6"),
    ("unknown label", "d.concept == 'door_closed'", "d.concept == 'door_shut'"),
    ("unknown label in a list", "['door_closed', 'door_open']", "['door_closed', 'door-open']"),
    ("unknown label on the left", "d.concept == 'door_closed'", "'doorclosed' == d.concept"),
    (
        "unknown label of mapped concepts",
        "cabinet.exists(d, d.concept == 'door_closed')",
        "'x' in cabinet.map(d, d.concept)",
    ),
    ("field of a list", "cabinet.exists(d, d.concept == 'door_closed')", "cabinet.concept == 'door_closed'"),
    ("unknown function", "'degradation').size())", "'degradation').length())"),
    ("macro without a list", "cabinet.exists(d, d.concept == 'door_closed')", "exists(cabinet)"),
    ("unknown task of the state", "scene.scores.cabinet > 0.6", "state.cabinet_close.value == true"),
    ("unknown field of a state", "scene.scores.cabinet > 0.6", "state['cabinet_closed'].valu == true"),
    ("unknown field of the photo", "scene.scores.cabinet > 0.6", "photo.size > 3"),
    ("pattern that cannot be read", "scene.scores.cabinet > 0.6", "scene.concept.matches('(')"),
    ("pattern made up of parts", "scene.scores.cabinet > 0.6", "scene.concept.matches('a' + 'b')"),
    ("unknown type", "scene.scores.cabinet > 0.6", "Thing{a:1} == 1"),
    ("place in a block of lines", "? 'plate' : null", "? 'plate' : nul"),
    (
        "three loops over everything",
        "cabinet.exists(d, d.concept == 'door_closed')",
        "cabinet.all(a, cabinet.all(b, cabinet.all(c, c.score > 0.0)))",
    ),
    (
        "four loops",
        "cabinet.exists(d, d.concept == 'door_closed')",
        "[1].all(a, [1].all(b, [1].all(c, [1].all(d, true))))",
    ),
    (
        "value of another type",
        "double(cabinet.filter(d, d.concept == 'degradation').size())",
        "cabinet.filter(d, d.concept == 'degradation')",
    ),
    ("value that is a text", "double(cabinet.filter(d, d.concept == 'degradation').size())", "'many'"),
    (
        "regions that are none",
        "regions: \"cabinet.filter(d, d.concept == 'degradation')\"",
        "regions: \"cabinet.map(d, d.concept)\"",
    ),
    ("first of nothing", "double(cabinet.filter(d, d.concept == 'degradation').size())", "cabinet[0].score"),
    ("division by nothing", "double(cabinet.filter(d, d.concept == 'degradation').size())", "1 / cabinet.size()"),
    ("not a number", "double(cabinet.filter(d, d.concept == 'degradation').size())", "1.0 / double(cabinet.size())"),
    ("compared with null", "scene.scores.cabinet > 0.6", "photo.location.lat > 48.0"),
    ("state before any photo", "scene.scores.cabinet > 0.6", "state.degradations.value > 1.0"),
    ("metadata that may be missing", "scene.scores.cabinet > 0.6", "metadata.region == 'North'"),
    ("metadata misspelled", "scene.scores.cabinet > 0.6", "metadata.regio == 'North'"),
    ("metadata of another type", "scene.scores.cabinet > 0.6", "metadata.cable_count.startsWith('1')"),
    ("int and double", "scene.scores.cabinet > 0.6", "1 + scene.score > 1.0"),
];

#[test]
fn the_good_file_is_good() {
    if let Err(problems) = load(GOOD, &|_| None) {
        panic!("{problems:#?}");
    }
}

#[test]
fn every_mistake_is_told_by_line_with_its_fix() {
    let mut told = String::new();
    for (name, from, to) in MISTAKES {
        assert!(GOOD.contains(from), "{name}: the good file has no {from:?}");
        let bad = GOOD.replacen(from, to, 1);
        writeln!(told, "{name}").unwrap();
        match load(&bad, &|_| None) {
            Ok(_) => writeln!(told, "    NOTHING WRONG").unwrap(),
            Err(problems) => {
                for problem in problems {
                    assert!(problem.message.ends_with('.') && problem.fix.ends_with(['.', '?']), "{name}: {problem}");
                    writeln!(told, "    {problem}").unwrap();
                }
            }
        }
    }
    assert!(!told.contains("NOTHING WRONG"), "{told}");
    insta::assert_snapshot!(told);
}

#[test]
fn all_problems_are_told_at_once() {
    let mut bad = GOOD.to_owned();
    for (from, to) in
        [("fibre-cabinet", "fibre cabinet"), ("blur: error", "blur: eror"), ("type: Number", "type: number")]
    {
        bad = bad.replacen(from, to, 1);
    }
    assert_eq!(load(&bad, &|_| None).unwrap_err().len(), 3);
}

/// Rules that cannot be read are told beside what is wrong in the rest; names are not, since they depend on it.
#[test]
fn rules_are_told_together_with_the_rest() {
    let mut bad = GOOD.to_owned();
    for (from, to) in [
        ("version: \"1.0\"", "version: 1.0"),
        ("kind: classification", "kind: klassification"),
        ("cabinet.exists(d, d.concept == 'door_closed')", "cabinet.exists(d, d.concept == 'door_closed'"),
        ("schema: {const: true}", "schema: {pattern: \"[\"}"),
        ("scene.scores.cabinet > 0.6", "wibble.scores.cabinet > 0.6"),
    ] {
        assert!(bad.contains(from), "the good file has no {from:?}");
        bad = bad.replacen(from, to, 1);
    }
    let told: Vec<_> = load(&bad, &|_| None).unwrap_err().iter().map(ToString::to_string).collect();
    insta::assert_snapshot!(told.join("\n"));
}

#[test]
fn what_people_write_in_other_ways_is_accepted() {
    for (from, to) in [
        ("observe: [scene]", "observe: {scene: }"),
        ("blur: off", "blur: \"off\""),
        ("blur: off", "blur: {level: off}"),
        ("version: \"1.0\"", "version: '12.30'"),
        ("example: 12", "example: 12.5"),
        ("type: Number", "type: !!str Number"),
        ("metadata:", "metadata: &all"),
        ("scene.scores.cabinet > 0.6", "metadata.anything == 'North'"),
        ("scene.scores.cabinet > 0.6", "has(metadata.region) && metadata.region == 'North'"),
        ("scene.scores.cabinet > 0.6", "photo.location != null && photo.location.lat > 48.0"),
        ("scene.scores.cabinet > 0.6", "(state.degradations.value == null || state.degradations.value < 2.0)"),
        (
            "scene.scores.cabinet > 0.6",
            "has(metadata.region) && timestamp(metadata.region) > timestamp('2026-01-01T00:00:00Z')",
        ),
        ("scene.scores.cabinet > 0.6", "scene.concept.matches('^cab[a-z]+$')"),
        ("scene.scores.cabinet > 0.6", "type(scene.score) == double"),
        ("d.concept == 'door_closed')", "cabinet.exists(e, e.concept == 'door_open' && e.bbox.xmin < d.bbox.xmin))"),
    ] {
        assert!(GOOD.contains(from), "the good file has no {from:?}");
        let file = GOOD.replacen(from, to, 1);
        if let Err(problems) = load(&file, &|_| None) {
            panic!("{to}: {problems:#?}");
        }
    }
}

/// The good file with a reader of each kind on `cabinet-before`, and this rule there.
fn with_readers(rule: &str) -> String {
    let readers = "readers:\n  codes: {kind: codes, formats: [qr_code, code_128]}\n  print: {kind: text}\nmetadata:\n";
    let file = GOOD.replacen("metadata:\n", readers, 1).replacen(
        "observe: [scene]",
        "observe: [scene, codes, print, cabinet]",
        1,
    );
    file.replacen("scene.concept == 'cabinet' && scene.scores.cabinet > 0.6", rule, 1)
}

#[test]
fn rules_on_what_is_read_are_checked() {
    let mut told = String::new();
    for rule in [
        "codes.exists(c, c.concept == 'qr_cod')",
        "codes.exists(c, c.concept == 'data_matrix')",
        "count(codes, 'code_39') > 0",
        "print.exists(l, l.concept == 'lines')",
        "codes.exists(c, c.txt == 'x')",
        "codes.text == 'x'",
        "codes[0].text == 'x'",
        "print.exists(l, l.region.score > 0.5)",
        "codes.exists(c, print.exists(l, inside(l, c)))",
    ] {
        let problems = load(&with_readers(rule), &|_| None).expect_err(rule);
        problems.iter().for_each(|problem| writeln!(told, "{problem}").unwrap());
    }
    let elsewhere = with_readers("true").replacen("d.concept == 'door_closed')\"", "codes.size() > 0)\"", 1);
    let problems = load(&elsewhere, &|_| None).unwrap_err();
    problems.iter().for_each(|problem| writeln!(told, "{problem}").unwrap());
    insta::assert_snapshot!(told);
}

#[test]
fn rules_on_what_is_read_are_accepted() {
    for rule in [
        "codes.exists(c, c.concept in ['qr_code', 'code_128'] && c.text == 'x' && c.score > 0.5)",
        "print != null && print.exists(l, l.concept == 'line' && same_text(l.text, 'x'))",
        "left_to_right(codes).map(c, c.text) == ['x'] || top_to_bottom(print).size() > 0",
        "codes.exists(c, cabinet.exists(d, inside(c, d)))",
        "count(codes, 'qr_code', 0.5) == 1 && codes.all(c, c.bbox.xmin > 0.1)",
    ] {
        if let Err(problems) = load(&with_readers(rule), &|_| None) {
            panic!("{rule}: {problems:#?}");
        }
    }
}

#[test]
fn an_application_needs_no_model() {
    let file = "name: a\nversion: \"1.0\"\nreaders: {codes: {kind: codes}}\ntask_groups:\n  - name: g\n    observe: {codes: }\n    \
                tasks: [{name: t, type: Boolean, value: \"codes.exists(c, c.concept == 'aztec')\"}]\n";
    let (application, _) = load(file, &|_| None).unwrap_or_else(|problems| panic!("{problems:#?}"));
    assert!(application.models.is_empty() && application.files().is_empty());
    assert_eq!(application.readers["codes"].concepts().len(), 14);
}
