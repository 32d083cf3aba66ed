//! What the rules of one task group may name.

use std::collections::HashMap;

use super::{
    budget::Shape,
    facts::{FIXED_NAMES, MOST_DETECTIONS},
};
use crate::{
    application::{Application, ModelKind, ModelSpec, ReaderSpec, TaskGroup},
    observation::LONGEST_READ,
};

/// The names of one task group and how large their values may be.
pub(super) struct Environment<'a> {
    pub(super) application: &'a Application,
    pub(super) group: &'a TaskGroup,
    shapes: HashMap<&'a str, Shape>,
}

impl<'a> Environment<'a> {
    pub(super) fn new(application: &'a Application, group: &'a TaskGroup) -> Self {
        let mut shapes: HashMap<&'a str, Shape> = HashMap::new();
        let tasks = application.task_groups.iter().map(|group| group.tasks.len()).sum::<usize>() as u64;
        for name in FIXED_NAMES {
            let shape = match name {
                "photo" => Shape { len: 6, item: 100, total: 300 },
                "types" | "tags" => Shape { len: 300, item: 40, total: 4000 },
                "state" => Shape { len: tasks, item: 1000, total: 4 * tasks + 4000 },
                _ => Shape { len: 1000, item: 4000, total: 4000 },
            };
            shapes.insert(name, shape);
        }
        for (name, observe) in &group.observe {
            if let Some(reader) = application.readers.get(name) {
                shapes.insert(name, inscriptions(reader));
            }
            let Some(model) = application.models.get(name) else { continue };
            let seen = observed(model);
            let found_by = observe.on.as_ref().filter(|_| model.kind != ModelKind::Detection);
            let shape = match found_by.and_then(|on| Some((on, application.models.get(&on.model)?))) {
                Some((on, found_by)) => in_regions(seen, found_by, on.at_most.into()),
                None => seen,
            };
            shapes.insert(name, shape);
        }
        Self { application, group, shapes }
    }

    /// How large the value of a name may be; `None`: no such name.
    pub(super) fn shape(&self, name: &str) -> Option<Shape> {
        self.shapes.get(name).copied()
    }

    /// A model that the task group observes.
    pub(super) fn model(&self, name: &str) -> Option<&'a ModelSpec> {
        self.group.observe.contains_key(name).then(|| self.application.models.get(name)).flatten()
    }

    /// A reader that the task group observes.
    pub(super) fn reader(&self, name: &str) -> Option<&'a ReaderSpec> {
        self.group.observe.contains_key(name).then(|| self.application.readers.get(name)).flatten()
    }

    /// What a model or a reader that the task group observes can see: its `concept`s.
    pub(super) fn concepts(&self, name: &str) -> Vec<&'a str> {
        let labels = self.model(name).map(|model| model.labels.iter().map(String::as_str).collect());
        labels.or_else(|| self.reader(name).map(ReaderSpec::concepts)).unwrap_or_default()
    }

    /// The model that finds the regions which a model looks at, if it does not look at the whole photo.
    pub(super) fn looks_on(&self, name: &str) -> Option<&'a str> {
        self.group.observe.get(name)?.on.as_ref().map(|on| on.model.as_str())
    }

    /// Every name.
    pub(super) fn names(&self) -> Vec<&'a str> {
        self.group.observe.keys().map(String::as_str).chain(FIXED_NAMES).collect()
    }
}

/// Longest vector that rules see.
const LONGEST_VECTOR: u64 = 4096;

/// A list of what is seen in regions, each with its region.
fn in_regions(seen: Shape, found_by: &ModelSpec, most: u64) -> Shape {
    let region = observed(found_by).item;
    let one = seen.total + 1 + region;
    Shape { len: most, item: one, total: 1 + most * one }
}

/// As [`Shape::of`] counts what `facts` makes of what a reader reads.
fn inscriptions(reader: &ReaderSpec) -> Shape {
    let most = MOST_DETECTIONS as u64;
    let longest = reader.concepts().iter().map(|concept| concept.len()).max().unwrap_or(0) as u64 / 8;
    let one = 15 + longest + 2 + LONGEST_READ as u64 / 8;
    Shape { len: most, item: one, total: 1 + most * one }
}

/// As [`Shape::of`] counts what `facts` makes of a model's observation.
fn observed(model: &ModelSpec) -> Shape {
    let labels = model.labels.len() as u64;
    let longest = model.labels.iter().map(String::len).max().unwrap_or(0) as u64 / 8;
    match model.kind {
        ModelKind::Detection => {
            let most = MOST_DETECTIONS as u64;
            let one = 15 + longest;
            Shape { len: most, item: one, total: 1 + most * one }
        }
        ModelKind::Classification => {
            let scores = 2 + labels * (2 + longest);
            Shape { len: 3, item: scores.max(2 + longest), total: 5 + longest + scores }
        }
        ModelKind::Embedding => {
            let scores = 2 + labels * (2 + longest);
            let vector = 2 + LONGEST_VECTOR;
            Shape { len: 4, item: vector.max(scores), total: 6 + longest + scores + vector }
        }
        ModelKind::Text => {
            let text = 2 + LONGEST_READ as u64 / 8;
            Shape { len: 2, item: text, total: 3 + text }
        }
    }
}
