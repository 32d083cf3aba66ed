//! A model's entry in an `application.yaml`: written from what was understood, or read again.

use std::{
    fmt::Write as _,
    path::{Path, PathBuf},
};

use fieldproof_domain::application::{
    Channels, InputType, Layout, ModelFacts, ModelFile, ModelInput, ModelKind, ModelSpec, ResizeFit, is_reserved,
    parse_models,
};
use fieldproof_vision::{LabelSource, Understood};
use serde_json::json;

use super::read;

/// The entry, without what the file says itself.
pub(super) fn entry(file: &Path, understood: &Understood) -> String {
    let Understood { spec, facts, labels, .. } = understood;
    let kind = spec.kind.as_str();
    let file_name = file.file_name().unwrap_or_default().to_string_lossy();
    let mut text =
        format!("models:\n  {}:\n    file: {}\n    kind: {kind}\n", name(file), quoted(&format!("models/{file_name}")));
    if let Some(format) = &spec.format {
        // Writing to a text does not fail.
        let _written = writeln!(text, "    format: {format}");
    }
    match labels {
        LabelSource::File => {}
        LabelSource::Shape if spec.kind == ModelKind::Embedding => {}
        LabelSource::Shape if spec.kind == ModelKind::Text => {
            let number = spec.labels.len();
            let _written = writeln!(
                text,
                "    characters_file: models/characters.txt # {number} of them, which the file does not name"
            );
        }
        LabelSource::Shape => {
            let labels: Vec<_> = spec.labels.iter().map(|label| quoted(label)).collect();
            let _written = writeln!(text, "    labels: [{}] # the file does not name them", labels.join(", "));
        }
        LabelSource::Nowhere => {
            text.push_str("    labels: [] # the file does not tell: list them in the model's order\n")
        }
    }
    let input = input(&spec.input, facts);
    if !input.is_empty() {
        let _written = writeln!(text, "    input: {{{}}}", input.join(", "));
    }
    text
}

/// What an entry has to say of the input.
fn input(input: &ModelInput, facts: &ModelFacts) -> Vec<String> {
    let as_said = facts.input(input.fit);
    let [width, height] = input.size;
    let mut parts = Vec::new();
    if facts.size.is_none() {
        parts.push(format!("size: [{width}, {height}]"));
    }
    if (input.mean, input.std) != (as_said.mean, as_said.std) {
        parts.push(format!("mean: {:?}, std: {:?}", input.mean, input.std));
    }
    parts
}

/// The input in words.
pub(super) fn describe_input(input: &ModelInput) -> String {
    let fit = match input.fit {
        ResizeFit::Letterbox => "letterbox",
        ResizeFit::Stretch => "stretch",
        ResizeFit::Crop => "crop",
        ResizeFit::Line => "line",
    };
    let channels = match input.channels {
        Channels::Rgb => "rgb",
        Channels::Bgr => "bgr",
    };
    let layout = match input.layout {
        Layout::Nchw => "nchw",
        Layout::Nhwc => "nhwc",
    };
    let numbers = match input.numbers {
        InputType::Uint8 => "uint8, 0 to 255".to_owned(),
        InputType::Float32 => format!("float32, mean {:?}, std {:?}", input.mean, input.std),
    };
    let [width, height] = input.size;
    format!("{width} x {height} pixels, {fit}, {channels}, {layout}, {numbers}")
}

/// A name for rules: the file's, with `_` for what rules cannot have in names.
fn name(file: &Path) -> String {
    let stem = file.file_stem().unwrap_or_default().to_string_lossy();
    let letters = stem.chars().map(|letter| if letter.is_ascii_alphanumeric() { letter } else { '_' });
    let name: String = letters.collect();
    if name.starts_with(|letter: char| letter.is_ascii_digit()) || name.is_empty() || is_reserved(&name) {
        format!("model_{name}")
    } else {
        name
    }
}

/// In quotes where YAML would take it for something else.
fn quoted(text: &str) -> String {
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "_-/.".contains(letter);
    let is_word = text.starts_with(|letter: char| letter.is_ascii_alphabetic()) && text.chars().all(is_plain);
    let is_other = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"].contains(&&*text.to_ascii_lowercase());
    if is_word && !is_other { text.to_owned() } else { json!(text).to_string() }
}

/// The description of a model in a file: the one of that name, or the one whose file has the same name, or the only one.
pub(super) fn find(manifest: &Path, name: Option<&str>, model: &Path, facts: &ModelFacts) -> anyhow::Result<ModelSpec> {
    let yaml = String::from_utf8_lossy(&read(manifest)?).into_owned();
    let folder = manifest.parent().unwrap_or(Path::new(""));
    // The model need not lie where the description says; a file of characters has to.
    let files = |path: &str| {
        let is_model = path.ends_with(".onnx") || Path::new(path).file_name() == model.file_name();
        let text = || std::fs::read_to_string(folder.join(path)).ok().map(ModelFile::Text);
        if is_model { Some(ModelFile::Onnx(facts.clone())) } else { text() }
    };
    let mut models = parse_models(&yaml, &files).map_err(|problems| {
        let lines: Vec<_> = problems.iter().map(|problem| format!("{}:{problem}", manifest.display())).collect();
        anyhow::anyhow!("{}", lines.join("\n"))
    })?;
    let known = models.keys().map(String::as_str).collect::<Vec<_>>().join(", ");
    let is_same = |spec: &ModelSpec| PathBuf::from(&spec.file).file_name() == model.file_name();
    let found = match name {
        Some(name) => models.swap_remove(name),
        None if models.len() == 1 => models.pop().map(|(_, spec)| spec),
        None => models.into_values().find(is_same),
    };
    found.ok_or_else(|| anyhow::anyhow!("{}: which model? Name one with --model: {known}", manifest.display()))
}
