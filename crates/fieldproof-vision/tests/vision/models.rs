//! Models: what they see, and what is said about one that does not fit.

use fieldproof_domain::{
    application::{ModelInput, ModelKind, ModelSpec, ResizeFit},
    observation::{BoundingBox, Detection, Observation},
};
use fieldproof_vision::{Engine, Input, Model, ModelError, OnnxFile, RtenEngine, Session, Tensor, Values};
use rstest::rstest;

use crate::{
    files::png,
    onnx_bytes::{OnnxBytes, bytes, number},
    read,
    scene::Picture,
};

const CLASSIFIER: &[u8] = include_bytes!("../models/classifier.onnx");
const DETECTOR: &[u8] = include_bytes!("../models/detector.onnx");
const FAILS: &[u8] = include_bytes!("../models/fails.onnx");
const INTEGERS: &[u8] = include_bytes!("../models/integers.onnx");

fn spec(kind: ModelKind, size: [u32; 2], labels: &[&str]) -> ModelSpec {
    ModelSpec {
        file: "models/model.onnx".to_owned(),
        kind,
        labels: labels.iter().map(|&label| label.to_owned()).collect(),
        characters_file: None,
        references: Default::default(),
        input: ModelInput::new(size, ResizeFit::Letterbox),
        format: None,
    }
}

fn classifier() -> ModelSpec {
    spec(ModelKind::Classification, [24, 32], &["red", "green", "blue"])
}

fn detector() -> ModelSpec {
    spec(ModelKind::Detection, [64, 64], &["door", "plate"])
}

fn observe(spec: &ModelSpec, onnx: &[u8], picture: &Picture, min_score: f64) -> Observation {
    let model = Model::load(&RtenEngine, spec, onnx).unwrap();
    model.observe(&read(&png(picture)).unwrap(), min_score).unwrap()
}

#[rstest]
#[case([200, 30, 60], "red")]
#[case([20, 220, 60], "green")]
#[case([90, 90, 140], "blue")]
fn classifies(#[case] colour: [u8; 3], #[case] expected: &str) {
    let picture = Picture::of(300, 200, |_, _| colour);
    let stretched = ModelSpec { input: ModelInput { fit: ResizeFit::Stretch, ..classifier().input }, ..classifier() };
    let Observation::Classification { concept, score, scores } = observe(&stretched, CLASSIFIER, &picture, 0.99) else {
        panic!("no classification");
    };
    assert_eq!(concept, expected);
    // The model gives ten times the mean of each colour; softmax makes a distribution of it.
    let powers = colour.map(|value| (f64::from(value) / 25.5).exp());
    let share = |index: usize| powers[index] / powers.iter().sum::<f64>();
    for (index, label) in ["red", "green", "blue"].iter().enumerate() {
        assert!((scores[*label] - share(index)).abs() < 1e-4, "{scores:?}");
    }
    assert_eq!(score, scores[expected]);
}

#[test]
fn mean_and_deviation_reach_the_model() {
    let picture = Picture::of(30, 40, |_, _| [255, 255, 255]);
    let input = ModelInput { mean: [0.5, 0.5, 0.5], std: [0.5, 0.25, 0.125], ..classifier().input };
    let Observation::Classification { concept, .. } =
        observe(&ModelSpec { input, ..classifier() }, CLASSIFIER, &picture, 0.0)
    else {
        panic!("no classification");
    };
    assert_eq!(concept, "blue");
}

/// The model's boxes are fixed on its 64 x 64 pixels; where they lie on the photo depends on its proportions.
#[rstest]
#[case::square(64, 64, [0.25, 0.375, 0.75, 0.625], [0.8125, 0.375, 1.0, 0.625])]
#[case::wide(128, 64, [0.25, 0.25, 0.75, 0.75], [0.8125, 0.25, 1.0, 0.75])]
#[case::tall(32, 64, [0.0, 0.375, 1.0, 0.625], [0.0; 4])]
fn detects(#[case] width: usize, #[case] height: usize, #[case] first: [f64; 4], #[case] last: [f64; 4]) {
    let picture = Picture::of(width, height, |_, _| [255; 3]);
    let Observation::Detections(found) = observe(&detector(), DETECTOR, &picture, 0.5) else {
        panic!("no detections");
    };
    // The second candidate is hidden by the first, the last is outside; on the tall photo the fourth is in the padding.
    let concepts: Vec<&str> = found.iter().map(|detection| detection.concept.as_str()).collect();
    let near = |bbox: &BoundingBox, expected: [f64; 4]| {
        let found = [bbox.xmin, bbox.ymin, bbox.xmax, bbox.ymax];
        assert!(found.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-6), "{found:?}");
    };
    near(&found[0].bbox, first);
    if last == [0.0; 4] {
        assert_eq!(concepts, ["door", "plate"]);
    } else {
        assert_eq!(concepts, ["door", "plate", "door"]);
        near(&found[2].bbox, last);
    }
    let scores: Vec<f64> = found.iter().map(|detection| (detection.score * 1e4).round() / 1e4).collect();
    assert_eq!(scores, [0.9, 0.7, 0.6][..found.len()]);
}

