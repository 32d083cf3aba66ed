//! Everything that an analysis leaves behind, in one transaction.

use std::sync::Arc;

use fieldproof_domain::{
    application::ActiveGroup,
    check::{DuplicateMatch, Finding, blocks, with_duplicate},
    ids::{AnalysisId, InputId, WorkOrderId},
    work_order::TaskOutcome,
};
use fieldproof_store::{
    Writer,
    analyses::{self, Analysis},
    audit::{self, Entry},
    inputs::{self, InputData},
    locks,
    photo_hashes::{self, PhotoHash},
    thumbnails, windows, work_orders,
};
use fieldproof_vision::Cuts;
use serde_json::json;

use super::{
    duplicates::Query,
    request::{AnalysisRequest, StoredPhoto},
    stages::{Looked, PhotoBytes},
    verdict::{self, Verdict},
};
use crate::{
    AppError, Fieldproof, Missing, access::Caller, applications::LoadedApplication, repeat::Keep, work_orders::progress,
};

/// An analysis, computed and not yet stored.
pub(super) struct Recording<'a> {
    pub(super) caller: &'a Caller,
    pub(super) work_order: WorkOrderId,
    pub(super) application: &'a Arc<LoadedApplication>,
    pub(super) group: &'a ActiveGroup<'a>,
    pub(super) request: AnalysisRequest,
    /// Of the photo among the inputs.
    pub(super) position: usize,
    pub(super) photo: PhotoBytes,
    /// Where the photo is kept already, by somebody who needs it whatever comes of this.
    pub(super) stored: Option<StoredPhoto>,
    /// One of a photo, one or more of a PDF document.
    pub(super) pages: Vec<SeenPage<'a>>,
    pub(super) outcomes: Vec<TaskOutcome>,
}

/// A photo or a page, and what level 1 says of it.
pub(super) struct SeenPage<'a> {
    pub(super) looked: &'a Looked,
    /// `None`: duplicates do not matter here.
    pub(super) query: Option<Query<'a>>,
    pub(super) duplicate: Option<DuplicateMatch>,
    /// The newest photo that the search has looked at.
    pub(super) searched: i64,
    pub(super) findings: Vec<Finding>,
}

impl Recording<'_> {
    /// The file extension of what was sent, with its dot.
    fn extension(&self) -> &'static str {
        match self.pages.first() {
            Some(SeenPage { looked: Looked { page: None, photo, .. }, .. }) => photo.format().extension(),
            _ => ".pdf",
        }
    }
}

impl Fieldproof {
    /// Stores the photo, then everything about it in one transaction; on failure the photo goes again.
    pub(super) async fn record(
        &self,
        recording: Recording<'_>,
        keep: &impl Keep<Verdict>,
    ) -> Result<Verdict, AppError> {
        let place = match &recording.stored {
            Some(stored) => Place { photo: stored.clone(), is_ours: false },
            None => {
                let id = InputId(self.ambient.new_id());
                let photo = StoredPhoto { id, blob_key: StoredPhoto::key(id, recording.extension()) };
                self.store.blobs().put(&photo.blob_key, recording.photo.bytes.clone()).await?;
                // Everything that is asked of it now is asked of the bytes in hand.
                self.store.blobs().let_go(&photo.blob_key);
                Place { photo, is_ours: true }
            }
        };
        let mut writer = match self.store.write().await {
            Ok(writer) => writer,
            Err(error) => {
                self.erase_unused(&place).await;
                return Err(error.into());
            }
        };
        let written = match self.write(&mut writer, recording, place.photo.clone()).await {
            Ok(Recorded::New(verdict)) => self.keep(&mut writer, keep, verdict).await,
            other => other,
        };
        match written {
            Ok(Recorded::New(verdict)) => {
                // After this point a failure is ambiguous, so the photo stays: a verdict without its photo is worse
                // than a photo without its verdict.
                writer.commit().await?;
                warn_of_failed_rules(&verdict);
                Ok(verdict)
            }
            Ok(Recorded::Earlier(verdict)) => {
                drop(writer);
                self.erase_unused(&place).await;
                Ok(verdict)
            }
            Err(error) => {
                drop(writer);
                self.erase_unused(&place).await;
                Err(error)
            }
        }
    }

    /// The last that can fail before the commit: what was put off is done here, so that its failure leaves no photo.
    async fn keep(
        &self,
        writer: &mut Writer,
        keep: &impl Keep<Verdict>,
        verdict: Verdict,
    ) -> Result<Recorded, AppError> {
        keep.keep(writer, &verdict).await?;
        writer.flush().await?;
        Ok(Recorded::New(verdict))
    }

    /// Erases a photo that no row speaks of. When that fails it takes up room, which the caller need not hear of.
    async fn erase_unused(&self, place: &Place) {
        let blob_key = &place.photo.blob_key;
        if place.is_ours
            && let Err(error) = self.store.blobs().erase(blob_key).await
        {
            tracing::warn!(%error, blob_key, "a photo that no analysis needs is still there");
        }
    }

