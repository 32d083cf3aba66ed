//! `models`.

use indexmap::IndexMap;

use super::{
    Context, ModelFiles, characters, model_input,
    names::{Unique, path, variable},
    references,
    scalars::{items, text, word},
};
use crate::application::{
    ModelFile, ModelInput, ModelKind, ModelSpec, ResizeFit,
    problem::Problems,
    yaml::{Content, Fields, Node},
};

/// Most models of an application.
const MOST_MODELS: usize = 50;

/// Reads the models; a model with problems is kept by name, so that its uses are not reported too.
pub(super) fn read(node: &Node, files: ModelFiles<'_>, context: &mut Context) -> IndexMap<String, ModelSpec> {
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
        let spec = model(value, &name, files, problems);
        models.insert(name, spec);
    }
    models
}

fn model(node: &Node, name: &str, files: ModelFiles<'_>, problems: &mut Problems) -> ModelSpec {
    let mut spec = ModelSpec {
        file: String::new(),
        kind: ModelKind::Detection,
        labels: Vec::new(),
        characters_file: None,
        references: IndexMap::new(),
        input: ModelInput::new([1, 1], ResizeFit::Letterbox),
        format: None,
    };
    let Some(mut fields) = Fields::open(node, format!("model '{name}'"), problems) else { return spec };
    if let Some(file) = fields.require("file", "Name the ONNX file, such as models/cabinet.onnx.", problems) {
        spec.file = path(file, "The model file", problems).unwrap_or_default();
    }
    let said = match files(&spec.file) {
        Some(ModelFile::Onnx(facts)) => Some(facts),
        Some(ModelFile::Text(_)) | None => None,
    };
    let facts = said.clone().unwrap_or_default();
    let kind = fields
        .require("kind", "Write detection, classification, text or embedding.", problems)
        .and_then(|node| kind(node, problems));
    spec.kind = kind.unwrap_or(ModelKind::Detection);
    if spec.kind == ModelKind::Text {
        characters::read(&mut fields, &facts, files, &mut spec, problems);
    } else if spec.kind == ModelKind::Embedding {
        spec.references = fields.get("references").map(|node| references::read(node, problems)).unwrap_or_default();
        spec.labels = spec.references.keys().cloned().collect();
    } else {
        spec.labels = facts.labels.clone().unwrap_or_default();
        let fix = match &said {
            Some(_) => "List the labels in the order of the model's outputs: its file does not name them.",
            None => "List the labels in the order of the model's outputs.",
        };
        let list = if spec.labels.is_empty() { fields.require("labels", fix, problems) } else { fields.get("labels") };
        spec.labels = list.map_or(spec.labels, |list| labels(list, problems));
    }
    spec.input = facts.input(spec.kind.usual_fit());
    model_input::read(&mut fields, name, &facts, &mut spec.input, problems);
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
    let kinds = [ModelKind::Classification, ModelKind::Detection, ModelKind::Text, ModelKind::Embedding];
    word(node, "'kind'", &kinds.map(|kind| (kind.as_str(), kind)), problems)
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
