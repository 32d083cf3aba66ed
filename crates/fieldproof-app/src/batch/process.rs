//! One work order of a batch: made, and its photos analysed one after the other. The unit of retry: whatever is done
//! once is committed with a note that it is, so that a job that runs again goes on where it was.

use std::sync::atomic::{AtomicBool, Ordering};

use fieldproof_domain::{
    batch::{Place, Problem, ProblemCode, Status, UnitState, place, read_photo_name},
    ids::{BatchId, WorkOrderId},
};
use fieldproof_store::{
    Writer,
    batches::{self, Batch, BatchPhoto, Erase},
    jobs::Leased,
};

use super::make::Made;
use crate::{
    AppError, FieldErrors, Fieldproof,
    access::Caller,
    analyse::{StoredPhoto, Verdict},
    jobs::{Job, finish},
    permit::{Permit, act},
    repeat::Keep,
};

/// A photo that fails for a reason of our own holds the batch up for so many tries; then it counts as failed.
const TRIES: u32 = 5;

/// What the job works on.
pub(super) struct Unit<'a> {
    pub(super) batch: &'a Batch,
    /// Of the work order.
    pub(super) position: u32,
    pub(super) leased: &'a Leased,
}

impl Fieldproof {
    /// Makes a work order of a batch and analyses its photos.
    ///
    /// # Errors
    /// Failures of storage, which the job is tried again for.
    pub(crate) async fn process_work_order(&self, id: BatchId, position: u32, leased: &Leased) -> Result<(), AppError> {
        let batch = batches::get(&mut self.store.read().await?, id).await?;
        // Cancelled or forgotten since: there is nothing to do.
        let Some(batch) = batch.filter(|batch| batch.status == Status::Processing) else {
            let mut writer = self.store.write().await?;
            finish(&mut writer, leased).await?;
            return Ok(writer.commit().await?);
        };
        let unit = Unit { batch: &batch, position, leased };
        let caller = self.member(batch.user, batch.site).await?;
        let Some(caller) = caller.filter(|caller| caller.may::<act::SendBatch>().is_ok()) else {
            return self.settle_refused(&unit, |name| ProblemCode::NotAllowed.at(Some(name), None)).await;
        };
        match self.make_work_order(&unit, &caller).await? {
            Made::Settled => Ok(()),
            Made::Order { id, name } => {
                let has_failed = self.analyse_photos(&unit, &caller, id, &name).await?;
                self.settle_work_order(&unit, Some(id), has_failed).await
            }
        }
    }

    /// Analyses the photos whose turn has not come, in their order; answers whether any photo of the work order has
    /// failed, also earlier.
    async fn analyse_photos(
        &self,
        unit: &Unit<'_>,
        caller: &Caller,
        order: WorkOrderId,
        name: &str,
    ) -> Result<bool, AppError> {
        let permit = caller.may::<act::Analyse>()?;
        let view = self.look_up_work_order(caller, order).await;
        let application = match &view {
            Ok(view) => Some(&view.application.application),
            // Deleted since it was made: every photo is refused for that.
            Err(AppError::NotFound(_)) => None,
            Err(_) => return view.map(|_| false),
        };
        let photos = batches::photos_of(&mut self.store.read().await?, unit.batch.id, unit.position).await?;
        let mut has_failed = photos.iter().any(|photo| photo.state == UnitState::Failed);
        let mut turns = Vec::new();
        for photo in photos.iter().filter(|photo| photo.state == UnitState::Waiting) {
            let stem = match place(&photo.file) {
                Place::Photo { stem, .. } => stem,
                _ => &photo.file,
            };
            let known = application.map(|app| read_photo_name(stem, |group| app.group(group).is_some()));
            let problem = match known {
                Some(Some(turn)) => {
                    turns.push((turn, photo));
                    continue;
                }
                Some(None) => ProblemCode::UnknownTaskGroup.at(Some(name), Some(&photo.file)),
                None => refused(name, photo, "the work order was deleted before its turn came"),
            };
            has_failed = true;
            self.settle_failed_photo(unit, photo, problem).await?;
        }
        turns.sort_by(|(one, photo), (other, other_photo)| one.turn(&photo.file, other, &other_photo.file));
        for (turn, photo) in turns {
            if let Some(problem) = self.analyse_photo(unit, &permit, order, turn.task_group, photo, name).await? {
                has_failed = true;
                self.settle_failed_photo(unit, photo, problem).await?;
            }
        }
        Ok(has_failed)
    }

