//! What the demo application's rules say of photos with this and that on them: the outcomes that the fill stores.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result};
use fieldproof_app::applications::LoadedApplication;
use fieldproof_domain::{
    application::ModelKind,
    observation::{BoundingBox, Detection, Observation, PhotoFacts},
    rules::Facts,
    work_order::TaskOutcome,
};
use serde_json::Map;

use super::sample::Stage;

/// The task group of a photo before the work.
pub(crate) const BEFORE: &str = "cabinet-before";
/// The task group of a photo after it, with three tasks that count.
pub(crate) const AFTER: &str = "cabinet-after";
/// The task group of a photo of what is inside.
const CABLING: &str = "cabling";

/// The outcomes of each kind of photo. Made once: the rules give the same for the same photo.
pub(crate) struct Outcomes {
    before: Vec<TaskOutcome>,
    /// By how many of the tasks are validated.
    after: Vec<Vec<TaskOutcome>>,
    cabling: Vec<TaskOutcome>,
}

impl Outcomes {
    /// Asks the application's own rules.
    pub(crate) fn of(application: &LoadedApplication) -> Result<Self> {
        let after = [
            &["door_open", "degradation", "degradation"][..],
            &["door_closed", "degradation"],
            &["door_closed", "label_plate", "degradation"],
            &["door_closed", "label_plate"],
        ];
        Ok(Self {
            before: seen(application, BEFORE, &["door_closed", "degradation"])?,
            cabling: seen(application, CABLING, &["tidy"])?,
            after: after.iter().map(|seen_things| seen(application, AFTER, seen_things)).collect::<Result<_>>()?,
        })
    }

    /// The photos of a work order at this stage, oldest first: task group and outcomes.
    pub(crate) fn photos(&self, stage: Stage) -> Vec<(&'static str, &[TaskOutcome])> {
        let after = |validated: usize| (AFTER, self.after.get(validated).map(Vec::as_slice).unwrap_or_default());
        match stage {
            Stage::New => vec![],
            Stage::After(validated) => vec![after(validated)],
            Stage::Done => vec![(BEFORE, &self.before), after(3)],
            Stage::Full => vec![(BEFORE, &self.before), after(3), (CABLING, &self.cabling)],
        }
    }
}

/// What the rules of a task group say of a photo on which its model has found `things`.
fn seen(application: &LoadedApplication, group: &str, things: &[&str]) -> Result<Vec<TaskOutcome>> {
    let group = application.application.group(group).with_context(|| format!("no task group {group}"))?;
    let detections: Vec<_> = things.iter().enumerate().map(|(at, thing)| detection(at, thing)).collect();
    let classified = Observation::Classification {
        concept: things.first().copied().unwrap_or_default().to_owned(),
        score: 0.9140625,
        scores: things.iter().map(|thing| ((*thing).to_owned(), 0.9140625)).collect(),
    };
    let observe = |model: &String| match application.application.models.get(model).map(|model| &model.kind) {
        Some(ModelKind::Classification) => classified.clone(),
        _ => Observation::Detections(detections.clone()),
    };
    let observations: BTreeMap<_, _> = group.observe.keys().map(|model| (model.clone(), observe(model))).collect();
    let facts = Facts {
        observations: &observations,
        photo: &PhotoFacts::default(),
        metadata: &Map::new(),
        types: &[],
        tags: &[],
        input_metadata: &Map::new(),
        state: &BTreeMap::new(),
    };
    let tasks: Vec<_> = group.tasks.iter().map(|task| task.name.as_str()).collect();
    Ok(application.rules.run(&group.name, &tasks, &facts))
}

fn detection(at: usize, concept: &str) -> Detection {
    let left = 0.0625 + at as f64 * 0.17578125;
    let bbox = BoundingBox { xmin: left, ymin: 0.2109375, xmax: left + 0.1484375, ymax: 0.8671875 };
    Detection { bbox, score: 0.9140625 - at as f64 * 0.03125, concept: concept.to_owned(), page: None }
}
