//! What is read in an ONNX file without an engine.

use fieldproof_domain::application::{Channels, InputType, Layout, ModelFacts};
use fieldproof_vision::{Element, OnnxFile, TensorInfo};
use rstest::rstest;

use crate::onnx_bytes::{OnnxBytes, bytes, number};

fn facts(file: &OnnxBytes) -> ModelFacts {
    OnnxFile::read(&file.bytes()).unwrap().facts()
}

#[test]
fn what_the_file_says_of_itself() {
    let file = OnnxBytes::new()
        .input("images", 1, Some(&[1, 3, 480, 640]))
        .output("output0")
        .node("Conv", "images", "features")
        .node("Sigmoid", "features", "scores")
        .node("Reshape", "scores", "output0")
        .field(bytes(2, b"pytorch"))
        .field(bytes(3, b"2.5.1"))
        .field(bytes(8, &[bytes(1, b""), number(2, 17)].concat()))
        .field(bytes(8, &[bytes(1, b"com.example"), number(2, 3)].concat()))
        .metadata("names", "{0: 'door', 1: 'plate'}")
        .bytes();
    let file = OnnxFile::read(&file).unwrap();
    assert_eq!((file.producer.as_str(), file.opset), ("pytorch 2.5.1", Some(17)));
    let shape = Some(vec![Some(1), Some(3), Some(480), Some(640)]);
    assert_eq!(file.inputs, [TensorInfo { name: "images".to_owned(), shape, element: Some(Element::Float32) }]);
    assert_eq!(file.outputs.len(), 1);
    assert_eq!(file.last_operator.as_deref(), Some("Sigmoid"));
    assert_eq!(file.operators.keys().collect::<Vec<_>>(), ["Conv", "Reshape", "Sigmoid"]);
    assert_eq!(
        file.facts(),
        ModelFacts {
            labels: Some(vec!["door".to_owned(), "plate".to_owned()]),
            size: Some([640, 480]),
            layout: Some(Layout::Nchw),
            numbers: Some(InputType::Float32),
            ..ModelFacts::default()
        }
    );
}

#[test]
fn the_keys_of_the_standard_for_images_are_read() {
    let file = OnnxBytes::new()
        .input("data", 1, Some(&[0, 3, 0, 0]))
        .metadata("Image.BitmapPixelFormat", "Bgr8")
        .metadata("Image.NominalPixelRange", "NominalRange_0_255");
    let facts = facts(&file);
    assert_eq!((facts.channels, facts.size, facts.layout), (Some(Channels::Bgr), None, Some(Layout::Nchw)));
    assert_eq!((facts.mean, facts.std), (Some([0.0; 3]), Some([1.0 / 255.0; 3])));
}

#[test]
fn an_open_size_is_the_one_that_the_exporter_names() {
    let any = OnnxBytes::new().input("images", 2, Some(&[0, 0, 0, 3])).metadata("imgsz", "[320, 640]");
    let said = facts(&any);
    assert_eq!((said.size, said.layout), (Some([640, 320]), Some(Layout::Nhwc)));
    assert_eq!(said.numbers, Some(InputType::Uint8));
    let fixed = OnnxBytes::new().input("images", 1, Some(&[1, 3, 64, 32])).metadata("imgsz", "[320, 640]");
    assert_eq!(facts(&fixed).size, Some([32, 64]));
}

/// A chain of operators, and as many outputs at its end: to walk the chain for each would take minutes, and the test would be
/// stopped.
#[test]
fn many_outputs_of_a_long_chain_take_no_time() {
    let mut file = OnnxBytes::new().input("x", 1, None).node("Cast", "x", "v0");
    for step in 0..20_000 {
        file = file.node("Cast", &format!("v{step}"), &format!("v{}", step + 1));
    }
    for _ in 0..20_000 {
        file = file.output("v20000");
    }
    assert_eq!(OnnxFile::read(&file.bytes()).unwrap().last_operator, None);
}