    /// Analyses a photo; answers what is wrong with it, if anything is.
    async fn analyse_photo(
        &self,
        unit: &Unit<'_>,
        caller: &Permit<act::Analyse>,
        order: WorkOrderId,
        task_group: &str,
        photo: &BatchPhoto,
        name: &str,
    ) -> Result<Option<Problem>, AppError> {
        let stored = photo.blob_key.as_deref().and_then(StoredPhoto::at);
        let bytes = match &stored {
            Some(stored) => {
                let bytes = self.store.blobs().get(&stored.blob_key).await?;
                self.store.blobs().let_go(&stored.blob_key);
                bytes
            }
            None => None,
        };
        let (Some(stored), Some(bytes)) = (stored, bytes) else {
            return Ok(Some(refused(name, photo, "its bytes are gone from the server's storage: send it again")));
        };
        let note = Note { batch: unit.batch.id, photo, is_taken: AtomicBool::new(false) };
        match self.analyse_stored(caller, order, task_group, (stored, bytes), &note).await {
            Ok(_) if note.is_taken.into_inner() => Ok(None),
            // The work order has this very photo for this task group already: its analysis speaks for this one too.
            Ok(_) => self.settle_repeated_photo(unit, photo).await.map(|()| None),
            Err(AppError::Invalid(errors)) => Ok(Some(refused(name, photo, &sentences(&errors)))),
            Err(AppError::NotFound(_)) => {
                Ok(Some(refused(name, photo, "the work order was deleted before its turn came")))
            }
            Err(AppError::Internal(reason)) if unit.leased.attempts >= TRIES => {
                tracing::error!(reason, file = photo.file, batch = %unit.batch.id, "a photo of a batch is given up");
                Ok(Some(ProblemCode::GaveUp.at(Some(name), Some(&photo.file))))
            }
            Err(error) => Err(error),
        }
    }

    async fn settle_failed_photo(&self, unit: &Unit<'_>, photo: &BatchPhoto, problem: Problem) -> Result<(), AppError> {
        let mut writer = self.store.write().await?;
        batches::set_photo(&mut writer, unit.batch.id, photo, UnitState::Failed).await?;
        self.note_problems(&mut writer, unit.batch.id, Some(unit.position), vec![problem]).await?;
        Ok(writer.commit().await?)
    }

    async fn settle_repeated_photo(&self, unit: &Unit<'_>, photo: &BatchPhoto) -> Result<(), AppError> {
        let now = self.ambient.now();
        let mut writer = self.store.write().await?;
        batches::erase_photos(&mut writer, unit.batch.id, Erase::Photo(photo.work_order, photo.position), now).await?;
        batches::set_photo(&mut writer, unit.batch.id, photo, UnitState::Done).await?;
        self.add_job(&mut writer, Job::ErasePhotos, now).await?;
        Ok(writer.commit().await?)
    }
}

/// Notes with an analysis that the photo's turn is over, so that no entry of an archive has two.
struct Note<'a> {
    batch: BatchId,
    photo: &'a BatchPhoto,
    is_taken: AtomicBool,
}

impl Keep<Verdict> for Note<'_> {
    async fn keep(&self, writer: &mut Writer, _: &Verdict) -> Result<(), AppError> {
        // Whoever cancels the batch holds this lock while it lists the photos to erase.
        let batch = batches::get_for_change(writer, self.batch).await?;
        let is_wanted = batch.is_some_and(|batch| batch.status == Status::Processing);
        if !is_wanted || !batches::settle_photo(writer, self.batch, self.photo).await? {
            return Err(AppError::Overtaken);
        }
        self.is_taken.store(true, Ordering::Release);
        Ok(())
    }
}

fn refused(work_order: &str, photo: &BatchPhoto, reason: &str) -> Problem {
    ProblemCode::PhotoRefused.because(Some(work_order), Some(&photo.file), reason)
}

/// What is wrong with a request's fields, as one text.
pub(super) fn sentences(errors: &FieldErrors) -> String {
    errors.0.values().flatten().map(String::as_str).collect::<Vec<_>>().join(" ")
}
