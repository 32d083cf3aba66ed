//! From what is stored of a work order to its line.

use fieldproof_domain::{
    export::{
        DataConformity, ExportType, Input, JobConformity, Moment, PastAnalysis, PastCorrection, Record, WorkItem,
        corrections, progress,
    },
    text::Language,
    work_order::TaskOutcome,
};
use fieldproof_store::exports::{Changed, Seen};

use crate::applications::LoadedApplication;

/// A work order as its line tells it.
pub(super) fn record<'a>(found: &'a Changed, application: &'a LoadedApplication, kind: ExportType) -> Record<'a> {
    let order = &found.order;
    let language = application.application.languages.first().copied().unwrap_or(Language::En);
    let analyses: Vec<_> = found
        .photos
        .iter()
        .map(|seen| PastAnalysis {
            id: seen.analysis,
            input: seen.input,
            at: seen.created_at,
            outcomes: &seen.outcomes,
        })
        .collect();
    let said: Vec<_> = found
        .corrections
        .iter()
        .map(|said| PastCorrection { task: &said.task, value: &said.value, at: said.created_at })
        .collect();
    let keeps = |name: &str| application.application.task(name).is_some_and(|(_, task)| task.keep_once_validated);
    let corrected = corrections(&analyses, &said, keeps, |task, value| application.rules.appearance(task, Some(value)));
    let input = |seen: &'a Seen| Input {
        id: seen.input,
        create_date: Moment(seen.created_at),
        file_extension: extension(&seen.blob_key),
        metadata: &seen.metadata,
        data_conformity: seen.findings.iter().map(DataConformity::from).collect(),
        job_conformity: in_order(seen, application)
            .into_iter()
            .map(|outcome| {
                JobConformity::new(outcome, corrected.get(&(seen.analysis, outcome.task.as_str())), language)
            })
            .collect(),
    };
    let work_items = groups(found, application).into_iter().map(|name| WorkItem {
        id: order.id.work_item(name),
        name,
        input: found.photos.iter().filter(|seen| seen.task_group == name).map(input).collect(),
    });
    Record {
        id: order.id,
        name: &order.name,
        site_id: order.site,
        create_date: Moment(order.created_at),
        update_date: Moment(order.updated_at),
        metadata: &order.metadata,
        progress_score: progress(order.progress_score),
        work_items: work_items.filter_map(|item| item.told_as(kind)).collect(),
    }
}

/// The task groups of a work order: those that are active, and those with photos from when they were, in the application's
/// order.
fn groups<'a>(found: &'a Changed, application: &'a LoadedApplication) -> Vec<&'a str> {
    let active: Vec<_> = application.application.active(&found.order.types);
    let is_told = |name: &str| {
        active.iter().any(|active| active.group.name == name) || found.photos.iter().any(|seen| seen.task_group == name)
    };
    let all = application.application.task_groups.iter().map(|group| group.name.as_str());
    all.filter(|name| is_told(name)).collect()
}

/// What an analysis said, in the order of the application's tasks.
fn in_order<'a>(seen: &'a Seen, application: &LoadedApplication) -> Vec<&'a TaskOutcome> {
    let group = application.application.group(&seen.task_group);
    let place = |name: &str| group.and_then(|group| group.tasks.iter().position(|task| task.name == name));
    let mut outcomes: Vec<_> = seen.outcomes.iter().collect();
    outcomes.sort_by_key(|outcome| place(&outcome.task));
    outcomes
}

/// The ending of a photo's file, with its dot.
fn extension(blob_key: &str) -> &str {
    blob_key.rfind('.').map_or("", |dot| &blob_key[dot..])
}
