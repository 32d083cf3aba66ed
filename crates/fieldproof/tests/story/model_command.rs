//! `fieldproof model …`: what a solution engineer does with an ONNX file that is in no application yet.

use fieldproof_testkit::{Application, Scene, Tint};
use serde_json::json;

use crate::{cli::refused, server};

/// A detection model that takes bytes and tells its labels and size itself.
const OF_BYTES: &[u8] = include_bytes!("../../../fieldproof-vision/tests/models/formats/yolov8_bytes.onnx");

#[test]
fn a_file_is_inspected_and_its_entry_runs_it() {
    let server = server().prepare();
    let folder = Application::new();
    folder.write("yard/of-bytes.onnx", OF_BYTES);
    folder.write("photo.jpg", Scene::new(1).tint(Tint::Green).jpeg(1280, 960, 85));
    let at = |path: &str| folder.file(path).to_str().unwrap().to_owned();

    let said = server.cli(&["model", "inspect", &at("yard/of-bytes.onnx")]).ok().stdout;
    for line in [
        "# says        names: {0: 'door', 1: 'plate'}",
        "# takes       'images' uint8 [any, any, any, 3]",
        "# operators   Cast 2, Mul 2, Div 1, ReduceMax 1",
        "# input       64 x 64 pixels, letterbox, rgb, nhwc, uint8, 0 to 255",
    ] {
        assert!(said.lines().any(|said| said == line), "no {line:?} in:\n{said}");
    }
    let entry = "models:\n  of_bytes:\n    file: models/of-bytes.onnx\n    kind: detection\n    format: yolov8\n";
    assert!(said.ends_with(entry), "{said}");
    let json = server.cli(&["model", "inspect", &at("yard/of-bytes.onnx"), "--json"]).ok_json();
    assert_eq!(
        (&json["kind"], &json["format"], &json["entry"]),
        (&json!("detection"), &json!("yolov8"), &json!(entry))
    );
    assert_eq!((&json["labels"], &json["labels_from"]), (&json!(["door", "plate"]), &json!("file")));

    // What was printed describes the model, comments and all.
    folder.write("entry.yaml", &said);
    let run = |more: &[&str]| {
        let (model, photo) = (at("yard/of-bytes.onnx"), at("photo.jpg"));
        server.cli(&[&["model", "run", &model, &photo, "--json"], more].concat()).ok_json()["detections"].clone()
    };
    let out = at("boxes.png");
    let alone = run(&["--out", &out]);
    assert_eq!(alone, run(&["--manifest", &at("entry.yaml")]));
    let concepts: Vec<_> = alone.as_array().unwrap().iter().map(|seen| &seen["concept"]).collect();
    assert_eq!(concepts, ["door", "plate", "door"]);
    assert_eq!(run(&["--min-score", "0.65"]).as_array().unwrap().len(), 2);

    // The picture is the photo with frames on it: the door's lower edge is at three quarters of the height.
    let (width, pixels) = pixels(&std::fs::read(out).unwrap());
    let bottom = alone[0]["bbox"]["ymax"].as_f64().unwrap();
    let row = (bottom * f64::from(pixels.len() as u32 / width / 3)) as usize - 2;
    let at = (row * width as usize + width as usize / 2) * 3;
    let drawn = &pixels[at..at + 3];
    assert!(["[255, 20, 147]", "[0, 255, 0]"].contains(&&*format!("{drawn:?}")), "{drawn:?}");
}

/// Width and RGB pixels of a PNG file.
fn pixels(file: &[u8]) -> (u32, Vec<u8>) {
    let mut reader = png::Decoder::new(std::io::Cursor::new(file)).read_info().unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut pixels).unwrap();
    (info.width, pixels)
}

#[test]
fn a_model_of_an_application_runs_by_its_description() {
    let server = server().prepare();
    let folder = Application::new();
    folder.write("photo.jpg", Scene::new(1).tint(Tint::Green).jpeg(640, 480, 85));
    let at = |path: &str| folder.file(path).to_str().unwrap().to_owned();
    let run = |more: &[&str]| {
        let (model, photo) = (at("models/classifier.onnx"), at("photo.jpg"));
        server.cli(&[&["model", "run", &model, &photo], more].concat())
    };
    assert!(run(&[]).ok().stdout.starts_with("0."), "without a description the labels are made up");
    let by_name = run(&["--manifest", &at("application.yaml"), "--json"]).ok_json();
    assert_eq!(by_name["concept"], "green");
    let said = run(&["--manifest", &at("application.yaml"), "--model", "colour"]).ok().stdout;
    assert!(said.lines().next().unwrap().ends_with("  green"), "{said}");

    refused(&run(&["--manifest", &at("application.yaml"), "--model", "color"]), &["colour, boxes"]);
    refused(&run(&["--manifest", &at("tests.yaml")]), &["tests.yaml:", "The key 'models' of the file is missing."]);
    refused(&run(&["--manifest", &at("application.yaml"), "--model", "boxes"]), &["the model's input does not fit"]);
    refused(&run(&["--min-score", "2"]), &["from 0 to 1"]);
    refused(&run(&["--out", &at("no/folder.png")]), &["no/folder.png cannot be written"]);
}

#[test]
fn what_is_no_model_or_no_photo_is_said() {
    let server = server().prepare();
    let folder = Application::new();
    let at = |path: &str| folder.file(path).to_str().unwrap().to_owned();
    folder.write("cut.onnx", &OF_BYTES[..OF_BYTES.len() / 2]);
    refused(&server.cli(&["model", "inspect", &at("cut.onnx")]), &["cut.onnx", "damaged, cut off, or no ONNX file"]);
    refused(&server.cli(&["model", "inspect", &at("none.onnx")]), &["none.onnx cannot be read"]);
    let photo = at("examples/before.jpg");
    refused(&server.cli(&["model", "run", &photo, &photo]), &["no ONNX file"]);
    let model = at("models/classifier.onnx");
    refused(&server.cli(&["model", "run", &model, &model]), &["this is not a photo"]);
}

#[test]
fn an_application_need_not_say_what_its_files_say() {
    let server = server().prepare();
    let short =
        Application::new().edit("    input: {size: [24, 32], fit: stretch}\n", "").edit("    format: yolov8\n", "");
    assert!(server.cli(&["app", "test", short.arg()]).ok().stdout.ends_with("0 failed\n"));
    let none = Application::new().edit("    labels: [red, green, blue]\n", "");
    let said = server.cli(&["app", "check", none.arg()]);
    assert_eq!(said.status, 1);
    assert!(said.stdout.contains("its file does not name them"), "{}", said.stdout);
}
