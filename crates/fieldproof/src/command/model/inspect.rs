//! `model inspect`: what is in a file, and what was made of it.

use std::{
    fmt::Write as _,
    path::{Path, PathBuf},
    process::ExitCode,
    time::Instant,
};

use clap::Args;
use fieldproof_domain::application::ModelKind;
use fieldproof_vision::{LabelSource, ModelError, OnnxFile, TensorInfo, Understood};
use serde_json::{Value, json};

use super::{manifest, read};
use crate::output::{EngineOptions, OutputOptions};

/// Operators that are listed by name; the rest is only counted.
const LISTED: usize = 12;

#[derive(Args)]
pub(crate) struct InspectOptions {
    /// The ONNX file
    file: PathBuf,
    #[command(flatten)]
    engine: EngineOptions,
    #[command(flatten)]
    output: OutputOptions,
}

pub(super) fn inspect(options: &InspectOptions) -> anyhow::Result<ExitCode> {
    let bytes = read(&options.file)?;
    let file = OnnxFile::read(&bytes).map_err(|error| anyhow::anyhow!("{}: {error}", options.file.display()))?;
    let engine = options.engine.open()?;
    let understood = Understood::of(engine.as_ref(), &file);
    let took = understood.as_ref().ok().and_then(milliseconds);
    let json = as_json(&file, engine.name(), understood.as_ref(), took, &options.file);
    let mut text = describe(&file, &options.file);
    match &understood {
        Ok(understood) => {
            let took = took.map(|took| format!(", {took:.0} ms a photo")).unwrap_or_default();
            let _written = write!(
                text,
                "# engine      {} runs it{took}\n# is          {}\n# input       {}\n{}",
                engine.name(),
                printable(&what_it_is(understood)),
                manifest::describe_input(&understood.spec.input),
                manifest::entry(&options.file, understood),
            );
        }
        Err(error) => {
            let _written = write!(text, "# engine      it cannot be used: {}", printable(&error.to_string()));
        }
    }
    options.output.print(&json, text.trim_end())?;
    Ok(if understood.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Lines that YAML takes for comments, so that the whole can be saved as a file of models.
fn describe(file: &OnnxFile<'_>, path: &Path) -> String {
    let size = match file.bytes.len() as f64 {
        bytes if bytes < 1e5 => format!("{:.1} kB", bytes / 1e3),
        bytes => format!("{:.1} MB", bytes / 1e6),
    };
    let opset = file.opset.map(|version| format!(", opset {version}")).unwrap_or_default();
    let producer = if file.producer.is_empty() { "an unnamed program" } else { &file.producer };
    let mut text = format!("# {}\n", path.display());
    let mut row = |title: &str, value: &str| {
        let _written = writeln!(text, "# {title:<11} {}", printable(value));
    };
    row("written by", &format!("{producer}{opset}, {size}"));
    for (key, value) in &file.metadata {
        let short: String = value.chars().take(60).collect();
        let dots = if short.len() < value.len() { "…" } else { "" };
        row("says", &format!("{key}: {short}{dots}"));
    }
    for input in &file.inputs {
        row("takes", &tensor(input));
    }
    for output in &file.outputs {
        row("gives", &tensor(output));
    }
    let mut operators: Vec<_> = file.operators.iter().collect();
    operators.sort_by_key(|(_, times)| std::cmp::Reverse(**times));
    let listed: Vec<_> = operators.iter().take(LISTED).map(|(name, times)| format!("{name} {times}")).collect();
    let more = operators.len().checked_sub(LISTED).filter(|more| *more > 0).map(|more| format!(" and {more} others"));
    row("operators", &format!("{}{}", listed.join(", "), more.unwrap_or_default()));
    text
}

/// Text of a stranger's file, in one line that does nothing to a terminal.
fn printable(text: &str) -> String {
    text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect()
}

fn tensor(info: &TensorInfo) -> String {
    let element = info.element.map_or_else(|| "of any type".to_owned(), |element| element.to_string());
    let shape = info.shape.as_ref().map_or_else(|| "in any shape".to_owned(), |shape| shape_text(shape));
    format!("'{}' {element} {shape}", info.name)
}

fn shape_text(shape: &[Option<usize>]) -> String {
    let sizes: Vec<_> =
        shape.iter().map(|size| size.map_or_else(|| "any".to_owned(), |size| size.to_string())).collect();
    format!("[{}]", sizes.join(", "))
}

fn what_it_is(understood: &Understood) -> String {
    let spec = &understood.spec;
    let first: Vec<_> = spec.labels.iter().take(6).map(String::as_str).collect();
    let dots = if spec.labels.len() > first.len() { ", …" } else { "" };
    let what = if spec.kind == ModelKind::Text { "characters" } else { "labels" };
    let labels = match understood.labels {
        _ if spec.kind == ModelKind::Embedding => String::new(),
        LabelSource::File => format!(", {} {what}: {}{dots}", spec.labels.len(), first.join(", ")),
        LabelSource::Shape => format!(", {} {what}, which the file does not name", spec.labels.len()),
        LabelSource::Nowhere => format!(", an unknown number of {what}"),
    };
    let article = if spec.kind == ModelKind::Embedding { "an" } else { "a" };
    let format = spec.format.as_deref().unwrap_or_default();
    let shapes: Vec<_> = understood.shapes.iter().map(|shape| format!("{shape:?}")).collect();
    format!("{} {} model ({format}: gives {}){labels}", article, spec.kind.as_str(), shapes.join(", "))
}

/// How long the model looks at a photo, the best of three.
fn milliseconds(understood: &Understood) -> Option<f64> {
    let run = |_| {
        let start = Instant::now();
        understood.model.observe_blank().ok()?;
        Some(start.elapsed().as_secs_f64() * 1e3)
    };
    (0..3).filter_map(run).reduce(f64::min)
}

fn as_json(
    file: &OnnxFile<'_>,
    engine: &str,
    understood: Result<&Understood, &ModelError>,
    took: Option<f64>,
    path: &Path,
) -> Value {
    let tensors = |infos: &[TensorInfo]| {
        let one = |info: &TensorInfo| json!({"name": info.name, "type": info.element.map(|element| element.to_string()), "shape": info.shape});
        infos.iter().map(one).collect::<Vec<_>>()
    };
    let mut json = json!({
        "producer": file.producer, "opset": file.opset, "bytes": file.bytes.len(), "metadata": file.metadata,
        "inputs": tensors(&file.inputs), "outputs": tensors(&file.outputs), "operators": file.operators, "engine": engine,
    });
    let more = match understood {
        Ok(understood) => json!({
            "kind": understood.spec.kind.as_str(),
            "format": understood.spec.format, "labels": understood.spec.labels,
            "labels_from": match understood.labels {
                LabelSource::File => "file",
                LabelSource::Shape => "shape",
                LabelSource::Nowhere => "nowhere",
            },
            "size": understood.spec.input.size, "shapes": understood.shapes, "milliseconds": took,
            "entry": manifest::entry(path, understood),
        }),
        Err(error) => json!({"problem": error.to_string()}),
    };
    if let (Value::Object(json), Value::Object(more)) = (&mut json, more) {
        json.extend(more);
    }
    json
}

#[cfg(test)]
mod tests {
    use super::printable;

    #[test]
    fn a_file_writes_no_lines_of_its_own() {
        assert_eq!(printable("door\nmodels:\u{1b}[31m\r"), "door models: [31m ");
    }
}