#[rstest]
#[case::too_many_labels("names", (0..1001).map(|number| format!("'{number}',")).collect::<String>())]
#[case::a_long_label("names", format!("'{}'", "a".repeat(201)))]
fn labels_beyond_what_an_application_may_have_are_not_read(#[case] key: &str, #[case] entries: String) {
    let file = OnnxBytes::new().metadata(key, &format!("[{entries}]"));
    assert_eq!(facts(&file).labels, None);
}

#[test]
fn weights_are_no_inputs() {
    // As old files have it.
    let file = OnnxBytes::new().input("x", 1, None).input("w", 1, None).graph_field(5, &bytes(8, b"w"));
    let names: Vec<_> = OnnxFile::read(&file.bytes()).unwrap().inputs.into_iter().map(|input| input.name).collect();
    assert_eq!(names, ["x"]);
}

#[test]
fn operators_of_branches_and_of_other_domains_are_known() {
    let inner = bytes(1, &[bytes(4, b"FusedConv"), bytes(7, b"com.microsoft")].concat());
    let branch = [bytes(4, b"If"), bytes(5, &bytes(6, &inner))].concat();
    let file = OnnxBytes::new().graph_field(1, &branch).node("Relu", "a", "b").node("Relu", "b", "c").bytes();
    let operators = OnnxFile::read(&file).unwrap().operators;
    let known: Vec<_> = operators.iter().map(|(name, times)| (name.as_str(), *times)).collect();
    assert_eq!(known, [("If", 1), ("Relu", 2), ("com.microsoft.FusedConv", 1)]);
}

#[rstest]
#[case::softmax(OnnxBytes::new().node("Softmax", "x", "y"), Some("Softmax"))]
#[case::through_shapes(OnnxBytes::new().node("Gemm", "x", "a").node("Flatten", "a", "b").node("Cast", "b", "y"), Some("Gemm"))]
#[case::the_input(OnnxBytes::new().node("Identity", "x", "y"), None)]
#[case::a_constant(OnnxBytes::new().node("Constant", "", "y"), None)]
#[case::cyclic(OnnxBytes::new().node("Identity", "z", "y").node("Identity", "y", "z"), None)]
#[case::of_itself(OnnxBytes::new().node("Identity", "y", "y"), None)]
fn the_last_operator(#[case] file: OnnxBytes, #[case] expected: Option<&str>) {
    let file = file.input("x", 1, None).output("y").bytes();
    assert_eq!(OnnxFile::read(&file).unwrap().last_operator.as_deref(), expected);
}

/// A tensor of 64-bit integers, with their numbers as they lie in memory or one by one.
fn whole(name: &str, numbers: &[i64], is_raw: bool) -> Vec<u8> {
    let raw = || bytes(9, &numbers.iter().flat_map(|value| value.to_le_bytes()).collect::<Vec<_>>());
    let single = || numbers.iter().flat_map(|value| number(7, value.cast_unsigned())).collect();
    [number(2, 7), bytes(8, name.as_bytes()), if is_raw { raw() } else { single() }].concat()
}

fn node(operator: &str, inputs: &[&str]) -> Vec<u8> {
    let inputs: Vec<u8> = inputs.iter().flat_map(|input| bytes(1, input.as_bytes())).collect();
    [inputs, bytes(2, b"y"), bytes(4, operator.as_bytes())].concat()
}

