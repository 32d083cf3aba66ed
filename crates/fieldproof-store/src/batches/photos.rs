//! The photos of a batch, from unpacking to their analysis.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use fieldproof_domain::{batch::UnitState, ids::BatchId};

use super::word;
use crate::{
    Session, StoreError, Writer,
    db::{Query as _, Row, Value, args},
};

/// A photo of the archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BatchPhoto {
    /// Position of its work order.
    pub work_order: u32,
    /// In the archive, from 0.
    pub position: u32,
    /// Path in the archive.
    pub file: String,
    /// Where its bytes are, until it is analysed; then its input has them.
    pub blob_key: Option<String>,
    /// Where it stands.
    pub state: UnitState,
}

fn read(row: &Row) -> Result<BatchPhoto, StoreError> {
    Ok(BatchPhoto {
        work_order: row.get("work_order")?,
        position: row.get("position")?,
        file: row.get("file")?,
        blob_key: row.get_opt("blob_key")?,
        state: word(row, "state")?,
    })
}

/// Adds photos.
pub async fn insert_photos(writer: &mut Writer, batch: BatchId, photos: &[BatchPhoto]) -> Result<(), StoreError> {
    let head = "INSERT INTO batch_photos (batch_id, work_order, position, file, blob_key, state) VALUES";
    let row = |photo: &BatchPhoto| {
        let blob_key = photo.blob_key.as_ref();
        args![batch, photo.work_order, photo.position, &photo.file, blob_key, photo.state.as_str()]
    };
    writer.insert_all(head, photos.iter().map(row).collect(), "").await?;
    Ok(())
}

/// The photos of a work order, as they stand in the archive.
pub async fn photos_of(
    session: &mut impl Session,
    batch: BatchId,
    work_order: u32,
) -> Result<Vec<BatchPhoto>, StoreError> {
    let rows = session
        .all(
            "SELECT work_order, position, file, blob_key, state FROM batch_photos
             WHERE batch_id = $1 AND work_order = $2 ORDER BY position",
            args![batch, work_order],
        )
        .await?;
    rows.iter().map(read).collect()
}

/// Settles a photo that was waiting for its analysis, whose input now has the bytes; `false`: others have settled it.
pub async fn settle_photo(writer: &mut Writer, batch: BatchId, photo: &BatchPhoto) -> Result<bool, StoreError> {
    let settled = writer
        .execute(
            "UPDATE batch_photos SET state = 'done', blob_key = NULL
             WHERE batch_id = $1 AND work_order = $2 AND position = $3 AND state = 'waiting'",
            args![batch, photo.work_order, photo.position],
        )
        .await?;
    Ok(settled > 0)
}

/// Notes where the photos of a work order stand whose turn has not come.
pub async fn set_waiting_photos(
    writer: &mut Writer,
    batch: BatchId,
    work_order: u32,
    state: UnitState,
) -> Result<(), StoreError> {
    writer
        .execute(
            "UPDATE batch_photos SET state = $3 WHERE batch_id = $1 AND work_order = $2 AND state = 'waiting'",
            args![batch, work_order, state.as_str()],
        )
        .await?;
    Ok(())
}

/// Notes where a photo stands; its bytes stay where they are.
pub async fn set_photo(
    writer: &mut Writer,
    batch: BatchId,
    photo: &BatchPhoto,
    state: UnitState,
) -> Result<(), StoreError> {
    writer
        .execute(
            "UPDATE batch_photos SET state = $4 WHERE batch_id = $1 AND work_order = $2 AND position = $3",
            args![batch, photo.work_order, photo.position, state.as_str()],
        )
        .await?;
    Ok(())
}

/// Which photos of a batch are to be erased.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Erase {
    /// All that are still the batch's.
    All,
    /// Those of the work order at this position.
    WorkOrder(u32),
    /// The one at this position of the archive, of the work order at the first.
    Photo(u32, u32),
}

/// Lists for erasure photos that are still the batch's and not an input's; their rows name no bytes then.
pub async fn erase_photos(
    writer: &mut Writer,
    batch: BatchId,
    which: Erase,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let (order, photo) = match which {
        Erase::All => (None, None),
        Erase::WorkOrder(order) => (Some(order), None),
        Erase::Photo(order, photo) => (Some(order), Some(photo)),
    };
    writer
        .execute(
            "INSERT INTO erasures (blob_key, created_at)
             SELECT blob_key, $4 FROM batch_photos
             WHERE batch_id = $1 AND work_order = COALESCE($2, work_order) AND position = COALESCE($3, position)
               AND blob_key IS NOT NULL
             ON CONFLICT (blob_key) DO NOTHING",
            args![batch, order, photo, now],
        )
        .await?;
    writer
        .execute(
            "UPDATE batch_photos SET blob_key = NULL
             WHERE batch_id = $1 AND work_order = COALESCE($2, work_order) AND position = COALESCE($3, position)
               AND blob_key IS NOT NULL",
            args![batch, order, photo],
        )
        .await?;
    Ok(())
}

/// Which of these blobs a batch still needs.
pub async fn known_blobs(session: &mut impl Session, keys: &[String]) -> Result<HashSet<String>, StoreError> {
    if keys.is_empty() {
        return Ok(HashSet::new());
    }
    let sql = format!("SELECT blob_key FROM batch_photos WHERE blob_key IN {}", session.places(1, keys.len()));
    let rows = session.all_of(sql, keys.iter().map(Value::from).collect()).await?;
    rows.iter().map(|row| row.get("blob_key")).collect()
}