#[test]
fn min_score_is_included() {
    let white = Picture::of(64, 64, |_, _| [255; 3]);
    let count = |min_score: f64| match observe(&detector(), DETECTOR, &white, min_score) {
        Observation::Detections(found) => found.len(),
        other => panic!("no detections: {other:?}"),
    };
    let exact = f64::from(0.7_f32);
    let found = [0.0, 0.65, exact, 0.75, 0.95, f64::NAN].map(count);
    assert_eq!(found, [3, 2, 2, 1, 0, 0]);
    let black = Picture::of(64, 64, |_, _| [0; 3]);
    assert_eq!(observe(&detector(), DETECTOR, &black, 0.1), Observation::Detections(Vec::<Detection>::new()));
}

#[rstest]
#[case::labels(ModelSpec { labels: vec!["one".to_owned()], ..detector() }, DETECTOR,
    "expected the shape [1, 5, N]: x, y, width, height and 1 scores, one for each label, for N candidates, found the shape [1, 6, 5]")]
#[case::kind(ModelSpec { kind: ModelKind::Detection, ..classifier() }, CLASSIFIER, "found the shape [1, 3]")]
#[case::too_many_labels(spec(ModelKind::Classification, [24, 32], &["a", "b", "c", "d"]), CLASSIFIER,
    "expected the shape [1, 4]: one score for each label, found the shape [1, 3]")]
#[case::size(spec(ModelKind::Classification, [32, 24], &["a", "b", "c"]), CLASSIFIER,
    "expected one input of float32 in the shape [1, 3, 24, 32] (photos, colours, rows, columns), found 'photo' in the shape [1, 3, 32, 24]")]
#[case::format(ModelSpec { format: Some("yolov3".to_owned()), ..detector() }, DETECTOR,
    "unknown format 'yolov3' for a detection model: known are yolov8, yolov5, end_to_end, torchvision, ssd, detr")]
#[case::format_of_the_other_kind(ModelSpec { format: Some("yolov8".to_owned()), ..classifier() }, CLASSIFIER,
    "unknown format 'yolov8' for a classification model: known are scores, softmax, logits, sigmoid, sigmoid_logits")]
#[case::no_labels(spec(ModelKind::Classification, [24, 32], &[]), CLASSIFIER, "it has no labels")]
#[case::no_size(spec(ModelKind::Detection, [0, 64], &["a"]), DETECTOR, "the input size is 0 x 64")]
#[case::huge(spec(ModelKind::Detection, [64, 100_000], &["a"]), DETECTOR, "each side has to be 1 to 4096")]
#[case::no_deviation(ModelSpec { input: ModelInput { std: [1.0, 0.0, 1.0], ..detector().input }, ..detector() }, DETECTOR,
    "a standard deviation is zero")]
#[case::not_a_mean(ModelSpec { input: ModelInput { mean: [f32::NAN; 3], ..detector().input }, ..detector() }, DETECTOR,
    "a mean is no finite number")]
#[case::fails(spec(ModelKind::Classification, [8, 8], &["a"]), FAILS, "the model failed while running")]
#[case::integers(spec(ModelKind::Classification, [8, 8], &["a"]), INTEGERS, "found the shape [1, 1, 1, 1]")]
#[case::text(classifier(), b"this is no model", "the file cannot be used: it is damaged, cut off, or no ONNX file")]
#[case::nothing(classifier(), b"", "it is no ONNX file: there is no graph in it")]
fn what_does_not_fit_is_said(#[case] spec: ModelSpec, #[case] onnx: &[u8], #[case] message: &str) {
    let error = Model::load(&RtenEngine, &spec, onnx).expect_err("a model that does not fit").to_string();
    assert!(error.contains(message), "{error}");
}

