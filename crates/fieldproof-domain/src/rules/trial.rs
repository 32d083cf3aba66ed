//! Made-up photos that every rule has to cope with before it meets a real one.

use std::collections::BTreeMap;

use chrono::DateTime;
use serde_json::{Map, Value, json};

use super::{
    facts::{Facts, MOST_DETECTIONS},
    failure::{Cause, Failure},
};
use crate::{
    application::{Application, MetadataType, ModelKind, ModelSpec, Observe, ReaderSpec, TaskGroup, TaskType},
    observation::{BoundingBox, Detection, GeoPoint, Inscription, Observation, PhotoFacts},
    work_order::TaskValue,
};

/// Most labels that are tried one by one.
const MOST_LABELS: usize = 50;

/// One made-up photo.
pub(super) struct Trial {
    /// What is special about it: `when nothing is seen`.
    pub(super) name: String,
    observations: BTreeMap<String, Observation>,
    photo: PhotoFacts,
    metadata: Map<String, Value>,
    texts: Vec<String>,
    state: BTreeMap<String, (Option<TaskValue>, Option<bool>)>,
}

impl Trial {
    pub(super) fn facts(&self) -> Facts<'_> {
        Facts {
            observations: &self.observations,
            photo: &self.photo,
            metadata: &self.metadata,
            types: &self.texts,
            tags: &self.texts,
            input_metadata: &self.metadata,
            state: &self.state,
        }
    }

    /// Whether the failure is the rule's fault. Metadata that the application does not declare cannot be made up, and
    /// neither can texts that a function has to understand, such as a date.
    pub(super) fn proves(&self, failure: &Failure, application: &Application) -> bool {
        match &failure.cause {
            Cause::MissingKey(key) => application.metadata.iter().any(|spec| spec.name == *key),
            Cause::Unreadable => false,
            _ => true,
        }
    }
}

/// What to do about a failure.
pub(super) fn fix(failure: &Failure) -> String {
    match &failure.cause {
        Cause::MissingKey(key) => format!("Write has(metadata.{key}) && ..., or make it required."),
        Cause::Operand => "Compare and calculate with values of one type (int(x), double(x), string(x) convert), and \
                           test what may be null with != null first."
            .to_owned(),
        Cause::Absent => "Test first, as in: cabinet.size() > 0 ? cabinet[0].score : null.".to_owned(),
        Cause::Result => "Make the rule give a value of the task's type, or null.".to_owned(),
        Cause::Facts | Cause::Unreadable => "Look at less.".to_owned(),
    }
}

/// The photos to try the rules of a task group on.
pub(super) fn trials(application: &Application, group: &TaskGroup) -> Vec<Trial> {
    let full = |name: &str, seen: Seen| made_up(name, application, group, seen, true);
    let bare = |name: &str, seen: Seen| made_up(name, application, group, seen, false);
    let mut trials = vec![
        full("on a photo where every label is seen once", Seen::EachOnce),
        full("on a photo where nothing is seen", Seen::Nothing),
        bare("on a photo without EXIF, the first of a new work order", Seen::EachOnce),
        full("on a photo where 300 things are seen", Seen::Many),
    ];
    let mut observed = group.observe.keys().filter_map(|name| application.models.get(name));
    if observed.any(|model| model.kind == ModelKind::Text) {
        trials.push(full("on a photo where nothing can be read", Seen::Unread));
    }
    let models = group.observe.keys().filter_map(|name| application.models.get(name));
    // The characters of a text model are no labels.
    let models = models.filter(|model| model.kind != ModelKind::Text);
    let readers = group.observe.keys().filter_map(|name| application.readers.get(name));
    let labels = models.map(|model| model.labels.len()).chain(readers.map(|reader| reader.concepts().len()));
    let most = labels.max().unwrap_or(0).min(MOST_LABELS);
    trials.extend(
        (0..most).map(|label| full(&format!("on a photo where only label {} is seen", label + 1), Seen::Only(label))),
    );
    trials
}

#[derive(Clone, Copy)]
enum Seen {
    Nothing,
    EachOnce,
    /// Every label once, and no text on any of it.
    Unread,
    Many,
    Only(usize),
}

