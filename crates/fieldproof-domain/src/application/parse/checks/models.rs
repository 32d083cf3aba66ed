//! The checks that look with a model of the application.

use super::{Known, threshold};
use crate::{
    application::{
        ModelKind,
        parse::{concepts, scalars::text},
        problem::Problems,
        suggest::did_you_mean,
        yaml::Fields,
    },
    check::{ContentSettings, FramingSettings},
};

pub(super) fn framing(
    fields: &mut Fields<'_>,
    settings: &mut FramingSettings,
    known: &Known<'_>,
    problems: &mut Problems,
) {
    (settings.model, settings.concepts) = model(fields, &[ModelKind::Detection], known, problems);
    threshold(fields, "min_margin", (0.0, 0.5), &mut settings.min_margin, problems);
    threshold(fields, "min_size", (0.0, 1.0), &mut settings.min_size, problems);
}

pub(super) fn content(
    fields: &mut Fields<'_>,
    settings: &mut ContentSettings,
    known: &Known<'_>,
    problems: &mut Problems,
) {
    const KINDS: [ModelKind; 3] = [ModelKind::Detection, ModelKind::Classification, ModelKind::Embedding];
    (settings.model, settings.concepts) = model(fields, &KINDS, known, problems);
    threshold(fields, "min_score", (-1.0, 1.0), &mut settings.min_score, problems);
    // References that are called as the task group are its examples.
    let spec = known.models.get(&settings.model).filter(|model| model.kind == ModelKind::Embedding);
    if settings.concepts.is_empty() && spec.is_some_and(|model| model.references.contains_key(known.group)) {
        settings.concepts.push(known.group.to_owned());
    }
}

/// `model` and `concepts`.
fn model(
    fields: &mut Fields<'_>,
    kinds: &[ModelKind],
    known: &Known<'_>,
    problems: &mut Problems,
) -> (String, Vec<String>) {
    let concepts_node = fields.get("concepts");
    let fix = "Name a model that 'observe' of this task group names.";
    let node = fields.require("model", fix, problems);
    let Some((node, name)) = node.and_then(|node| Some((node, text(node, "'model'", problems)?))) else {
        return Default::default();
    };
    let fits = |name: &str| {
        let looks_at_all = known.observe.get(name).is_some_and(|observe| observe.on.is_none());
        looks_at_all && known.models.get(name).is_some_and(|model| kinds.contains(&model.kind))
    };
    if !fits(name) {
        let words = kinds.iter().map(|kind| kind.as_str()).collect::<Vec<_>>().join(" or ");
        let candidates = known.observe.keys().map(String::as_str).filter(|name| fits(name));
        let fix = did_you_mean(name, candidates, "Name one under 'observe' of this task group.");
        let message = format!("'model' names '{name}', which is no {words} model that looks at its whole photos.");
        problems.add(node.at, message, fix);
        return Default::default();
    }
    let labels = known.models.get(name).map(|model| model.labels.as_slice()).unwrap_or_default();
    let concepts = concepts_node.map(|node| concepts::read(node, name, labels, problems)).unwrap_or_default();
    (name.to_owned(), concepts)
}
