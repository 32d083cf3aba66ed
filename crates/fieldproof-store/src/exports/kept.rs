//! The bytes of files, kept to be delivered, and delivered again.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use fieldproof_domain::ids::ExportId;

use crate::{
    Session, StoreError, Writer,
    db::{Query as _, Value, args},
    work_orders::WorkOrder,
};

/// Lists for erasure the bytes of every file that may tell of a work order that is about to be deleted: a window that is not
/// delivered yet is written anew without it, and so is one that is asked for again or being written. The transaction has its
/// moment already, by [`crate::windows::moment`]. Answers whether there are any.
pub async fn erase_of_work_order(
    writer: &mut Writer,
    order: &WorkOrder,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    // What a file tells of a work order was so before the end of its window; it tells it for a change in the window.
    let filter = "site_id = $1 AND window_to > $2 AND window_from <= $3";
    erase(writer, filter, args![order.site, order.created_at, order.updated_at], now).await
}

/// Lists for erasure all that is kept of an export.
pub async fn erase_of_export(writer: &mut Writer, export: ExportId, now: DateTime<Utc>) -> Result<bool, StoreError> {
    erase(writer, "export_id = $1", args![export], now).await
}

/// Lists for erasure what was kept for as long as it should be.
pub async fn erase_unwanted(writer: &mut Writer, now: DateTime<Utc>) -> Result<bool, StoreError> {
    erase(writer, "state = 'delivered' AND keep_until <= $1", args![now], now).await
}

async fn erase(
    writer: &mut Writer,
    filter: &str,
    mut args: Vec<Value>,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let forget = format!("UPDATE export_runs SET blob_key = NULL WHERE blob_key IS NOT NULL AND {filter}");
    let forget_args = args.clone();
    let now_place = args.len() + 1;
    args.extend(args![now]);
    let list = format!(
        "INSERT INTO erasures (blob_key, created_at)
         SELECT blob_key, ${now_place} FROM export_runs WHERE blob_key IS NOT NULL AND {filter}
         ON CONFLICT (blob_key) DO NOTHING"
    );
    let listed = writer.execute_of(list, args).await?;
    writer.execute_of(forget, forget_args).await?;
    Ok(listed > 0)
}

/// Whether a blob is one that is kept.
pub async fn is_kept(session: &mut impl Session, blob_key: &str) -> Result<bool, StoreError> {
    Ok(session.first("SELECT id FROM export_runs WHERE blob_key = $1", args![blob_key]).await?.is_some())
}

/// Which of these blobs are kept.
pub async fn known_blobs(session: &mut impl Session, keys: &[String]) -> Result<HashSet<String>, StoreError> {
    if keys.is_empty() {
        return Ok(HashSet::new());
    }
    let sql = format!("SELECT blob_key FROM export_runs WHERE blob_key IN {}", session.places(1, keys.len()));
    let rows = session.all_of(sql, keys.iter().map(Value::from).collect()).await?;
    rows.iter().map(|row| row.get("blob_key")).collect()
}
