//! What a rule may look at, and how it looks in CEL (the names are in `docs/application.md`).

use std::collections::{BTreeMap, HashMap};

use cel::{Value as Cel, objects::Key};
use serde_json::{Map, Value};

use crate::{
    application::{Application, TaskGroup},
    observation::{BoundingBox, Detection, Inscription, Observation, PhotoFacts},
    work_order::TaskValue,
};

/// Most detections of one model, and most of what one reader reads, that rules see: the first ones. Bounds the cost of a rule.
pub(super) const MOST_DETECTIONS: usize = 300;

/// Longest make or model of a camera that is believed, in bytes.
const LONGEST_CAMERA_TEXT: usize = 256;

/// Names that every rule may use, besides the models and readers of its task group.
pub(super) const FIXED_NAMES: [&str; 6] = ["photo", "metadata", "types", "tags", "input_metadata", "state"];

/// Everything about one photo and its work order that rules may look at.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    /// By name; the models and readers that the photo's task group observes.
    pub observations: &'a BTreeMap<String, Observation>,
    /// What the photo says of itself.
    pub photo: &'a PhotoFacts,
    /// Of the work order.
    pub metadata: &'a Map<String, Value>,
    /// Names of the work order's types.
    pub types: &'a [String],
    /// Of the work order.
    pub tags: &'a [String],
    /// Of this analysis.
    pub input_metadata: &'a Map<String, Value>,
    /// Value and validation of each task before this analysis, by task name; absent tasks have neither.
    pub state: &'a BTreeMap<String, (Option<TaskValue>, Option<bool>)>,
}

/// The facts as CEL variables, by name. Every task of the application has a `state`.
pub(super) fn variables<'n>(facts: &Facts<'_>, group: &'n TaskGroup, application: &Application) -> Vec<(&'n str, Cel)> {
    let mut variables = vec![
        ("photo", photo(facts.photo)),
        ("metadata", object(facts.metadata)),
        ("types", texts(facts.types)),
        ("tags", texts(facts.tags)),
        ("input_metadata", object(facts.input_metadata)),
        ("state", state(facts.state, application)),
    ];
    for (model, observe) in &group.observe {
        if let Some(observation) = facts.observations.get(model) {
            variables.push((model, observed(observation, observe.min_score)));
        }
    }
    variables
}

fn observed(observation: &Observation, min_score: f64) -> Cel {
    match observation {
        Observation::Detections(found) => {
            let seen = found.iter().filter(|detection| detection.score >= min_score).take(MOST_DETECTIONS);
            Cel::from(seen.map(detection).collect::<Vec<_>>())
        }
        Observation::Classification { concept, score, scores } => {
            map([("concept", text(concept)), ("score", Cel::Float(*score)), ("scores", by_label(scores))])
        }
        Observation::Text { text: written, score } => map([("text", text(written)), ("score", Cel::Float(*score))]),
        Observation::Embedding { vector, scores } => embedding(vector, scores),
        Observation::Regions(regions) => {
            let one = |(region, seen): &(Detection, Observation)| with_region(observed(seen, min_score), region);
            Cel::from(regions.iter().map(one).collect::<Vec<_>>())
        }
        Observation::Inscriptions(read) => {
            let seen = read.iter().filter(|one| one.score >= min_score).take(MOST_DETECTIONS);
            Cel::from(seen.map(inscription).collect::<Vec<_>>())
        }
        Observation::NotRead => Cel::Null,
    }
}

/// With references, it says which is the nearest.
fn embedding(vector: &[f32], scores: &BTreeMap<String, f64>) -> Cel {
    let vector = Cel::from(vector.iter().map(|number| Cel::Float(f64::from(*number))).collect::<Vec<_>>());
    let nearest = scores.iter().reduce(|best, next| if next.1 > best.1 { next } else { best });
    match nearest {
        None => map([("vector", vector)]),
        Some((concept, score)) => map([
            ("vector", vector),
            ("concept", text(concept)),
            ("score", Cel::Float(*score)),
            ("scores", by_label(scores)),
        ]),
    }
}

fn by_label(scores: &BTreeMap<String, f64>) -> Cel {
    let scores: HashMap<Key, Cel> =
        scores.iter().map(|(label, score)| (Key::from(label.as_str()), Cel::Float(*score))).collect();
    Cel::Map(scores.into())
}

