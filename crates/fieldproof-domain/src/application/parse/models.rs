//! `models`.

use indexmap::IndexMap;

use super::{
    Context,
    names::{Unique, path, variable},
    scalars::{items, number, text, whole, word},
};
use crate::application::{
    Channels, Layout, ModelInput, ModelKind, ModelSpec, ResizeFit,
    problem::Problems,
    yaml::{Content, Fields, Node},
};

/// Largest input side, in pixels.
const LARGEST_SIDE: u32 = 4096;
/// Most models of an application.
const MOST_MODELS: usize = 50;

/// Reads the models; a model with problems is kept by name, so that its uses are not reported too.
pub(super) fn read(node: &Node, context: &mut Context) -> IndexMap<String, ModelSpec> {
    let problems = &mut context.problems;
    let mut models = IndexMap::new();
    let Content::Map(entries) = &node.content else {
        let fix = "Write a map from the model's name to its keys.";
        problems.add(node.at, format!("'models' is {}.", node.describe()), fix);
        return models;
    };
    if entries.len() > MOST_MODELS {
        problems.add(node.at, format!("There are {} models.", entries.len()), format!("{MOST_MODELS} at most."));
        return models;
    }
    let mut seen = Unique::default();
    for (key, value) in entries {
        let written = key.scalar().map_or("", |scalar| scalar.text.as_str());
        seen.check(written, key, "The model", problems);
        let name = variable(key, "The model name", problems).unwrap_or_else(|| written.to_owned());
        let spec = model(value, &name, problems);
        models.insert(name, spec);
    }
    models
}

fn model(node: &Node, name: &str, problems: &mut Problems) -> ModelSpec {
    let mut spec = ModelSpec {
        file: String::new(),
        kind: ModelKind::Detection,
        labels: Vec::new(),
        input: ModelInput::new([1, 1], ResizeFit::Letterbox),
        format: None,
    };
    let Some(mut fields) = Fields::open(node, format!("model '{name}'"), problems) else { return spec };
    if let Some(file) = fields.require("file", "Name the ONNX file, such as models/cabinet.onnx.", problems) {
        spec.file = path(file, "The model file", problems).unwrap_or_default();
    }
    let kind =
        fields.require("kind", "Write detection or classification.", problems).and_then(|node| kind(node, problems));
    spec.kind = kind.unwrap_or(ModelKind::Detection);
    if let Some(list) = fields.require("labels", "List the labels in the order of the model's outputs.", problems) {
        spec.labels = labels(list, problems);
    }
    spec.input.fit = match spec.kind {
        ModelKind::Detection => ResizeFit::Letterbox,
        ModelKind::Classification => ResizeFit::Stretch,
    };
    let fix = "This version needs the size: input: {size: [width, height]}, in pixels.";
    if let Some(map) = fields.require("input", fix, problems) {
        input(map, name, &mut spec.input, problems);
    }
    if let Some(format) = fields.get("format") {
        // Of an unknown kind any word may be right.
        let known: Vec<_> = kind.iter().flat_map(|kind| kind.formats()).map(|word| (*word, *word)).collect();
        if !known.is_empty() {
            spec.format = word(format, "'format'", &known, problems).map(str::to_owned);
        }
    }
    fields.finish(problems);
    spec
}

fn kind(node: &Node, problems: &mut Problems) -> Option<ModelKind> {
    if let Some(scalar) = node.scalar()
        && matches!(scalar.text.as_str(), "text" | "embedding")
    {
        let fix = "Use classification or detection, or take the model out.";
        problems.add(node.at, format!("Models of kind '{}' are not supported by this version.", scalar.text), fix);
        return None;
    }
    let words = [("classification", ModelKind::Classification), ("detection", ModelKind::Detection)];
    word(node, "'kind'", &words, problems)
}

fn labels(node: &Node, problems: &mut Problems) -> Vec<String> {
    let list = items(node, "'labels'", problems);
    if list.is_empty() && matches!(node.content, Content::List(_)) {
        problems.add(node.at, "'labels' is empty.", "List the labels in the order of the model's outputs.");
    }
    let mut seen = Unique::default();
    let mut labels = Vec::new();
    for item in list {
        if let Some(label) = text(item, "A label", problems) {
            seen.check(label, item, "The label", problems);
            labels.push(label.to_owned());
        }
    }
    labels
}

fn input(node: &Node, name: &str, input: &mut ModelInput, problems: &mut Problems) {
    let Some(mut fields) = Fields::open(node, format!("'input' of model '{name}'"), problems) else { return };
    let fix = "This version needs it: size: [width, height], in pixels.";
    if let Some(size) = fields.require("size", fix, problems) {
        let sides: Vec<u32> = items(size, "'size'", problems)
            .iter()
            .filter_map(|side| whole(side, "A side of 'size'", (1, LARGEST_SIDE), problems))
            .collect();
        match (<[u32; 2]>::try_from(sides), &size.content) {
            (Ok(size), _) => input.size = size,
            (Err(_), Content::List(list)) if list.len() != 2 => {
                problems.add(size.at, format!("'size' has {} entries.", list.len()), "Write [width, height].");
            }
            _ => {}
        }
    }
    if let Some(fit) = fields.get("fit") {
        let words = [("letterbox", ResizeFit::Letterbox), ("stretch", ResizeFit::Stretch), ("crop", ResizeFit::Crop)];
        input.fit = word(fit, "'fit'", &words, problems).unwrap_or(input.fit);
    }
    if let Some(mean) = fields.get("mean") {
        input.mean = channels(mean, "'mean'", (-1000.0, 1000.0), problems).unwrap_or(input.mean);
    }
    if let Some(std) = fields.get("std") {
        input.std = channels(std, "'std'", (0.000_001, 1000.0), problems).unwrap_or(input.std);
    }
    if let Some(order) = fields.get("channels") {
        let words = [("rgb", Channels::Rgb), ("bgr", Channels::Bgr)];
        input.channels = word(order, "'channels'", &words, problems).unwrap_or(input.channels);
    }
    if let Some(layout) = fields.get("layout") {
        let words = [("nchw", Layout::Nchw), ("nhwc", Layout::Nhwc)];
        input.layout = word(layout, "'layout'", &words, problems).unwrap_or(input.layout);
    }
    fields.finish(problems);
}

fn channels(node: &Node, what: &str, range: (f64, f64), problems: &mut Problems) -> Option<[f32; 3]> {
    let list = items(node, what, problems);
    if list.len() != 3 {
        if matches!(node.content, Content::List(_)) {
            problems.add(node.at, format!("{what} has {} entries.", list.len()), "Write [red, green, blue].");
        }
        return None;
    }
    let values: Vec<f32> =
        list.iter().filter_map(|item| number(item, what, range, problems)).map(|n| n as f32).collect();
    <[f32; 3]>::try_from(values).ok()
}
