//! What is made of a file of which nothing is known.

use fieldproof_domain::application::{InputType, ModelKind};
use fieldproof_vision::{LabelSource, ModelError, OnnxFile, RtenEngine, Understood};
use rstest::rstest;

use crate::{
    model_formats::onnx,
    onnx_bytes::{OnnxBytes, bytes},
};

fn understood(file: &[u8]) -> Result<Understood, ModelError> {
    Understood::of(&RtenEngine, &OnnxFile::read(file).unwrap())
}

#[rstest]
#[case("yolov8_bytes", "yolov8", LabelSource::File, 2)]
#[case("yolov5_one_label", "yolov5", LabelSource::Shape, 1)]
#[case("end_to_end", "end_to_end", LabelSource::Nowhere, 91)]
#[case("torchvision", "torchvision", LabelSource::Nowhere, 91)]
#[case("ssd", "ssd", LabelSource::Nowhere, 91)]
#[case("detr", "detr", LabelSource::Shape, 3)]
#[case("rt_detr", "detr", LabelSource::Shape, 2)]
fn detection_models(#[case] name: &str, #[case] format: &str, #[case] labels: LabelSource, #[case] number: usize) {
    let found = understood(&onnx(name)).unwrap();
    assert_eq!((found.spec.kind, found.spec.format.as_deref()), (ModelKind::Detection, Some(format)));
    assert_eq!((found.labels, found.spec.labels.len()), (labels, number));
    assert_eq!(found.spec.input.size, [64, 64]);
    found.model.observe_blank().unwrap();
}

/// YOLOv5 with one label has six columns too; how many rows there are tells them apart.
#[test]
fn an_end_to_end_model_of_one_label_that_its_file_names() {
    let names = bytes(14, &[bytes(1, b"names"), bytes(2, b"{0: 'door'}")].concat());
    let found = understood(&[onnx("end_to_end"), names.clone()].concat()).unwrap();
    assert_eq!((found.spec.format.as_deref(), found.labels), (Some("end_to_end"), LabelSource::File));
    let found = understood(&[onnx("yolov5_one_label"), names].concat()).unwrap();
    assert_eq!((found.spec.format.as_deref(), found.labels), (Some("yolov5"), LabelSource::File));
}

#[test]
fn a_classification_model() {
    let found = understood(include_bytes!("../models/classifier.onnx")).unwrap();
    assert_eq!((found.spec.kind, found.spec.format.as_deref()), (ModelKind::Classification, Some("scores")));
    assert_eq!(found.spec.labels, ["label_0", "label_1", "label_2"]);
    assert_eq!((found.spec.input.size, found.shapes), ([24, 32], vec![vec![1, 3]]));
}

#[test]
fn what_the_file_says_is_taken_from_it() {
    let found = understood(&onnx("yolov8_bytes")).unwrap();
    assert_eq!(found.spec.labels, ["door", "plate"]);
    assert_eq!(found.spec.input.numbers, InputType::Uint8);
}

#[rstest]
#[case::no_photo(OnnxBytes::new().input("ids", 7, Some(&[1, 128])), "expected one input of float32 in the shape [1, 3, 640, 640]")]
#[case::a_picture(
    OnnxBytes::new().input("x", 1, Some(&[1, 3, 8, 8])).output("y").node("Relu", "x", "y"),
    "found 'y' in the shape [1, 3, 8, 8]"
)]
#[case::operator(OnnxBytes::new().input("x", 1, Some(&[1, 3, 8, 8])).output("y").node("BlackBox", "x", "y"), "BlackBox")]
#[case::domain(
    OnnxBytes::new().input("x", 1, Some(&[1, 3, 8, 8])).output("y").graph_field(1, &[
        bytes(1, b"x"),
        bytes(2, b"y"),
        bytes(4, b"TRTBatchedNMS"),
        bytes(7, b"mmdeploy"),
    ].concat()),
    "TRTBatchedNMS"
)]
fn what_cannot_be_used_is_said(#[case] file: OnnxBytes, #[case] message: &str) {
    let error = understood(&file.bytes()).unwrap_err().to_string();
    assert!(error.contains(message), "{error}");
}
