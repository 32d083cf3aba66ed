//! Settling: where a work order of a batch stands in the end, and, with the last of them, the batch.

use chrono::{DateTime, Utc};
use fieldproof_domain::{
    batch::{Problem, ProblemCode, Status, UnitState},
    ids::{BatchId, WorkOrderId},
};
use fieldproof_store::{
    Writer,
    batches::{self, Erase, Failure, StoredProblem},
    jobs,
};

use super::process::Unit;
use crate::{
    AppError, Fieldproof,
    jobs::{Job, finish},
};

impl Fieldproof {
    /// The work order was made, and its photos have had their turn.
    pub(super) async fn settle_work_order(
        &self,
        unit: &Unit<'_>,
        order: Option<WorkOrderId>,
        has_failed: bool,
    ) -> Result<(), AppError> {
        let state = if has_failed { UnitState::Failed } else { UnitState::Done };
        self.settle(unit, order, state, None).await
    }

    /// The work order could not be made; `problem` says why, given the name of its folder.
    pub(super) async fn settle_refused(
        &self,
        unit: &Unit<'_>,
        problem: impl FnOnce(&str) -> Problem,
    ) -> Result<(), AppError> {
        let name = batches::work_order_name(&mut self.store.read().await?, unit.batch.id, unit.position).await?;
        self.settle(unit, None, UnitState::Failed, Some(problem(&name.unwrap_or_default()))).await
    }

    /// Nothing is left to do for a work order: others have done it, or the batch is gone.
    pub(super) async fn drop_unit(&self, unit: &Unit<'_>) -> Result<(), AppError> {
        let mut writer = self.store.write().await?;
        finish(&mut writer, unit.leased).await?;
        self.conclude(&mut writer, unit.batch.id).await?;
        Ok(writer.commit().await?)
    }

    pub(super) async fn settle(
        &self,
        unit: &Unit<'_>,
        order: Option<WorkOrderId>,
        state: UnitState,
        problem: Option<Problem>,
    ) -> Result<(), AppError> {
        let (batch, position) = (unit.batch.id, unit.position);
        let mut writer = self.store.write().await?;
        finish(&mut writer, unit.leased).await?;
        // Before its parts, as everybody takes these locks: of two last work orders one sees the other as settled.
        if batches::get_for_change(&mut writer, batch).await?.is_none_or(|batch| batch.status != Status::Processing) {
            return Ok(writer.commit().await?);
        }
        if order.is_none() {
            self.settle_its_photos(&mut writer, batch, position, state).await?;
        }
        batches::set_work_order(&mut writer, batch, position, order, state).await?;
        self.note_problems(&mut writer, batch, Some(position), problem.into_iter().collect()).await?;
        self.conclude(&mut writer, batch).await?;
        Ok(writer.commit().await?)
    }

    /// The photos of a work order that is not made stand where it stands. Those of one that was passed over are not
    /// needed any more; those of one that failed wait for a retry.
    async fn settle_its_photos(
        &self,
        writer: &mut Writer,
        batch: BatchId,
        position: u32,
        state: UnitState,
    ) -> Result<(), AppError> {
        let now = self.ambient.now();
        if state == UnitState::Skipped {
            batches::erase_photos(writer, batch, Erase::WorkOrder(position), now).await?;
            self.add_job(writer, Job::ErasePhotos, now).await?;
        }
        Ok(batches::set_waiting_photos(writer, batch, position, state).await?)
    }

    /// Ends the batch when no work order of it is waiting.
    pub(super) async fn conclude(&self, writer: &mut Writer, id: BatchId) -> Result<(), AppError> {
        let Some(mut batch) = batches::get_for_change(writer, id).await? else { return Ok(()) };
        if batch.status != Status::Processing || batches::is_any_waiting(writer, id).await? {
            return Ok(());
        }
        let passed_over = ProblemCode::WorkOrderExists.code();
        let progress = batches::progress(writer, id).await?;
        let has_problems = progress.work_orders.failed + progress.photos.failed > 0
            || batches::is_any_problem(writer, id, passed_over).await?;
        batch.status = if has_problems { Status::DoneWithErrors } else { Status::Done };
        batch.finished_at = Some(self.ambient.now());
        batches::update(writer, &batch).await?;
        tracing::info!(batch = %id, status = %batch.status, work_orders = progress.work_orders.total, photos = progress.photos.total, "a batch is finished");
        Ok(())
    }

    /// Ends a batch whose archive as a whole cannot be used; what was unpacked of it goes.
    pub(super) async fn fail_batch(&self, writer: &mut Writer, id: BatchId, failure: Failure) -> Result<(), AppError> {
        let now = self.ambient.now();
        let Some(mut batch) = batches::get_for_change(writer, id).await? else { return Ok(()) };
        if batch.status.is_final() {
            return Ok(());
        }
        batches::erase_photos(writer, id, Erase::All, now).await?;
        batches::forget_parts(writer, id).await?;
        tracing::warn!(batch = %id, code = failure.code, reason = failure.reason, "a batch has failed");
        batch.status = Status::Failed;
        batch.failure = Some(failure);
        batch.finished_at = Some(now);
        batches::update(writer, &batch).await?;
        self.add_job(writer, Job::ErasePhotos, now).await?;
        self.add_job(writer, Job::EraseUpload(id), now).await
    }

    /// Adds lines to the error file.
    pub(super) async fn note_problems(
        &self,
        writer: &mut Writer,
        batch: BatchId,
        unit: Option<u32>,
        problems: Vec<Problem>,
    ) -> Result<(), AppError> {
        let stored = problems.into_iter().map(|problem| StoredProblem { id: self.ambient.new_id(), problem });
        Ok(batches::insert_problems(writer, batch, unit, &stored.collect::<Vec<_>>()).await?)
    }

    /// Lists a job for each work order of a batch that waits.
    pub(super) async fn add_work_order_jobs(&self, writer: &mut Writer, batch: BatchId) -> Result<(), AppError> {
        let now: DateTime<Utc> = self.ambient.now();
        let waiting = batches::waiting_positions(writer, batch).await?;
        let new: Vec<_> =
            waiting.into_iter().map(|position| self.new_job(Job::BatchWorkOrder(batch, position), now)).collect();
        jobs::add(writer, &new, now).await?;
        Ok(())
    }

    /// The job of a work order was given up: it has failed, and the batch goes on without it.
    pub(crate) async fn give_up_work_order(
        &self,
        writer: &mut Writer,
        batch: BatchId,
        position: u32,
    ) -> Result<(), AppError> {
        if batches::get_for_change(writer, batch).await?.is_none_or(|batch| batch.status != Status::Processing) {
            return Ok(());
        }
        let Some(row) = batches::lock_work_order(writer, batch, position).await? else { return Ok(()) };
        batches::set_waiting_photos(writer, batch, position, UnitState::Failed).await?;
        batches::set_work_order(writer, batch, position, row.work_order, UnitState::Failed).await?;
        let problem = ProblemCode::GaveUp.at(Some(&row.name), None);
        self.note_problems(writer, batch, Some(position), vec![problem]).await?;
        self.conclude(writer, batch).await
    }
}
