//! The stages that compute, each on a worker and each timed.

use std::{collections::BTreeMap, future::Future, sync::Arc, time::Instant};

use bytes::Bytes;
use chrono::{DateTime, Utc};
use fieldproof_domain::{
    application::ActiveGroup,
    check::{Check, CheckSettings, DuplicateMatch, EditTraces, Evidence, Finding, blocks, judge},
    observation::{Observation, PerceptualHash, PhotoMeasures},
    rules::Facts,
    work_order::TaskOutcome,
};
use fieldproof_vision::{Cuts, Limits, Photo, PhotoError, WorkingScale, decode};
use serde_json::{Map, Value as Json};
use sha2::{Digest as _, Sha256};

use super::{
    pages::Page,
    photo_source::{decode_inline, within_limit},
    workers::Slot,
};
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

/// What was seen on a photo, or on a page, without a model.
pub(super) struct Looked {
    /// Of a PDF document, from 1.
    pub(super) page: Option<u32>,
    pub(super) photo: Photo,
    pub(super) measures: PhotoMeasures,
    pub(super) perceptual: Option<PerceptualHash>,
    /// To find it among photos that it was cut out of, or that were cut out of it.
    pub(super) cuts: Option<Cuts>,
    pub(super) traces: EditTraces,
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
        within_limit(&bytes)?;
        Ok(PhotoBytes { sha256: Sha256::digest(&bytes).into(), bytes })
    };
    timed("receive", slot.run(job)).await?.map_err(|message: String| AppError::field("inputs", message))
}

/// Decodes, and measures what the checks that are on need.
pub(super) async fn look(
    slot: &Slot,
    page: &Page,
    scale: WorkingScale,
    checks: &CheckSettings,
) -> Result<Looked, AppError> {
    let Page { number, bytes, has_text } = page.clone();
    let [is_screen_on, is_edited_on] = [Check::Screen, Check::Edited].map(|check| checks.is_on(check));
    let job = move || -> Result<Looked, PhotoError> {
        let photo = decode(&bytes, &Limits::default(), scale)?;
        let recapture = (is_screen_on && number.is_none()).then(|| photo.recapture());
        // Forms look alike: what is written on a page tells it from others, which no hash of the picture does.
        let is_comparable = !has_text;
        Ok(Looked {
            measures: PhotoMeasures { recapture, ..photo.measures() },
            page: number,
            cuts: photo.cuts().filter(|_| is_comparable),
            perceptual: photo.perceptual_hash().filter(|_| is_comparable),
            traces: if is_edited_on && number.is_none() { photo.edit_traces(&bytes) } else { EditTraces::default() },
            thumbnail: photo.thumbnail(),
            photo,
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

/// What is said of a photo once models have looked at it.
pub(super) struct Judged {
    pub(super) findings: Vec<Finding>,
    /// Empty when level 1 stops the photo.
    pub(super) outcomes: Vec<TaskOutcome>,
}

/// What surrounds a photo.
pub(super) struct Surroundings {
    pub(super) input_metadata: Map<String, Json>,
    pub(super) received_at: DateTime<Utc>,
    pub(super) duplicate: Option<DuplicateMatch>,
}

/// What level 1 may know of a photo.
pub(super) fn evidence<'a>(
    view: &'a WorkOrderView,
    looked: &'a Looked,
    around: &'a Surroundings,
    observed: Option<&'a BTreeMap<String, Observation>>,
) -> Evidence<'a> {
    Evidence {
        facts: looked.photo.facts(),
        measures: &looked.measures,
        traces: &looked.traces,
        duplicate: around.duplicate,
        order_metadata: &view.order.metadata,
        input_metadata: &around.input_metadata,
        received_at: around.received_at,
        page: looked.page,
        observed,
    }
}

/// Lets every model of the task group look at the photo or the page; then the checks that wait for them judge, and unless one of them
/// stops the photo, level 2 asks the rules of each active task.
pub(super) async fn judge_with_models(
    slot: &Slot,
    view: &Arc<WorkOrderView>,
    group: &ActiveGroup<'_>,
    bytes: &Bytes,
    looked: &Arc<Looked>,
    around: Surroundings,
) -> Result<Judged, AppError> {
    let (view, looked, bytes) = (Arc::clone(view), Arc::clone(looked), bytes.clone());
    let (group_name, checks) = (group.group.name.clone(), group.group.checks.clone());
    let tasks: Vec<_> = group.tasks.iter().map(|task| task.name.clone()).collect();
    let job = move || -> Result<_, String> {
        let observed = view.application.observe(&group_name, &looked.photo, &bytes)?;
        let findings = judge(&evidence(&view, &looked, &around, Some(&observed)), &checks);
        if blocks(&findings) {
            return Ok(Judged { findings, outcomes: Vec::new() });
        }
        let tasks: Vec<_> = tasks.iter().map(String::as_str).collect();
        let mut outcomes = apply_rules(&view, &group_name, &tasks, &looked.photo, &observed, &around.input_metadata);
        outcomes.iter_mut().flat_map(|outcome| &mut outcome.regions).for_each(|region| region.page = looked.page);
        Ok(Judged { findings, outcomes })
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
