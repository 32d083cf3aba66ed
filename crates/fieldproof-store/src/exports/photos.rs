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

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use uuid::Uuid;

    use super::*;
    use crate::{Places, Store, exports};

    #[tokio::test]
    async fn every_photo_that_was_sent_is_known() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&Places::in_folder(folder.path())).await.unwrap();
        let mut writer = store.write().await.unwrap();
        let id = ExportId(Uuid::from_u128(1));
        let now = DateTime::UNIX_EPOCH;
        let export = exports::Export {
            id,
            name: None,
            user: None,
            settings: Default::default(),
            secrets: None,
            is_paused: false,
            created_at: now,
            updated_at: now,
        };
        exports::insert(&mut writer, &export).await.unwrap();
        let photos: Vec<_> = (0..5).map(|number| InputId(Uuid::from_u128(number))).collect();
        note_sent(&mut writer, id, &photos[1..]).await.unwrap();
        note_sent(&mut writer, id, &photos[..2]).await.unwrap();
        assert_eq!(sent(&mut writer, id, &photos).await.unwrap(), photos.iter().copied().collect());
        let other = ExportId(Uuid::from_u128(2));
        assert_eq!(sent(&mut writer, other, &photos).await.unwrap(), HashSet::new());
        forget_sent(&mut writer, id).await.unwrap();
        assert_eq!(sent(&mut writer, id, &photos).await.unwrap(), HashSet::new());
    }
}
