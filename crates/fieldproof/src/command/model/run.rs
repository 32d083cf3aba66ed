//! `model run`: one model, one photo.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    process::ExitCode,
    time::Instant,
};

use anyhow::Context as _;
use clap::Args;
use fieldproof_domain::{
    application::ModelSpec,
    observation::{Detection, Observation},
};
use fieldproof_vision::{Limits, Model, OnnxFile, Photo, Understood, WorkingScale, decode};
use serde_json::{Value, json};

use super::{draw::draw, manifest, read};
use crate::output::{EngineOptions, OutputOptions};

/// Detections under this score are only noise to somebody who tries a model.
const MIN_SCORE: f64 = 0.25;
/// Of the picture that is drawn on, in pixels.
const SHORT_SIDE: u32 = 1000;

#[derive(Args)]
pub(crate) struct RunOptions {
    /// The ONNX file
    file: PathBuf,
    /// A JPEG, PNG or WebP photo
    photo: PathBuf,
    /// PNG file to draw the result into
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// An application.yaml, or a file with only its `models`, that describes the model [default: as `inspect` says]
    #[arg(long, value_name = "FILE")]
    manifest: Option<PathBuf>,
    /// Name of the model in the manifest [default: the one with the same file name]
    #[arg(long, value_name = "NAME", requires = "manifest")]
    model: Option<String>,
    /// Detections under this score are left out, 0 to 1
    #[arg(long, value_name = "SCORE", default_value_t = MIN_SCORE)]
    min_score: f64,
    #[command(flatten)]
    engine: EngineOptions,
    #[command(flatten)]
    output: OutputOptions,
}

pub(super) fn run(options: &RunOptions) -> anyhow::Result<ExitCode> {
    anyhow::ensure!((0.0..=1.0).contains(&options.min_score), "--min-score goes from 0 to 1");
    let bytes = read(&options.file)?;
    let name = options.file.display();
    let file = OnnxFile::read(&bytes).map_err(|error| anyhow::anyhow!("{name}: {error}"))?;
    let engine = options.engine.open()?;
    let model = match &options.manifest {
        Some(manifest) => {
            let spec = manifest::find(manifest, options.model.as_deref(), &options.file, &file.facts())?;
            let mut model =
                Model::load(engine.as_ref(), &spec, &bytes).map_err(|error| anyhow::anyhow!("{name}: {error}"))?;
            add_references(&mut model, &spec, manifest)?;
            model
        }
        None => {
            let understood = Understood::of(engine.as_ref(), &file);
            understood.map_err(|error| anyhow::anyhow!("{name}: {error}"))?.model
        }
    };
    let scale = WorkingScale::at_least(SHORT_SIDE.max(model.longer_side()));
    let photo = photo(&options.photo, scale)?;
    let start = Instant::now();
    let seen = model.observe(&photo, options.min_score).map_err(|error| anyhow::anyhow!("{name}: {error}"))?;
    let took = start.elapsed().as_secs_f64() * 1e3;
    if let Some(out) = &options.out {
        let png = draw(&photo, &seen).context("the picture cannot be drawn")?;
        std::fs::write(out, png).with_context(|| format!("{} cannot be written", out.display()))?;
    }
    let mut json = as_json(&seen);
    if let Value::Object(fields) = &mut json {
        fields.insert("milliseconds".to_owned(), json!(took));
    }
    options.output.print(&json, format_args!("{}\n{took:.0} ms", describe(&seen)))?;
    Ok(ExitCode::SUCCESS)
}

fn photo(file: &Path, scale: WorkingScale) -> anyhow::Result<Photo> {
    decode(&read(file)?, &Limits::default(), scale).map_err(|error| anyhow::anyhow!("{}: {error}", file.display()))
}

/// Lets an embedding model look at its references, which lie beside the manifest.
fn add_references(model: &mut Model, spec: &ModelSpec, manifest: &Path) -> anyhow::Result<()> {
    let folder = manifest.parent().unwrap_or(Path::new(""));
    let scale = WorkingScale::at_least(model.longer_side());
    for (reference, paths) in &spec.references {
        for path in paths {
            let reference_photo = photo(&folder.join(path), scale)?;
            model.add_reference(reference, &reference_photo).map_err(|error| anyhow::anyhow!("{path}: {error}"))?;
        }
    }
    Ok(())
}

fn as_json(seen: &Observation) -> Value {
    match seen {
        Observation::Detections(detections) => json!({"detections": detections}),
        Observation::Classification { concept, score, scores } => {
            json!({"concept": concept, "score": score, "scores": scores})
        }
        Observation::Text { text, score } => json!({"text": text, "score": score}),
        Observation::Embedding { vector, scores } => json!({"vector": vector, "scores": scores}),
        // One model alone looks at whole photos.
        Observation::Regions(_) | Observation::Inscriptions(_) | Observation::NotRead => json!({}),
    }
}

fn describe(seen: &Observation) -> String {
    let line = |Detection { concept, score, bbox, .. }: &Detection| {
        let [left, top, right, bottom] = [bbox.xmin, bbox.ymin, bbox.xmax, bbox.ymax];
        format!("{score:.3}  {concept}  at {left:.3}, {top:.3} to {right:.3}, {bottom:.3}")
    };
    match seen {
        Observation::Detections(detections) if detections.is_empty() => "nothing is seen".to_owned(),
        Observation::Detections(detections) => detections.iter().map(line).collect::<Vec<_>>().join("\n"),
        Observation::Text { text, score } => format!("{score:.3}  {text:?}"),
        Observation::Embedding { scores, .. } if !scores.is_empty() => best_first(scores),
        Observation::Embedding { vector, .. } => {
            let first: Vec<_> = vector.iter().take(4).map(|number| format!("{number:.4}")).collect();
            format!("a vector of {} numbers: {}, …", vector.len(), first.join(", "))
        }
        Observation::Regions(_) | Observation::Inscriptions(_) | Observation::NotRead => String::new(),
        Observation::Classification { scores, .. } => best_first(scores),
    }
}

/// Five lines at most.
fn best_first(scores: &BTreeMap<String, f64>) -> String {
    let mut scores: Vec<_> = scores.iter().collect();
    scores.sort_by(|a, b| b.1.total_cmp(a.1));
    let lines = scores.iter().take(5).map(|(label, score)| format!("{score:.3}  {label}"));
    lines.collect::<Vec<_>>().join("\n")
}