/// What is seen in a region, which knows where it was seen.
fn with_region(seen: Cel, region: &Detection) -> Cel {
    let Cel::Map(seen) = seen else { return seen };
    let mut entries = (*seen.map).clone();
    entries.insert(Key::from("region"), detection(region));
    Cel::Map(entries.into())
}

fn detection(detection: &Detection) -> Cel {
    map([
        ("concept", text(&detection.concept)),
        ("score", Cel::Float(detection.score)),
        ("bbox", bbox(&detection.bbox)),
    ])
}

/// A detection that says something.
fn inscription(inscription: &Inscription) -> Cel {
    map([
        ("concept", text(&inscription.concept)),
        ("text", text(&inscription.text)),
        ("score", Cel::Float(inscription.score)),
        ("bbox", bbox(&inscription.bbox)),
    ])
}

fn bbox(BoundingBox { xmin, ymin, xmax, ymax }: &BoundingBox) -> Cel {
    let sides = [("xmin", xmin), ("ymin", ymin), ("xmax", xmax), ("ymax", ymax)];
    map(sides.map(|(name, side)| (name, Cel::Float(*side))))
}

fn photo(photo: &PhotoFacts) -> Cel {
    let optional = |value: &Option<String>| {
        value.as_ref().filter(|value| value.len() <= LONGEST_CAMERA_TEXT).map_or(Cel::Null, |value| text(value))
    };
    let location = photo.location.map(|at| map([("lat", Cel::Float(at.lat)), ("lon", Cel::Float(at.lon))]));
    map([
        ("width", Cel::Int(photo.width.into())),
        ("height", Cel::Int(photo.height.into())),
        ("taken_at", photo.taken_at.map_or(Cel::Null, |time| Cel::Timestamp(time.fixed_offset()))),
        ("location", location.unwrap_or(Cel::Null)),
        ("make", optional(&photo.make)),
        ("model", optional(&photo.model)),
    ])
}

fn state(state: &BTreeMap<String, (Option<TaskValue>, Option<bool>)>, application: &Application) -> Cel {
    let tasks = application.task_groups.iter().flat_map(|group| &group.tasks);
    let entries: HashMap<Key, Cel> = tasks
        .map(|task| {
            let (value, validated) = state.get(&task.name).cloned().unwrap_or_default();
            let value = match value {
                None => Cel::Null,
                Some(TaskValue::Boolean(boolean)) => Cel::Bool(boolean),
                Some(TaskValue::Number(number)) => Cel::Float(number),
                Some(TaskValue::Text(wording)) => text(&wording),
            };
            let entry = map([("value", value), ("validated", validated.map_or(Cel::Null, Cel::Bool))]);
            (Key::from(task.name.as_str()), entry)
        })
        .collect();
    Cel::Map(entries.into())
}

fn object(object: &Map<String, Value>) -> Cel {
    let entries: HashMap<Key, Cel> = object.iter().map(|(key, value)| (Key::from(key.as_str()), json(value))).collect();
    Cel::Map(entries.into())
}

/// Whole numbers are `int`, others `double`, as CEL reads JSON-like literals.
fn json(value: &Value) -> Cel {
    match value {
        Value::Null => Cel::Null,
        Value::Bool(boolean) => Cel::Bool(*boolean),
        Value::Number(number) => match number.as_i64() {
            Some(whole) => Cel::Int(whole),
            None => number.as_f64().map_or(Cel::Null, Cel::Float),
        },
        Value::String(string) => text(string),
        Value::Array(items) => Cel::from(items.iter().map(json).collect::<Vec<_>>()),
        Value::Object(entries) => object(entries),
    }
}

fn texts(texts: &[String]) -> Cel {
    Cel::from(texts.iter().map(|item| text(item)).collect::<Vec<_>>())
}

fn text(text: &str) -> Cel {
    Cel::String(text.to_owned().into())
}

fn map<const N: usize>(entries: [(&str, Cel); N]) -> Cel {
    let entries: HashMap<Key, Cel> = entries.into_iter().map(|(key, value)| (Key::from(key), value)).collect();
    Cel::Map(entries.into())
}
