//! What the rules of one task group may name.

use std::collections::HashMap;

use super::{
    budget::Shape,
    facts::{FIXED_NAMES, MOST_DETECTIONS},
};
use crate::application::{Application, ModelKind, ModelSpec, TaskGroup};

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
        for (name, _) in &group.observe {
            if let Some(model) = application.models.get(name) {
                shapes.insert(name, observed(model));
            }
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

    /// Every name.
    pub(super) fn names(&self) -> Vec<&'a str> {
        self.group.observe.keys().map(String::as_str).chain(FIXED_NAMES).collect()
    }
}

/// As [`Shape::of`] counts what `facts` makes of an observation.
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
    }
}