#[rstest]
#[case::raw("ConstantOfShape", &["s"], whole("s", &[1 << 20, 1 << 20], true))]
#[case::one_by_one("Expand", &["x", "s"], whole("s", &[1 << 20, -1, 1 << 20], false))]
#[case::repeats("Tile", &["x", "s"], whole("s", &[1, 1, 1 << 17, 1 << 17], true))]
#[case::sizes("Resize", &["x", "", "", "s"], whole("s", &[1, 3, i64::MAX, i64::MAX], true))]
#[case::scales("Resize", &["x", "", "s"], [
    number(2, 1),
    bytes(8, b"s"),
    bytes(9, &[1.0_f32, 1.0, 1e6, 1e6].map(f32::to_le_bytes).concat()),
].concat())]
fn what_asks_for_too_much_memory_is_refused(#[case] operator: &str, #[case] inputs: &[&str], #[case] shape: Vec<u8>) {
    let as_weight = OnnxBytes::new().graph_field(1, &node(operator, inputs)).graph_field(5, &shape);
    let constant = [bytes(2, b"s"), bytes(4, b"Constant"), bytes(5, &bytes(5, &shape))].concat();
    let as_constant = OnnxBytes::new().graph_field(1, &constant).graph_field(1, &node(operator, inputs));
    let branch = bytes(6, &[bytes(1, &node(operator, inputs)), bytes(5, &shape)].concat());
    let in_branch = OnnxBytes::new().graph_field(1, &[bytes(4, b"If"), bytes(5, &branch)].concat());
    for file in [as_weight, as_constant, in_branch] {
        let error = OnnxFile::read(&file.bytes()).unwrap_err().to_string();
        assert!(error.contains(&format!("its operator {operator} is told to make more")), "{error}");
    }
}

#[rstest]
#[case::usual("Resize", &["x", "", "", "s"], &[1, 3, 640, 640])]
#[case::as_it_is("Expand", &["x", "s"], &[-1, 0, 80, 80])]
#[case::another_input("Resize", &["x", "s"], &[1 << 20, 1 << 20])]
#[case::another_operator("Reshape", &["x", "s"], &[1 << 20, 1 << 20])]
fn what_models_have_is_read(#[case] operator: &str, #[case] inputs: &[&str], #[case] shape: &[i64]) {
    let file = OnnxBytes::new().graph_field(1, &node(operator, inputs)).graph_field(5, &whole("s", shape, true));
    assert!(OnnxFile::read(&file.bytes()).is_ok());
}

#[rstest]
#[case::elsewhere(
    OnnxBytes::new().graph_field(5, &[
        bytes(8, b"w"),
        bytes(13, &[bytes(1, b"location"), bytes(2, b"model.onnx.data")].concat()),
        number(14, 1),
    ].concat()).bytes(),
    "its weights are in another file, 'model.onnx.data'; export it as one ONNX file with the weights inside"
)]
#[case::elsewhere_in_a_branch(
    OnnxBytes::new().graph_field(1, &[
        bytes(4, b"If"),
        bytes(5, &bytes(6, &bytes(5, &[bytes(8, b"w"), number(14, 1)].concat()))),
    ].concat()).bytes(),
    "its weights are in another file"
)]
#[case::elsewhere_in_a_constant(
    OnnxBytes::new().graph_field(1, &[bytes(4, b"Constant"), bytes(5, &bytes(5, &number(14, 1)))].concat()).bytes(),
    "its weights are in another file"
)]
#[case::two_graphs([OnnxBytes::new().bytes(), bytes(7, b"")].concat(), "there are two graphs in it")]
#[case::no_graph(number(1, 8), "there is no graph in it")]
#[case::a_photo(vec![0xFF, 0xD8, 0xFF, 0xE0], "it is damaged, cut off, or no ONNX file")]
fn what_is_no_model_is_said(#[case] file: Vec<u8>, #[case] message: &str) {
    let error = OnnxFile::read(&file).unwrap_err().to_string();
    assert!(error.contains(message), "{error}");
}

/// PaddleOCR trains on what OpenCV reads, from -1 to 1; what the file says of pictures goes before that.
#[test]
fn a_file_with_characters_is_fed_as_paddleocr_does() {
    let file = || OnnxBytes::new().input("x", 1, Some(&[0, 3, 48, 0])).metadata("character", "a\nb");
    let facts = OnnxFile::read(&file().bytes()).unwrap().facts();
    assert_eq!((facts.mean, facts.std, facts.channels), (Some([0.5; 3]), Some([0.5; 3]), Some(Channels::Bgr)));
    let said = file().metadata("Image.BitmapPixelFormat", "Rgb8").metadata("Image.NominalPixelRange", "Normalized_0_1");
    let facts = OnnxFile::read(&said.bytes()).unwrap().facts();
    assert_eq!((facts.mean, facts.std, facts.channels), (Some([0.0; 3]), Some([1.0; 3]), Some(Channels::Rgb)));
}
