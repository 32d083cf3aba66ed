//! The stages that compute, each on a worker and each timed.

use std::{collections::BTreeMap, future::Future, sync::Arc, time::Instant};

use bytes::Bytes;
use fieldproof_domain::{
    application::ActiveGroup,
    observation::{Observation, PerceptualHash, PhotoMeasures},
    rules::Facts,
    work_order::TaskOutcome,
};
use fieldproof_vision::{Limits, Photo, PhotoError, WorkingScale, decode};
use serde_json::{Map, Value as Json};
use sha2::{Digest as _, Sha256};

use super::{observe::observe, photo_source::decode_inline, workers::Slot};
use crate::{AppError, work_orders::WorkOrderView};

/// A photo as it came.
pub(super) enum Sent {
    /// In the request, as the Base64 text of a data URI.
    Inline(Bytes),
    /// As they are: from a URL, or from the blob store.
    Bytes(Bytes),
}

/// The photo's bytes and their hash.
#[derive(Clone)]
pub(super) struct PhotoBytes {
    pub(super) bytes: Bytes,
    pub(super) sha256: [u8; 32],
}

/// What was seen without a model.
pub(super) struct Looked {
    pub(super) photo: Arc<Photo>,
    pub(super) measures: PhotoMeasures,
    pub(super) perceptual: Option<PerceptualHash>,
    /// For lists.
    pub(super) thumbnail: Option<Vec<u8>>,
}

/// Notes how long a stage took, in the metric `fieldproof_analysis_stage_seconds`.
pub(super) async fn timed<T>(stage: &'static str, work: impl Future<Output = T>) -> T {
    let start = Instant::now();
    let result = work.await;
    metrics::histogram!("fieldproof_analysis_stage_seconds", "stage" => stage).record(start.elapsed());
    result
}

/// Bytes and their hash, from what was sent.
pub(super) async fn fingerprint(slot: &Slot, sent: Sent) -> Result<PhotoBytes, AppError> {
    let job = move || {
        let bytes = match sent {
            Sent::Inline(text) => decode_inline(text)?,
            Sent::Bytes(bytes) => bytes,
        };
        Ok(PhotoBytes { sha256: Sha256::digest(&bytes).into(), bytes })
    };
    timed("receive", slot.run(job)).await?.map_err(|message: String| AppError::field("inputs", message))
}

/// Decodes and measures.
pub(super) async fn look(slot: &Slot, photo: &PhotoBytes, scale: WorkingScale) -> Result<Looked, AppError> {
    let bytes = photo.bytes.clone();
    let job = move || -> Result<Looked, PhotoError> {
        let photo = decode(&bytes, &Limits::default(), scale)?;
        Ok(Looked {
            measures: photo.measures(),
            perceptual: photo.perceptual_hash(),
            thumbnail: photo.thumbnail(),
            photo: Arc::new(photo),
        })
    };
    timed("look", slot.run(job)).await?.map_err(|error| AppError::field("inputs", unusable(&error)))
}

/// The small picture of a photo of which none was kept.
pub(super) async fn shrink(slot: &Slot, bytes: Bytes) -> Result<Option<Vec<u8>>, AppError> {
    let job = move || decode(&bytes, &Limits::default(), WorkingScale::default()).ok()?.thumbnail();
    timed("shrink", slot.run(job)).await
}

/// What the sender of a photo that cannot be decoded is told.
pub(crate) fn unusable(error: &PhotoError) -> String {
    format!("The image cannot be used: {error}.")
}

/// Level 2: lets every model of the task group look at the photo, then asks the rules of each active task.
pub(super) async fn judge_tasks(
    slot: &Slot,
    view: &Arc<WorkOrderView>,
    group: &ActiveGroup<'_>,
    bytes: &PhotoBytes,
    looked: &Looked,
    input_metadata: Map<String, Json>,
) -> Result<Vec<TaskOutcome>, AppError> {
    let view = Arc::clone(view);
    let (photo, bytes) = (Arc::clone(&looked.photo), bytes.bytes.clone());
    let group_name = group.group.name.clone();
    let tasks: Vec<_> = group.tasks.iter().map(|task| task.name.clone()).collect();
    let job = move || -> Result<_, String> {
        let observations = observe(&view.application, &group_name, &photo, &bytes)?;
        let tasks: Vec<_> = tasks.iter().map(String::as_str).collect();
        Ok(apply_rules(&view, &group_name, &tasks, &photo, &observations, &input_metadata))
    };
    timed("judge", slot.run(job)).await?.map_err(AppError::Internal)
}

fn apply_rules(
    view: &WorkOrderView,
    group: &str,
    tasks: &[&str],
    photo: &Photo,
    observations: &BTreeMap<String, Observation>,
    input_metadata: &Map<String, Json>,
) -> Vec<TaskOutcome> {
    let state = view
        .states
        .iter()
        .map(|(task, stored)| {
            let validated = stored.state.appearance.is_conformity_validated;
            (task.clone(), (stored.state.value().cloned(), validated))
        })
        .collect();
    let facts = Facts {
        observations,
        photo: photo.facts(),
        metadata: &view.order.metadata,
        types: &view.order.types,
        tags: &view.order.tags,
        input_metadata,
        state: &state,
    };
    view.application.rules.run(group, tasks, &facts)
}