fn made_up(name: &str, application: &Application, group: &TaskGroup, seen: Seen, full: bool) -> Trial {
    let observe = |(name, settings): (&String, &Observe)| {
        if let Some(reader) = application.readers.get(name) {
            return Some((name.clone(), read(reader, settings.min_score, seen)));
        }
        Some((name.clone(), observed(application, settings, application.models.get(name)?, seen)))
    };
    let tasks = application.task_groups.iter().flat_map(|group| &group.tasks);
    let state = tasks.filter(|_| full).map(|task| {
        let value = match task.kind {
            TaskType::Boolean => TaskValue::Boolean(true),
            TaskType::Number => TaskValue::Number(1.0),
            TaskType::Text => TaskValue::Text("text".to_owned()),
        };
        (task.name.clone(), (Some(value), Some(true)))
    });
    let metadata = application.metadata.iter().filter(|spec| full || spec.required).map(|spec| {
        let value = spec.example.first().cloned().unwrap_or_else(|| match spec.kind {
            MetadataType::Text => json!("text"),
            MetadataType::Number => json!(1),
            MetadataType::Boolean => json!(true),
        });
        (spec.name.clone(), value)
    });
    Trial {
        name: name.to_owned(),
        observations: group.observe.iter().filter_map(observe).collect(),
        photo: if full { full_photo() } else { PhotoFacts { width: 1, height: 1, ..PhotoFacts::default() } },
        metadata: metadata.collect(),
        texts: if full { vec!["text".to_owned()] } else { Vec::new() },
        state: state.collect(),
    }
}

fn full_photo() -> PhotoFacts {
    PhotoFacts {
        width: 4000,
        height: 3000,
        taken_at: DateTime::from_timestamp(1_700_000_000, 0),
        zone_known: true,
        location: Some(GeoPoint { lat: 48.85, lon: 2.35 }),
        make: Some("make".to_owned()),
        model: Some("model".to_owned()),
    }
}

/// What a model sees, on the photo or in each region.
fn observed(application: &Application, settings: &Observe, model: &ModelSpec, seen: Seen) -> Observation {
    let Some(on) = settings.on.as_ref().filter(|_| model.kind != ModelKind::Detection) else {
        return observation(model, settings.min_score, seen);
    };
    let found = application.models.get(&on.model).map(|finds| observation(finds, 0.0, seen));
    let Some(Observation::Detections(found)) = found else { return Observation::Regions(Vec::new()) };
    let wanted = found.into_iter().filter(|region| on.concepts.is_empty() || on.concepts.contains(&region.concept));
    let regions = wanted.take(on.at_most as usize);
    Observation::Regions(regions.map(|region| (region, observation(model, settings.min_score, seen))).collect())
}

/// What a reader reads.
fn read(reader: &ReaderSpec, min_score: f64, seen: Seen) -> Observation {
    let concepts = reader.concepts();
    let concept = |number: usize| concepts.get(number % concepts.len().max(1)).copied().unwrap_or_default().to_owned();
    let (text, score) = ("text".to_owned(), min_score.midpoint(1.0));
    let one = |(bbox, number)| Inscription { bbox, score, concept: concept(number), text: text.clone() };
    let seen = if matches!(seen, Seen::Unread) { Seen::Nothing } else { seen };
    Observation::Inscriptions(placed(concepts.len(), seen).map(one).collect())
}

/// Places, and the numbers of what is seen there, of so many labels.
fn placed(labels: usize, seen: Seen) -> impl Iterator<Item = (BoundingBox, usize)> {
    let numbers: Vec<usize> = match seen {
        Seen::Nothing => Vec::new(),
        Seen::EachOnce | Seen::Unread => (0..labels.min(MOST_DETECTIONS)).collect(),
        Seen::Many => (0..MOST_DETECTIONS).collect(),
        Seen::Only(number) => vec![number],
    };
    numbers.into_iter().enumerate().map(|(place, number)| {
        let edge = place as f64 / MOST_DETECTIONS as f64;
        (BoundingBox { xmin: edge * 0.5, ymin: edge * 0.25, xmax: 0.5 + edge * 0.5, ymax: 0.75 }, number)
    })
}

fn observation(model: &ModelSpec, min_score: f64, seen: Seen) -> Observation {
    let score = min_score.midpoint(1.0);
    let label = |number: usize| model.labels.get(number % model.labels.len().max(1)).cloned().unwrap_or_default();
    match model.kind {
        ModelKind::Detection => {
            let detection = |(bbox, number)| Detection { bbox, score, concept: label(number), page: None };
            Observation::Detections(placed(model.labels.len(), seen).map(detection).collect())
        }
        ModelKind::Classification => {
            let best = label(if let Seen::Only(number) = seen { number } else { 0 });
            let scores = model.labels.iter().map(|name| (name.clone(), if *name == best { score } else { 0.0 }));
            Observation::Classification { scores: scores.collect(), concept: best, score }
        }
        ModelKind::Embedding => {
            let nearest = label(if let Seen::Only(number) = seen { number } else { 0 });
            let scores = model.labels.iter().map(|name| (name.clone(), if *name == nearest { score } else { 0.0 }));
            Observation::Embedding { vector: vec![0.6, 0.8], scores: scores.collect() }
        }
        ModelKind::Text => match seen {
            Seen::Nothing | Seen::Unread => Observation::Text { text: String::new(), score: 0.0 },
            Seen::EachOnce | Seen::Many | Seen::Only(_) => Observation::Text { text: "text".to_owned(), score },
        },
    }
}
