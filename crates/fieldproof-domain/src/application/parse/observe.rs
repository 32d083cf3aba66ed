//! `observe`: the models and readers that look at the photos of a task group, and where.

use indexmap::IndexMap;

use super::{
    Lookers, concepts,
    names::Unique,
    scalars::{items, number, text, whole},
};
use crate::application::{
    ModelKind, Observe, ObserveRegions,
    problem::Problems,
    suggest::did_you_mean,
    yaml::{Content, Fields, Node},
};

/// Score under which detections are not seen, when the file does not say.
const DEFAULT_MIN_SCORE: f64 = 0.5;
/// Regions that a model looks at, when the file does not say.
const DEFAULT_AT_MOST: u32 = 10;
/// Most regions that a model may look at: each is a run of its own.
const MOST_REGIONS: u32 = 50;

/// `{cabinet: {min_score: 0.5}}`, `{cabinet: }` or `[cabinet]`.
pub(super) fn read(node: &Node, lookers: Lookers<'_>, problems: &mut Problems) -> IndexMap<String, Observe> {
    let entries: Vec<(&Node, Option<&Node>)> = match &node.content {
        Content::Map(entries) => entries.iter().map(|(key, value)| (key, Some(value))).collect(),
        _ => items(node, "'observe'", problems).iter().map(|item| (item, None)).collect(),
    };
    let mut seen = Unique::default();
    let mut observed = IndexMap::new();
    for (key, value) in entries {
        if problems.is_full() {
            break;
        }
        let name = key.scalar().map_or("", |scalar| scalar.text.as_str());
        let what = if lookers.readers.contains_key(name) { "reader" } else { "model" };
        seen.check(name, key, &format!("The {what}"), problems);
        if !lookers.models.contains_key(name) && !lookers.readers.contains_key(name) {
            let short: String = name.chars().take(64).collect();
            let known = lookers.models.keys().chain(lookers.readers.keys()).map(String::as_str);
            let fix = did_you_mean(name, known, "Declare it under 'models' or 'readers'.");
            problems.add(key.at, format!("The model '{short}' in 'observe' is unknown."), fix);
        }
        let mut settings = Observe { min_score: DEFAULT_MIN_SCORE, on: None };
        if let Some(value) = value.filter(|value| !value.is_null())
            && let Some(mut fields) = Fields::open(value, format!("'observe' of {what} '{name}'"), problems)
        {
            if let Some(node) = fields.get("min_score") {
                settings.min_score = number(node, "'min_score'", (0.0, 1.0), problems).unwrap_or(DEFAULT_MIN_SCORE);
            }
            settings.on = regions(&mut fields, lookers, &observed, problems);
            fields.finish(problems);
        }
        observed.insert(name.to_owned(), settings);
    }
    observed
}

/// `on: cabinet`, and with it `concepts`, `margin` and `at_most`.
fn regions(
    fields: &mut Fields<'_>,
    lookers: Lookers<'_>,
    before: &IndexMap<String, Observe>,
    problems: &mut Problems,
) -> Option<ObserveRegions> {
    let on = fields.get("on");
    let more = ["concepts", "margin", "at_most"].map(|key| (key, fields.get(key)));
    let Some(on) = on else {
        for (key, node) in more {
            if let Some(node) = node {
                let fix = "Name the model whose regions are meant: on: cabinet.";
                problems.add(node.at, format!("'{key}' stands without 'on'."), fix);
            }
        }
        return None;
    };
    let name = text(on, "'on'", problems)?;
    let models = lookers.models;
    let finds_regions = |name: &str| models.get(name).is_some_and(|model| model.kind == ModelKind::Detection);
    if !(before.contains_key(name) && finds_regions(name)) {
        let known = before.keys().map(String::as_str).filter(|name| finds_regions(name));
        let fix = did_you_mean(name, known, "Put a detection model before this one in 'observe'.");
        let message =
            format!("'on' names '{name}', which is no detection model that stands before in this task group.");
        problems.add(on.at, message, fix);
        return None;
    }
    let [(_, concepts_node), (_, margin_node), (_, at_most_node)] = more;
    let labels = models.get(name).map(|model| model.labels.as_slice()).unwrap_or_default();
    let concepts = concepts_node.map(|node| concepts::read(node, name, labels, problems)).unwrap_or_default();
    let margin = margin_node.and_then(|node| number(node, "'margin'", (0.0, 1.0), problems)).unwrap_or(0.0);
    let at_most = at_most_node.and_then(|node| whole(node, "'at_most'", (1, MOST_REGIONS), problems));
    Some(ObserveRegions { model: name.to_owned(), concepts, margin, at_most: at_most.unwrap_or(DEFAULT_AT_MOST) })
}
