//! From the parts of an archive to blobs and rows.

use std::collections::HashMap;

use fieldproof_domain::{
    batch::{Problem, ProblemCode, Status, UnitState},
    ids::{BatchId, InputId},
};
use fieldproof_store::{
    batches::{self, BatchPhoto, Failure, WorkOrderFile},
    jobs::{self, Leased},
};
use futures::{StreamExt as _, stream};
use serde_json::{Map, Value as Json};
use tokio::sync::mpsc::Receiver;

use super::{READ_AHEAD, read::Part};
use crate::{AppError, Fieldproof, analyse::StoredPhoto, jobs::LEASE};

/// Rows are written when there are so many; with fewer, each photo would wait for the disk twice.
const FLUSH: usize = 200;

/// Turns parts into rows, and writes them a few hundred at a time.
pub(super) struct Collector<'a> {
    system: &'a Fieldproof,
    batch: BatchId,
    leased: &'a Leased,
    /// Positions of the work orders met so far, by the names of their folders.
    folders: HashMap<String, u32>,
    last: Option<String>,
    photos_seen: u32,
    rows: Rows,
}

/// What is not written yet.
#[derive(Default)]
struct Rows {
    work_orders: Vec<(u32, String)>,
    about: Vec<(u32, WorkOrderFile, Map<String, Json>)>,
    photos: Vec<BatchPhoto>,
    problems: Vec<Problem>,
    cut: Option<u32>,
}

impl Rows {
    fn len(&self) -> usize {
        self.work_orders.len() + self.about.len() + self.photos.len() + self.problems.len()
    }
}

/// A part whose photo is in the blob store.
enum Stored {
    Photo { work_order: String, file: String, blob_key: String },
    Other(Part),
}

impl<'a> Collector<'a> {
    pub(super) fn new(system: &'a Fieldproof, batch: BatchId, leased: &'a Leased) -> Self {
        Self { system, batch, leased, folders: HashMap::new(), last: None, photos_seen: 0, rows: Rows::default() }
    }

    pub(super) fn batch(&self) -> BatchId {
        self.batch
    }

    pub(super) fn leased(&self) -> &'a Leased {
        self.leased
    }

    /// Takes every part until there are no more.
    pub(super) async fn collect(&mut self, mut received: Receiver<Part>) -> Result<(), AppError> {
        let system = self.system;
        let parts = stream::poll_fn(move |context| received.poll_recv(context));
        let mut stored = parts.map(|part| store(system, part)).buffered(READ_AHEAD);
        while let Some(part) = stored.next().await {
            self.add(part?);
            if self.rows.len() >= FLUSH {
                self.flush().await?;
            }
        }
        Ok(())
    }

    /// Notes that the archive breaks off in the middle of a work order: of the one named, or else of the last. Answers
    /// whether any is whole.
    pub(super) fn cut(&mut self, work_order: Option<String>, failure: &Failure) -> bool {
        let name = work_order.or_else(|| self.last.clone());
        if let Some(name) = name {
            let position = self.position(name.clone());
            self.rows.cut = Some(position);
            self.rows.problems.push(ProblemCode::WorkOrderCut.at(Some(&name), None));
        }
        let Failure { code, reason } = failure.clone();
        self.rows.problems.push(Problem { work_order: None, file: None, code, reason });
        self.folders.len() > 1
    }

    fn add(&mut self, part: Stored) {
        match part {
            Stored::Photo { work_order, file, blob_key } => {
                self.add_photo(work_order, file, Some(blob_key), UnitState::Waiting);
            }
            Stored::Other(Part::BadPhoto { work_order, file, problem }) => {
                self.add_photo(work_order, file, None, UnitState::Failed);
                self.rows.problems.push(problem);
            }
            Stored::Other(Part::About { work_order, file, content }) => {
                let position = self.position(work_order);
                self.rows.about.push((position, file, content));
            }
            Stored::Other(Part::Problem(problem)) => self.rows.problems.push(problem),
            // Photos are stored before they come here.
            Stored::Other(Part::Photo { .. }) => {}
        }
    }

    fn add_photo(&mut self, work_order: String, file: String, blob_key: Option<String>, state: UnitState) {
        let work_order = self.position(work_order);
        let position = self.photos_seen;
        self.photos_seen += 1;
        self.rows.photos.push(BatchPhoto { work_order, position, file, blob_key, state });
    }

    fn position(&mut self, name: String) -> u32 {
        self.last = Some(name.clone());
        let next = self.folders.len() as u32;
        *self.folders.entry(name.clone()).or_insert_with(|| {
            self.rows.work_orders.push((next, name));
            next
        })
    }

    /// Writes what there is, unless the job was taken over or the batch cancelled. Photos that no row names then are
    /// swept up like those of any analysis that was cut off.
    pub(super) async fn flush(&mut self) -> Result<(), AppError> {
        let (system, id) = (self.system, self.batch);
        let rows = std::mem::take(&mut self.rows);
        let mut writer = system.store.write().await?;
        if !jobs::hold(&mut writer, self.leased, system.ambient.now() + LEASE).await? {
            return Err(AppError::Internal("another worker has taken the job over".to_owned()));
        }
        let batch = batches::get_for_change(&mut writer, id).await?;
        if batch.is_none_or(|batch| batch.status != Status::Processing) {
            return Err(AppError::Internal("the batch was cancelled while it was unpacked".to_owned()));
        }
        batches::insert_work_orders(&mut writer, id, &rows.work_orders).await?;
        batches::insert_photos(&mut writer, id, &rows.photos).await?;
        for (position, file, content) in &rows.about {
            batches::set_file(&mut writer, id, *position, *file, content).await?;
        }
        system.note_problems(&mut writer, id, None, rows.problems).await?;
        if let Some(position) = rows.cut {
            batches::cut(&mut writer, id, position).await?;
            batches::erase_photos(&mut writer, id, batches::Erase::WorkOrder(position), system.ambient.now()).await?;
            batches::set_waiting_photos(&mut writer, id, position, UnitState::Failed).await?;
        }
        Ok(writer.commit().await?)
    }
}

/// Puts a photo where its analysis will have it.
async fn store(system: &Fieldproof, part: Part) -> Result<Stored, AppError> {
    let Part::Photo { work_order, file, format, bytes } = part else { return Ok(Stored::Other(part)) };
    let photo = StoredPhoto::new(InputId(system.ambient.new_id()), format);
    system.store.blobs().put(&photo.blob_key, bytes.into()).await?;
    Ok(Stored::Photo { work_order, file, blob_key: photo.blob_key })
}
