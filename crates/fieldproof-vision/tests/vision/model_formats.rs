//! Each format of detection models, against what onnxruntime and numpy see (`tests/models/formats.py`).

use std::{collections::BTreeMap, path::Path};

use fieldproof_domain::{
    application::{InputType, Layout, ModelInput, ModelKind, ModelSpec, ResizeFit},
    observation::{Detection, Observation},
};
use fieldproof_vision::{Model, OnnxFile, RtenEngine};
use rstest::rstest;
use serde::Deserialize;

use crate::{files::png, read, scene::Picture};

#[derive(Deserialize)]
struct Golden {
    picture: [usize; 2],
    min_score: f64,
    seen: BTreeMap<String, Vec<Detection>>,
}

fn golden() -> Golden {
    serde_json::from_str(include_str!("../models/formats/golden.json")).unwrap()
}

fn spec(labels: &[&str], format: Option<&str>) -> ModelSpec {
    ModelSpec {
        file: "models/model.onnx".to_owned(),
        kind: ModelKind::Detection,
        labels: labels.iter().map(|&label| label.to_owned()).collect(),
        characters_file: None,
        references: Default::default(),
        input: ModelInput::new([64, 64], ResizeFit::Letterbox),
        format: format.map(str::to_owned),
    }
}

pub(crate) fn onnx(name: &str) -> Vec<u8> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/models/formats/{name}.onnx"));
    std::fs::read(file).unwrap()
}

fn seen(name: &str, spec: &ModelSpec) -> Vec<Detection> {
    let Golden { picture: [width, height], min_score, .. } = golden();
    let photo = read(&png(&Picture::of(width, height, |_, _| [255; 3]))).unwrap();
    let model = Model::load(&RtenEngine, spec, &onnx(name)).unwrap();
    match model.observe(&photo, min_score).unwrap() {
        Observation::Detections(found) => found,
        other => panic!("no detections: {other:?}"),
    }
}

fn assert_same(name: &str, found: &[Detection]) {
    let expected = &golden().seen[name];
    let told = |of: &[Detection]| of.iter().map(|seen| seen.concept.clone()).collect::<Vec<_>>();
    assert_eq!(told(found), told(expected), "{name}");
    for (found, expected) in found.iter().zip(expected) {
        let numbers = |seen: &Detection| [seen.score, seen.bbox.xmin, seen.bbox.ymin, seen.bbox.xmax, seen.bbox.ymax];
        let (found, expected) = (numbers(found), numbers(expected));
        assert!(found.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-5), "{name}: {found:?} {expected:?}");
    }
}

#[rstest]
#[case("yolov8", "yolov8")]
#[case("yolov5", "yolov5")]
#[case("yolov5_one_label", "yolov5")]
#[case("end_to_end", "end_to_end")]
#[case("torchvision", "torchvision")]
#[case("ssd", "ssd")]
#[case("detr", "detr")]
#[case("rt_detr", "detr")]
fn each_format_is_known_by_its_outputs_and_by_its_name(#[case] name: &str, #[case] format: &str) {
    let labels = if name == "yolov5_one_label" { &["door"][..] } else { &["door", "plate"] };
    for format in [None, Some(format)] {
        assert_same(name, &seen(name, &spec(labels, format)));
    }
}

#[test]
fn a_model_of_bytes_says_itself_what_it_wants() {
    let file = onnx("yolov8_bytes");
    let facts = OnnxFile::read(&file).unwrap().facts();
    let input = facts.input(ModelKind::Detection.usual_fit());
    assert_eq!((input.size, input.layout, input.numbers), ([64, 64], Layout::Nhwc, InputType::Uint8));
    let spec = ModelSpec { input, labels: facts.labels.unwrap(), ..spec(&[], None) };
    assert_same("yolov8_bytes", &seen("yolov8_bytes", &spec));
}

#[test]
fn labels_may_begin_with_the_background() {
    for name in ["torchvision", "ssd"] {
        for background in ["background", "__background__"] {
            assert_same(name, &seen(name, &spec(&[background, "door", "plate"], None)));
        }
    }
}

#[rstest]
#[case("yolov5", "yolov8", "found the shape [1, 5, 7] (with 'format: yolov5' it would fit)")]
#[case("end_to_end", "yolov5", "expected the shape [1, N, 7]")]
#[case("yolov8", "end_to_end", "expected the shape [1, N, 6]")]
#[case("detr", "torchvision", "found 'logits' in the shape [1, 5, 3], 'pred_boxes' in the shape [1, 5, 4]")]
#[case("ssd", "detr", "expected 'logits' in the shape [1, N, 2] or [1, N, 3]")]
#[case("yolov8", "yolo9000", "known are yolov8, yolov5, end_to_end, torchvision, ssd, detr")]
fn a_format_that_does_not_fit_is_said(#[case] name: &str, #[case] format: &str, #[case] message: &str) {
    let error = Model::load(&RtenEngine, &spec(&["door", "plate"], Some(format)), &onnx(name)).unwrap_err().to_string();
    assert!(error.contains(message), "{error}");
}
