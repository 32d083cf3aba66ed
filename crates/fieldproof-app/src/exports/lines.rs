//! From what is stored to the lines of a data file.

use std::collections::BTreeSet;

use fieldproof_domain::{
    export::{
        DataConformity, ExportType, Input, JobConformity, Moment, PastAnalysis, PastCorrection, Record, Window,
        WorkItem, corrections, progress,
    },
    ids::{AppVersionId, SiteId},
    text::Language,
    work_order::TaskOutcome,
};
use fieldproof_store::{
    Snapshot,
    exports::{Changed, Place, Seen, changed},
};

use crate::{AppError, Fieldproof, applications::LoadedApplication};

/// Work orders that are in memory at once.
const PAGE: u32 = 500;

/// The lines of a window, page by page, all of one moment.
pub(super) struct Lines {
    site: SiteId,
    window: Window,
    kind: ExportType,
    snapshot: Snapshot,
    after: Option<Place>,
    is_over: bool,
    count: u64,
    versions: BTreeSet<AppVersionId>,
}

impl Lines {
    /// From its first line on; what is committed later is not in it.
    pub(super) fn new(snapshot: Snapshot, site: SiteId, window: Window, kind: ExportType) -> Self {
        Self { site, window, kind, snapshot, after: None, is_over: false, count: 0, versions: BTreeSet::new() }
    }

    /// Some more lines, each with its end; `None`: there are no more.
    pub(super) async fn next(&mut self, system: &Fieldproof) -> Result<Option<Vec<u8>>, AppError> {
        if self.is_over {
            return Ok(None);
        }
        let page = changed(&mut self.snapshot, self.site, self.window, self.after, PAGE).await?;
        self.is_over = page.len() < PAGE as usize;
        self.after = page.last().map(Changed::place);
        self.count += page.len() as u64;
        self.versions.extend(page.iter().map(|found| found.order.app_version));
        let mut text = Vec::new();
        for found in &page {
            let application = system.application(found.order.app_version).await?;
            serde_json::to_writer(&mut text, &record(found, &application, self.kind))
                .map_err(|error| AppError::Internal(error.to_string()))?;
            text.push(b'\n');
        }
        Ok(if page.is_empty() { None } else { Some(text) })
    }

    /// How many there were so far.
    pub(super) fn count(&self) -> u64 {
        self.count
    }

    /// The versions of the applications that they were told by.
    pub(super) fn versions(&self) -> &BTreeSet<AppVersionId> {
        &self.versions
    }
}

fn record<'a>(found: &'a Changed, application: &'a LoadedApplication, kind: ExportType) -> Record<'a> {
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
