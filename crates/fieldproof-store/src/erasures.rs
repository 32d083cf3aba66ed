//! Photos that must go: listed in the transaction that deletes their rows, struck off when their bytes are gone.

use chrono::{DateTime, Utc};
use fieldproof_domain::ids::WorkOrderId;

use crate::{
    Session, StoreError, Writer,
    db::{Query as _, args},
};

/// Lists every photo of a work order that is about to be deleted; answers their keys.
pub async fn list_work_order(
    writer: &mut Writer,
    id: WorkOrderId,
    now: DateTime<Utc>,
) -> Result<Vec<String>, StoreError> {
    let rows =
        writer.all("SELECT blob_key FROM inputs WHERE work_order_id = $1 AND blob_key IS NOT NULL", args![id]).await?;
    writer
        .execute(
            "INSERT INTO erasures (blob_key, created_at)
             SELECT blob_key, $2 FROM inputs WHERE work_order_id = $1 AND blob_key IS NOT NULL",
            args![id, now],
        )
        .await?;
    rows.iter().map(|row| row.get("blob_key")).collect()
}

/// Keys whose bytes still have to go, oldest first.
pub async fn pending(session: &mut impl Session) -> Result<Vec<String>, StoreError> {
    let rows = session.all("SELECT blob_key FROM erasures ORDER BY created_at LIMIT 1000", vec![]).await?;
    rows.iter().map(|row| row.get("blob_key")).collect()
}

/// Strikes a key off the list.
pub async fn done(writer: &mut Writer, blob_key: &str) -> Result<(), StoreError> {
    writer.execute("DELETE FROM erasures WHERE blob_key = $1", args![blob_key]).await?;
    Ok(())
}