    async fn write(
        &self,
        writer: &mut Writer,
        mut recording: Recording<'_>,
        StoredPhoto { id: photo_id, blob_key }: StoredPhoto,
    ) -> Result<Recorded, AppError> {
        let (caller, id, application) = (recording.caller, recording.work_order, recording.application);
        let group = recording.group.group;
        let sha256 = recording.photo.sha256;
        let now = windows::moment(writer, caller.site, self.ambient.now()).await?;
        locks::photos_of_site(writer, caller.site).await?;
        let order = work_orders::get_for_change(writer, caller.site, id).await?;
        let mut order = order.ok_or(AppError::NotFound(Missing::WorkOrder))?;
        let now = order.moment(now);
        // Others may have been faster since the first look: the same request again, or the same picture elsewhere.
        if let Some(found) = analyses::find_by_photo(writer, id, &group.name, &sha256).await? {
            let earlier = verdict::earlier(writer, Arc::clone(application), id, &group.name, found).await?;
            return Ok(Recorded::Earlier(earlier));
        }
        for page in &mut recording.pages {
            let Some(query) = &page.query else { continue };
            let newer = photo_hashes::since(writer, caller.site, page.searched).await?;
            let newer = query.closest(newer.iter().map(|stored| &stored.photo));
            let closest = page.duplicate.into_iter().chain(newer).min_by_key(|found| found.distance);
            if closest != page.duplicate {
                let findings = std::mem::take(&mut page.findings);
                page.findings = with_duplicate(findings, closest, page.looked.page, &group.checks);
                if blocks(&page.findings) {
                    recording.outcomes.clear();
                }
            }
        }

        let analysis = AnalysisId(self.ambient.new_id());
        let row = Analysis {
            id: analysis,
            work_order: id,
            app_version: order.app_version,
            user: caller.user,
            task_group: group.name.clone(),
            photo_sha256: sha256,
            metadata: recording.request.metadata.clone(),
            created_at: now,
        };
        analyses::insert(writer, &row).await?;
        let findings: Vec<_> = recording.pages.iter().flat_map(|page| &page.findings).cloned().collect();
        // Of a document the first page stands for all.
        let first = recording.pages.first().map(|page| page.looked);
        let (width, height) = first.map(|page| (page.measures.width, page.measures.height)).unwrap_or_default();
        let photo = InputData::Image { blob_key, width, height };
        let inputs = self.new_inputs(&row, recording.request, recording.position, (photo_id, photo), &findings);
        inputs::insert(writer, &inputs).await?;
        if let Some(jpeg) = first.and_then(|page| page.thumbnail.as_ref()) {
            thumbnails::insert(writer, photo_id, jpeg).await?;
        }
        analyses::insert_outcomes(writer, analysis, &recording.outcomes).await?;
        let states =
            self.move_states(writer, id, recording.group, &recording.outcomes, (analysis, photo_id), now).await?;

        order.progress_score = progress(&application.application, &order.types, &states);
        order.first_analysis = order.first_analysis.or(Some(analysis));
        order.latest_analysis = Some(analysis);
        order.updated_at = now;
        work_orders::advance(writer, &order).await?;
        for SeenPage { looked, .. } in &recording.pages {
            let hash = PhotoHash {
                site: caller.site,
                work_order: id,
                task_group: group.name.clone(),
                sha256,
                perceptual: looked.perceptual,
                middle: looked.cuts.as_ref().map(Cuts::middle),
            };
            photo_hashes::insert(writer, &hash).await?;
        }
        let checks: Vec<_> = findings.iter().map(|finding| finding.problem.as_str()).collect();
        let details = json!({"analysis_id": analysis.0, "task_group": group.name, "findings": checks});
        let entry = Entry::new(now, "work_order.analyse", id).by(caller.user).on(caller.site).with(details);
        audit::record(writer, entry).await?;

        let touched = recording.outcomes.iter().filter_map(|outcome| states.get(&outcome.task).cloned()).collect();
        Ok(Recorded::New(Verdict {
            id: analysis,
            application: Arc::clone(application),
            task_group: group.name.clone(),
            inputs,
            outcomes: recording.outcomes,
            states: touched,
        }))
    }
}

/// Nobody on site can do anything about a rule that fails; who wrote it finds it here.
fn warn_of_failed_rules(verdict: &Verdict) {
    let application = &verdict.application.application;
    for outcome in &verdict.outcomes {
        if let Some(reason) = &outcome.failure {
            let (application, version) = (&application.name, &application.version);
            tracing::warn!(task = outcome.task, reason, application, version, "a rule failed");
        }
    }
}

/// Where the photo is, and whether it was put there by this analysis, which then erases it when it comes to nothing.
struct Place {
    photo: StoredPhoto,
    is_ours: bool,
}

enum Recorded {
    New(Verdict),
    Earlier(Verdict),
}
