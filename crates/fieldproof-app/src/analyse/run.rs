//! The walk of one photo, from request to verdict.

use std::sync::Arc;

use fieldproof_domain::{
    check::{Level, blocks, judge},
    ids::WorkOrderId,
};
use fieldproof_store::analyses;

use super::{
    duplicates::Query,
    photo_source::PhotoSource,
    record::Recording,
    request::{AnalysisRequest, Plan},
    stages::{Sent, fingerprint, judge_tasks, look, timed},
    verdict::{self, Verdict},
};
use crate::{
    AppError, Fieldproof,
    applications::LoadedApplication,
    permit::{Permit, act},
    repeat::Keep,
};

impl Fieldproof {
    /// Judges a photo: level 1, then level 2 unless level 1 blocks it, all stored before this returns.
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
        let application = Arc::clone(&view.application);
        let Plan { group, photo: position, source } = request.plan(&application.application, &view.order.types)?;

        let sent = match source {
            PhotoSource::Inline(text) => Sent::Inline(text),
            PhotoSource::Url(url) => Sent::Fetched(
                timed("fetch", self.outbound.fetch(&url))
                    .await
                    .map_err(|error| AppError::field("inputs", format!("The image cannot be fetched: {error}")))?,
            ),
        };
        let slot = self.workers.enter()?;
        let photo = fingerprint(&slot, sent).await?;
        if let Some(earlier) = self.earlier_verdict(&application, id, &group.group.name, &photo.sha256).await? {
            return Ok(earlier);
        }
        let looked = look(&slot, &photo, application.working_scale(&group.group.name)).await?;

        let settings = &group.group.checks;
        let query = (settings.duplicate.level != Level::Off).then(|| Query {
            site: caller.site,
            sha256: photo.sha256,
            perceptual: looked.perceptual,
            work_order: id,
            task_group: &group.group.name,
            ignore_groups: &settings.duplicate.ignore_groups,
            max_distance: settings.duplicate.max_distance,
        });
        let (duplicate, searched) = match &query {
            Some(query) => self.duplicates.search(&mut self.store.read().await?, query).await?,
            None => (None, 0),
        };
        let findings = judge(&looked.measures, duplicate, settings);
        let outcomes = if blocks(&findings) {
            Vec::new()
        } else {
            judge_tasks(&slot, &view, &group, &looked, request.metadata_with(position)).await?
        };
        let recording = Recording {
            caller,
            work_order: id,
            application: &application,
            group: &group,
            request,
            position,
            photo,
            looked,
            query,
            duplicate,
            searched,
            findings,
            outcomes,
        };
        timed("store", self.record(recording, keep)).await
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
