//! Which photos an export has sent to which place.

use std::collections::HashSet;

use fieldproof_domain::ids::{ExportId, InputId, PlaceId};

use crate::{
    Session, StoreError, Writer,
    db::{Query as _, Value, args},
};

/// Which of these photos were sent there; a few hundred at most.
pub async fn sent(
    session: &mut impl Session,
    (export, place): (ExportId, PlaceId),
    photos: &[InputId],
) -> Result<HashSet<InputId>, StoreError> {
    if photos.is_empty() {
        return Ok(HashSet::new());
    }
    let places = session.places(3, photos.len());
    let sql =
        format!("SELECT input_id FROM export_photos WHERE export_id = $1 AND place_id = $2 AND input_id IN {places}");
    let args = args![export, place].into_iter().chain(photos.iter().copied().map(Value::from)).collect();
    let rows = session.all_of(sql, args).await?;
    rows.iter().map(|row| row.get("input_id")).collect()
}

/// Notes that photos were sent there.
pub async fn note_sent(
    writer: &mut Writer,
    (export, place): (ExportId, PlaceId),
    photos: &[InputId],
) -> Result<(), StoreError> {
    let rows = photos.iter().map(|photo| args![export, place, *photo]).collect();
    let head = "INSERT INTO export_photos (export_id, place_id, input_id) VALUES";
    writer.insert_all(head, rows, "ON CONFLICT (export_id, place_id, input_id) DO NOTHING").await
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use uuid::Uuid;

    use super::*;
    use crate::{Places, Store, exports};

    #[tokio::test]
    async fn every_photo_that_was_sent_to_a_place_is_known_there() {
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
        let there = (id, PlaceId::of("s3://lake"));
        note_sent(&mut writer, there, &photos[1..]).await.unwrap();
        note_sent(&mut writer, there, &photos[..2]).await.unwrap();
        assert_eq!(sent(&mut writer, there, &photos).await.unwrap(), photos.iter().copied().collect());
        for elsewhere in [(ExportId(Uuid::from_u128(2)), there.1), (id, PlaceId::of("s3://sea"))] {
            assert_eq!(sent(&mut writer, elsewhere, &photos).await.unwrap(), HashSet::new());
        }
    }
}
