//! The walk of one photo, from request to verdict.

use std::sync::Arc;

use bytes::Bytes;
use fieldproof_domain::{
    application::ActiveGroup,
    check::{Check, DuplicateMatch, blocks, judge},
    ids::WorkOrderId,
    work_order::of_pages,
};
use fieldproof_store::analyses;

use super::{
    duplicates::Query,
    photo_source::PhotoSource,
    record::{Recording, SeenPage},
    request::{AnalysisRequest, Plan, StoredPhoto, active_group},
    stages::{Sent, Surroundings, evidence, fingerprint, judge_with_models, look, timed},
    verdict::{self, Verdict},
    workers::Slot,
};
use crate::{
    AppError, Fieldproof,
    access::Caller,
    applications::LoadedApplication,
    permit::{Permit, act},
    repeat::Keep,
    work_orders::WorkOrderView,
};

/// What is to be judged: everything about a photo but its bytes.
struct Subject<'a> {
    caller: &'a Caller,
    view: &'a Arc<WorkOrderView>,
    group: ActiveGroup<'a>,
    request: AnalysisRequest,
    /// Of the photo among the inputs.
    position: usize,
    /// Where the photo is kept already.
    stored: Option<StoredPhoto>,
}

impl Fieldproof {
    /// Judges a photo, or every page of a PDF document: level 1, then level 2 unless level 1 blocks it, all stored before
    /// this returns.
    /// The very same bytes again for the same work order and task group are answered with the earlier verdict.
    ///
    /// # Errors
    /// [`crate::Missing::WorkOrder`]; [`AppError::Invalid`] for anything wrong with the request or the photo, which
    /// leaves nothing behind; [`AppError::Busy`] when the queue is full.
    pub async fn analyse(
        &self,
        caller: &Permit<act::Analyse>,
        id: WorkOrderId,
        mut request: AnalysisRequest,
        keep: &impl Keep<Verdict>,
    ) -> Result<Verdict, AppError> {
        let view = Arc::new(self.look_up_work_order(caller, id).await?);
        let Plan { group, photo: position, source } = request.plan(&view.application.application, &view.order.types)?;
        let sent = match source {
            PhotoSource::Inline(text) => Sent::Inline(text),
            PhotoSource::Url(url) => Sent::Bytes(
                timed("fetch", self.outbound.fetch(&url))
                    .await
                    .map_err(|error| AppError::field("inputs", format!("The image cannot be fetched: {error}")))?,
            ),
        };
        let slot = self.workers.enter()?;
        let subject = Subject { caller, view: &view, group, request, position, stored: None };
        self.judge(subject, sent, slot, keep).await
    }

    /// As [`Fieldproof::analyse`], for a photo that is in the blob store already and stays there whatever comes of it.
    /// Nobody waits for it on site, so it comes after everybody who does, and waits for a worker instead of being
    /// refused.
    pub(crate) async fn analyse_stored(
        &self,
        caller: &Permit<act::Analyse>,
        id: WorkOrderId,
        task_group: &str,
        (photo, bytes): (StoredPhoto, Bytes),
        keep: &impl Keep<Verdict>,
    ) -> Result<Verdict, AppError> {
        let view = Arc::new(self.look_up_work_order(caller, id).await?);
        let group = active_group(&view.application.application, &view.order.types, task_group)
            .map_err(|reason| AppError::field("inputs", reason))?;
        let (request, position) = AnalysisRequest::of_stored_photo(task_group);
        let slot = self.workers.enter_behind().await?;
        let subject = Subject { caller, view: &view, group, request, position, stored: Some(photo) };
        self.judge(subject, Sent::Bytes(bytes), slot, keep).await
    }

    async fn judge(
        &self,
        subject: Subject<'_>,
        sent: Sent,
        slot: Slot,
        keep: &impl Keep<Verdict>,
    ) -> Result<Verdict, AppError> {
        let Subject { caller, view, group, request, position, stored } = subject;
        let (id, application) = (view.order.id, &view.application);
        let photo = fingerprint(&slot, sent).await?;
        if let Some(earlier) = self.earlier_verdict(application, id, &group.group.name, &photo.sha256).await? {
            return Ok(earlier);
        }
        let pages = self.pages(&slot, &photo.bytes).await?;
        let settings = &group.group.checks;
        let scale = application.working_scale(&group.group.name);
        let mut looked = Vec::with_capacity(pages.len());
        for page in &pages {
            looked.push(Arc::new(look(&slot, page, scale, settings).await?));
        }

        let input_metadata = request.metadata_with(position);
        let received_at = self.ambient.now();
        let around = |duplicate| Surroundings { input_metadata: input_metadata.clone(), received_at, duplicate };
        let mut seen = Vec::with_capacity(pages.len());
        for looked in &looked {
            let query = settings.is_on(Check::Duplicate).then(|| Query {
                site: caller.site,
                sha256: photo.sha256,
                perceptual: looked.perceptual,
                cuts: looked.cuts.as_ref(),
                work_order: id,
                task_group: &group.group.name,
                ignore_groups: &settings.duplicate.ignore_groups,
                max_distance: settings.duplicate.max_distance,
            });
            let (duplicate, searched) = self.search(query.as_ref()).await?;
            let findings = judge(&evidence(view, looked, &around(duplicate), None), settings);
            seen.push(SeenPage { looked, query, duplicate, searched, findings });
        }
        // What needs no model came first, so that no model sees a photo that is stopped anyway.
        let outcomes = if seen.iter().any(|page| blocks(&page.findings)) {
            Vec::new()
        } else {
            let mut said = Vec::with_capacity(seen.len());
            for ((seen, looked), page) in seen.iter_mut().zip(&looked).zip(&pages) {
                let around = around(seen.duplicate);
                let judged = judge_with_models(&slot, view, &group, &page.bytes, looked, around).await?;
                seen.findings = judged.findings;
                said.push(judged.outcomes);
            }
            if seen.iter().any(|page| blocks(&page.findings)) { Vec::new() } else { of_pages(said) }
        };
        let recording = Recording {
            caller,
            work_order: id,
            application,
            group: &group,
            request,
            position,
            photo,
            stored,
            pages: seen,
            outcomes,
        };
        timed("store", self.record(recording, keep)).await
    }

    /// The closest earlier photo, and the newest that was looked at.
    async fn search(&self, query: Option<&Query<'_>>) -> Result<(Option<DuplicateMatch>, i64), AppError> {
        let Some(query) = query else { return Ok((None, 0)) };
        let mut reader = self.store.read().await?;
        timed("search", self.duplicates.search(&mut reader, query)).await
    }

    async fn earlier_verdict(
        &self,
        application: &Arc<LoadedApplication>,
        work_order: WorkOrderId,
        task_group: &str,
        sha256: &[u8; 32],
    ) -> Result<Option<Verdict>, AppError> {
        let mut reader = self.store.read().await?;
        match analyses::find_by_photo(&mut reader, work_order, task_group, sha256).await? {
            None => Ok(None),
            Some(found) => {
                verdict::earlier(&mut reader, Arc::clone(application), work_order, task_group, found).await.map(Some)
            }
        }
    }
}
