//! Which photos an export has sent.

use std::collections::HashSet;

use fieldproof_domain::ids::{ExportId, InputId};

use crate::{
    Session, StoreError, Writer,
    db::{Query as _, Value, args},
};

/// Which of these photos were sent; a few hundred at most.
pub async fn sent(
    session: &mut impl Session,
    export: ExportId,
    photos: &[InputId],
) -> Result<HashSet<InputId>, StoreError> {
    if photos.is_empty() {
        return Ok(HashSet::new());
    }
    let places = session.places(2, photos.len());
    let sql = format!("SELECT input_id FROM export_photos WHERE export_id = $1 AND input_id IN {places}");
    let args = [export.into()].into_iter().chain(photos.iter().copied().map(Value::from)).collect();
    let rows = session.all_of(sql, args).await?;
    rows.iter().map(|row| row.get("input_id")).collect()
}

/// Notes that photos were sent.
pub async fn note_sent(writer: &mut Writer, export: ExportId, photos: &[InputId]) -> Result<(), StoreError> {
    let rows = photos.iter().map(|photo| args![export, *photo]).collect();
    let head = "INSERT INTO export_photos (export_id, input_id) VALUES";
    writer.insert_all(head, rows, "ON CONFLICT (export_id, input_id) DO NOTHING").await
}

/// Forgets which photos were sent: they go to another place now.
pub async fn forget_sent(writer: &mut Writer, export: ExportId) -> Result<(), StoreError> {
    writer.execute("DELETE FROM export_photos WHERE export_id = $1", args![export]).await?;
    Ok(())
}
