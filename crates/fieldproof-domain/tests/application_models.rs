//! What an application leaves out of its models is taken from what their files say.

use fieldproof_domain::application::{
    Application, Channels, InputType, Layout, ModelFacts, ModelFile, ModelInput, Problem, ResizeFit, load, parse_models,
};

const SHORT: &str = "\
name: cabinets
version: \"1.0\"
models:
  cabinet:
    file: models/cabinet.onnx
    kind: detection
task_groups:
  - name: cabinet-after
    observe: [cabinet]
    tasks:
      - {name: closed, type: Boolean, value: \"cabinet.exists(d, d.concept == 'door_closed')\"}
";

fn facts() -> ModelFacts {
    ModelFacts {
        labels: Some(vec!["door_open".to_owned(), "door_closed".to_owned()]),
        size: Some([320, 240]),
        ..ModelFacts::default()
    }
}

fn loaded(yaml: &str, facts: &ModelFacts) -> Result<Application, Vec<Problem>> {
    let files = |path: &str| (path == "models/cabinet.onnx").then(|| ModelFile::Onnx(facts.clone()));
    load(yaml, &files).map(|(application, _)| application)
}

#[test]
fn a_file_that_says_everything_needs_no_more_than_its_kind() {
    let said = ModelFacts {
        mean: Some([0.5; 3]),
        std: Some([0.25; 3]),
        channels: Some(Channels::Bgr),
        layout: Some(Layout::Nhwc),
        numbers: Some(InputType::Float32),
        ..facts()
    };
    let application = loaded(SHORT, &said).unwrap();
    let model = &application.models["cabinet"];
    assert_eq!(model.labels, ["door_open", "door_closed"]);
    assert_eq!(
        model.input,
        ModelInput {
            size: [320, 240],
            fit: ResizeFit::Letterbox,
            mean: [0.5; 3],
            std: [0.25; 3],
            channels: Channels::Bgr,
            layout: Layout::Nhwc,
            numbers: InputType::Float32,
        }
    );
}

#[test]
fn what_the_application_says_goes_before_it() {
    let more =
        "kind: detection\n    labels: [door_closed, plate]\n    input: {size: [64, 64], channels: rgb, fit: crop}";
    let said = ModelFacts { channels: Some(Channels::Bgr), layout: Some(Layout::Nhwc), ..facts() };
    let application = loaded(&SHORT.replace("kind: detection", more), &said).unwrap();
    let model = &application.models["cabinet"];
    assert_eq!(model.labels, ["door_closed", "plate"]);
    assert_eq!((model.input.size, model.input.fit), ([64, 64], ResizeFit::Crop));
    assert_eq!((model.input.channels, model.input.layout), (Channels::Rgb, Layout::Nhwc));
}

#[test]
fn rules_know_the_labels_of_the_file() {
    let problems = loaded(&SHORT.replace("'door_closed'", "'door_shut'"), &facts()).unwrap_err();
    assert_eq!(problems.len(), 1);
    assert!(problems[0].message.contains("'door_shut' is not a label of model 'cabinet'"), "{}", problems[0]);
}

#[test]
fn what_nobody_says_is_asked_for() {
    let told = |facts: &ModelFacts| {
        let problems = loaded(SHORT, facts).unwrap_err();
        problems.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_eq!(
        told(&ModelFacts { labels: None, ..facts() }),
        [
            "5:5: The key 'labels' of model 'cabinet' is missing. List the labels in the order of the model's outputs: its \
         file does not name them."
        ]
    );
    assert_eq!(
        told(&ModelFacts { size: None, ..facts() }),
        ["5:5: The key 'input' of model 'cabinet' is missing. Write the size, which the model's file does not fix: \
         input: {size: [width, height]}, in pixels."]
    );
}

#[test]
fn models_can_stand_in_a_file_of_their_own() {
    let alone = "# made by a program\nmodels:\n  cabinet: {file: models/cabinet.onnx, kind: detection}\n";
    for yaml in [SHORT, alone] {
        let models = parse_models(yaml, &|_| Some(ModelFile::Onnx(facts()))).unwrap();
        assert_eq!(models["cabinet"].input.size, [320, 240]);
    }
    for (yaml, message) in [
        ("models: {cabinet: {kind: detection}}", "The key 'file' of model 'cabinet' is missing."),
        ("cabinet: {kind: detection}", "The key 'models' of the file is missing."),
        ("- cabinet", "The file is a list."),
        ("models: [", ""),
    ] {
        let problems = parse_models(yaml, &|_| Some(ModelFile::Onnx(facts()))).unwrap_err();
        assert!(problems.iter().any(|problem| problem.message.contains(message)), "{problems:?}");
    }
}