#[test]
fn an_operator_that_the_engine_lacks_is_named() {
    let file = one(FLOAT32, None).node("BlackBox", "x", "y").output("y").bytes();
    let error = Model::load(&RtenEngine, &classifier(), &file).unwrap_err().to_string();
    assert!(error.contains("rten cannot load the model") && error.contains("BlackBox"), "{error}");
}

#[test]
fn the_default_formats_have_names() {
    for (spec, onnx, format) in [(detector(), DETECTOR, "yolov8"), (classifier(), CLASSIFIER, "scores")] {
        let named = ModelSpec { format: Some(format.to_owned()), ..spec };
        assert!(Model::load(&RtenEngine, &named, onnx).is_ok());
    }
}

#[test]
fn damaged_models_never_panic() {
    // Numbers without an end kept the engine busy for ever.
    for bytes in [vec![0xFF; 20], [&CLASSIFIER[..2], &[0x80; 20]].concat()] {
        assert!(matches!(Model::load(&RtenEngine, &classifier(), &bytes), Err(ModelError::File { .. })));
    }
    for (spec, onnx) in [(classifier(), CLASSIFIER), (detector(), DETECTOR)] {
        for length in 0..onnx.len() {
            let _either = Model::load(&RtenEngine, &spec, &onnx[..length]);
        }
        for at in 0..onnx.len() {
            for byte in [0x00, 0xFF] {
                let mut damaged = onnx.to_vec();
                damaged[at] = byte;
                let _either = Model::load(&RtenEngine, &spec, &damaged);
            }
        }
    }
}

/// Numbers of a tensor that stands in the file, of 64-bit integers.
fn initializer(name: &str, dims: &[u64], numbers: &[i64]) -> Vec<u8> {
    let dims: Vec<u8> = dims.iter().flat_map(|size| number(1, *size)).collect();
    let data: Vec<u8> = numbers.iter().flat_map(|value| value.to_le_bytes()).collect();
    [dims, number(2, 7), bytes(8, name.as_bytes()), bytes(9, &data)].concat()
}

#[rstest]
#[case::of_itself(one(FLOAT32, None).output("y").node("Relu", "y", "y"))]
#[case::in_a_circle(one(FLOAT32, None).output("y").node("Relu", "z", "y").node("Relu", "y", "z"))]
#[case::of_nothing(one(FLOAT32, None).output("y").node("Relu", "nowhere", "y"))]
#[case::a_huge_input(one(FLOAT32, Some(&[1, 3, 1 << 40, 1 << 40])).output("y").node("Relu", "x", "y"))]
#[case::weights_that_are_not_there(
    one(FLOAT32, None).output("y").node("Relu", "w", "y").graph_field(5, &initializer("w", &[1 << 40, 1 << 40], &[1]))
)]
#[case::weights_whose_size_overflows(
    one(FLOAT32, None).output("y").node("Relu", "w", "y").graph_field(5, &initializer("w", &[u64::MAX, u64::MAX], &[1]))
)]
fn hostile_graphs_are_refused(#[case] file: OnnxBytes) {
    assert!(Model::load(&RtenEngine, &classifier(), &file.bytes()).is_err());
}

#[test]
fn a_model_is_shared_by_threads() {
    let model = Model::load(&RtenEngine, &detector(), DETECTOR).unwrap();
    let photo = read(&png(&Picture::of(64, 64, |_, _| [255; 3]))).unwrap();
    let expected = model.observe(&photo, 0.5).unwrap();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| (0..20).for_each(|_| assert_eq!(model.observe(&photo, 0.5).unwrap(), expected)));
        }
    });
}

/// An engine that stands in for any other: it gives what it is told.
struct Told(Vec<Tensor>);

impl Engine for Told {
    fn name(&self) -> &'static str {
        "told"
    }

    fn describe(&self) -> String {
        String::new()
    }

    fn load(&self, _file: &OnnxFile<'_>) -> Result<Box<dyn Session>, ModelError> {
        Ok(Box::new(Told(self.0.clone())))
    }
}

impl Session for Told {
    fn run(&self, input: Input) -> Result<Vec<Tensor>, ModelError> {
        let length = match input.values {
            Values::Float32(values) => values.len(),
            Values::Uint8(values) => values.len(),
        };
        assert_eq!(input.shape.iter().product::<usize>(), length);
        Ok(self.0.clone())
    }
}

const FLOAT32: u64 = 1;
const UINT8: u64 = 2;
const FLOAT16: u64 = 10;

/// A file with one input.
fn one(element: u64, shape: Option<&[i64]>) -> OnnxBytes {
    OnnxBytes::new().input("x", element, shape)
}

