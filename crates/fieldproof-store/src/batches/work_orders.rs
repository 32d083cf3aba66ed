//! The work orders of a batch: folders of its archive.

use fieldproof_domain::{
    batch::UnitState,
    ids::{BatchId, WorkOrderId},
};
use serde_json::{Map, Value as Json, json};

use super::word;
use crate::{
    Session, StoreError, Writer,
    db::{Dialect, Query as _, args},
};

/// A folder of the archive.
#[derive(Clone, Debug, PartialEq)]
pub struct BatchWorkOrder {
    /// In the order in which the folders were met, from 0.
    pub position: u32,
    /// Name of the folder, which is to be the work order's.
    pub name: String,
    /// From `metadata.json`.
    pub metadata: Option<Map<String, Json>>,
    /// From `parameters.json`.
    pub parameters: Option<Map<String, Json>>,
    /// Whether the archive breaks off in the middle of it.
    pub is_cut: bool,
    /// The work order made or added to.
    pub work_order: Option<WorkOrderId>,
    /// Where it stands.
    pub state: UnitState,
}

/// Adds folders, each with nothing in it yet.
pub async fn insert_work_orders(
    writer: &mut Writer,
    batch: BatchId,
    orders: &[(u32, String)],
) -> Result<(), StoreError> {
    let head = "INSERT INTO batch_work_orders (batch_id, position, name, is_cut, state) VALUES";
    let row = |(position, name): &(u32, String)| args![batch, *position, name, false, UnitState::Waiting.as_str()];
    writer.insert_all(head, orders.iter().map(row).collect(), "").await?;
    Ok(())
}

/// A file that says something of a whole work order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WorkOrderFile {
    /// `metadata.json`
    Metadata,
    /// `parameters.json`
    Parameters,
}

/// Notes the content of such a file.
pub async fn set_file(
    writer: &mut Writer,
    batch: BatchId,
    position: u32,
    file: WorkOrderFile,
    content: &Map<String, Json>,
) -> Result<(), StoreError> {
    let sql = match file {
        WorkOrderFile::Metadata => "UPDATE batch_work_orders SET metadata = $3 WHERE batch_id = $1 AND position = $2",
        WorkOrderFile::Parameters => {
            "UPDATE batch_work_orders SET parameters = $3 WHERE batch_id = $1 AND position = $2"
        }
    };
    writer.execute(sql, args![batch, position, json!(content).to_string()]).await?;
    Ok(())
}

/// Notes that the archive breaks off in the middle of a work order: it has failed, and is never made.
pub async fn cut(writer: &mut Writer, batch: BatchId, position: u32) -> Result<(), StoreError> {
    let sql = "UPDATE batch_work_orders SET is_cut = 1, state = 'failed' WHERE batch_id = $1 AND position = $2";
    writer.execute(sql, args![batch, position]).await?;
    Ok(())
}

/// A work order of a batch, for a transaction that will change it: others who want to wait until it ends.
pub async fn lock_work_order(
    writer: &mut Writer,
    batch: BatchId,
    position: u32,
) -> Result<Option<BatchWorkOrder>, StoreError> {
    let sql = match writer.dialect() {
        Dialect::Sqlite => {
            "SELECT position, name, metadata, parameters, is_cut, work_order_id, state FROM batch_work_orders
             WHERE batch_id = $1 AND position = $2"
        }
        Dialect::Postgres => {
            "SELECT position, name, metadata, parameters, is_cut, work_order_id, state FROM batch_work_orders
             WHERE batch_id = $1 AND position = $2 FOR UPDATE"
        }
    };
    let Some(row) = writer.first(sql, args![batch, position]).await? else { return Ok(None) };
    Ok(Some(BatchWorkOrder {
        position: row.get("position")?,
        name: row.get("name")?,
        metadata: row.json_opt("metadata")?,
        parameters: row.json_opt("parameters")?,
        is_cut: row.get("is_cut")?,
        work_order: row.get_opt("work_order_id")?,
        state: word(&row, "state")?,
    }))
}

/// The name of a work order's folder.
pub async fn work_order_name(
    session: &mut impl Session,
    batch: BatchId,
    position: u32,
) -> Result<Option<String>, StoreError> {
    let sql = "SELECT name FROM batch_work_orders WHERE batch_id = $1 AND position = $2";
    session.first(sql, args![batch, position]).await?.map(|row| row.get("name")).transpose()
}

/// Notes which work order was made, and where it stands.
pub async fn set_work_order(
    writer: &mut Writer,
    batch: BatchId,
    position: u32,
    work_order: Option<WorkOrderId>,
    state: UnitState,
) -> Result<(), StoreError> {
    writer
        .execute(
            "UPDATE batch_work_orders SET work_order_id = $3, state = $4 WHERE batch_id = $1 AND position = $2",
            args![batch, position, work_order, state.as_str()],
        )
        .await?;
    Ok(())
}

/// Whether a work order's turn is still to come.
pub async fn is_any_waiting(session: &mut impl Session, batch: BatchId) -> Result<bool, StoreError> {
    let sql = "SELECT position FROM batch_work_orders WHERE batch_id = $1 AND state = 'waiting' LIMIT 1";
    Ok(session.first(sql, args![batch]).await?.is_some())
}

/// The work orders whose turn is still to come, in their order.
pub async fn waiting_positions(session: &mut impl Session, batch: BatchId) -> Result<Vec<u32>, StoreError> {
    let sql = "SELECT position FROM batch_work_orders WHERE batch_id = $1 AND state = 'waiting' ORDER BY position";
    session.all(sql, args![batch]).await?.iter().map(|row| row.get("position")).collect()
}

/// Ends every work order and photo whose turn has not come.
pub async fn cancel_waiting(writer: &mut Writer, batch: BatchId) -> Result<(), StoreError> {
    let sql = "UPDATE batch_work_orders SET state = 'cancelled' WHERE batch_id = $1 AND state = 'waiting'";
    writer.execute(sql, args![batch]).await?;
    let sql = "UPDATE batch_photos SET state = 'cancelled' WHERE batch_id = $1 AND state = 'waiting'";
    writer.execute(sql, args![batch]).await?;
    Ok(())
}

/// Makes the work orders that failed wait again, with their photos that are still there, and forgets what was said of
/// them; answers how many. Those that the archive cuts stay as they are: there is nothing to try again.
pub async fn retry(writer: &mut Writer, batch: BatchId) -> Result<u64, StoreError> {
    writer
        .execute(
            "DELETE FROM batch_problems WHERE batch_id = $1 AND unit IN
               (SELECT position FROM batch_work_orders WHERE batch_id = $1 AND state = 'failed' AND is_cut = 0)",
            args![batch],
        )
        .await?;
    writer
        .execute(
            "UPDATE batch_photos SET state = 'waiting'
             WHERE batch_id = $1 AND state = 'failed' AND blob_key IS NOT NULL AND work_order IN
               (SELECT position FROM batch_work_orders WHERE batch_id = $1 AND state = 'failed' AND is_cut = 0)",
            args![batch],
        )
        .await?;
    let sql = "UPDATE batch_work_orders SET state = 'waiting' WHERE batch_id = $1 AND state = 'failed' AND is_cut = 0";
    writer.execute(sql, args![batch]).await
}