#[rstest]
#[case::free(one(FLOAT32, None), None)]
#[case::dynamic(one(FLOAT32, Some(&[0, 3, -1, 0])), None)]
#[case::channels_last(one(FLOAT32, Some(&[1, 32, 24, 3])), Some("in the shape [1, 32, 24, 3]"))]
#[case::batch(one(FLOAT32, Some(&[8, 3, 0, 0])), Some("in the shape [8, 3, any, any]"))]
#[case::flat(one(FLOAT32, Some(&[1, 3])), Some("in the shape [1, 3]"))]
#[case::bytes(
    one(UINT8, None),
    Some(
        "expected one input of float32 in the shape [1, 3, 32, 24] (photos, colours, rows, columns), found 'x' of uint8"
    )
)]
#[case::halves(one(FLOAT16, None), Some("found 'x' of float16"))]
#[case::two(one(FLOAT32, None).input("y", FLOAT32, None), Some("found 2 inputs"))]
#[case::none(OnnxBytes::new(), Some("found no input"))]
fn declared_inputs(#[case] file: OnnxBytes, #[case] message: Option<&str>) {
    let output = Tensor { shape: vec![1, 3], data: vec![0.2, 0.3, 0.5] };
    let found = Model::load(&Told(vec![output]), &classifier(), &file.bytes()).map_err(|error| error.to_string());
    match message {
        None => assert!(found.is_ok(), "{found:?}"),
        Some(message) => assert!(found.as_ref().is_err_and(|found| found.contains(message)), "{found:?}"),
    }
}

#[test]
fn detections_are_safe_and_in_order() {
    let many = 2_000;
    let mut data = vec![0.0; 5 * many];
    for candidate in 0..many {
        // Small boxes side by side, two of them without a place and two without a score.
        let (column, row) = (candidate % 60, candidate / 60);
        data[candidate] = if candidate == 7 { f32::NAN } else { column as f32 + 1.0 };
        data[many + candidate] = if candidate == 8 { f32::INFINITY } else { row as f32 + 1.0 };
        data[2 * many + candidate] = 0.5;
        data[3 * many + candidate] = 0.5;
        data[4 * many + candidate] = match candidate {
            9 => f32::NAN,
            10 => f32::NEG_INFINITY,
            11 => 7.0,
            _ => 0.5,
        };
    }
    let engine = Told(vec![Tensor { shape: vec![1, 5, many], data }]);
    let spec = spec(ModelKind::Detection, [64, 64], &["door"]);
    let picture = Picture::of(64, 64, |_, _| [9; 3]);
    let Ok(Observation::Detections(found)) =
        Model::load(&engine, &spec, &one(FLOAT32, None).bytes()).unwrap().observe(&read(&png(&picture)).unwrap(), 0.25)
    else {
        panic!("no detections");
    };
    assert_eq!(found.len(), 300);
    assert_eq!(found[0].score, 1.0);
    // Equals stay in the model's order.
    let columns: Vec<f64> = found[1..7].iter().map(|detection| detection.bbox.xmin * 64.0 - 0.75).collect();
    assert_eq!(columns, [0.0, 1.0, 2.0, 3.0, 4.0, 5.0]);
    for Detection { bbox, score, .. } in &found {
        assert!((0.0..=1.0).contains(score));
        assert!(0.0 <= bbox.xmin && bbox.xmin < bbox.xmax && bbox.xmax <= 1.0);
        assert!(0.0 <= bbox.ymin && bbox.ymin < bbox.ymax && bbox.ymax <= 1.0);
    }
}

#[rstest]
#[case(vec![1, 8400, 6], "rows and columns are exchanged")]
#[case(vec![1, 300, 6], "rows and columns are exchanged")]
#[case(vec![6, 8400], "found the shape [6, 8400]")]
#[case(vec![2, 6, 8400], "found the shape [2, 6, 8400]")]
fn other_layouts_get_a_hint(#[case] shape: Vec<usize>, #[case] message: &str) {
    let output = Tensor { data: vec![0.0; shape.iter().product()], shape };
    let spec = ModelSpec { format: Some("yolov8".to_owned()), ..detector() };
    let error = Model::load(&Told(vec![output]), &spec, &one(FLOAT32, None).bytes()).unwrap_err().to_string();
    assert!(error.contains(message), "{error}");
}

#[test]
fn a_model_without_outputs_is_refused() {
    let error = Model::load(&Told(vec![]), &classifier(), &one(FLOAT32, None).bytes()).unwrap_err().to_string();
    assert!(error.contains("a model without outputs"), "{error}");
}
