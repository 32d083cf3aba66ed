//! Small pictures of photos, for lists.

use fieldproof_domain::ids::{InputId, SiteId, WorkOrderId};

use crate::{
    Session, StoreError, Writer,
    db::{Query as _, args},
};

/// What there is of a photo.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Thumbnail {
    /// A small JPEG.
    Jpeg(Vec<u8>),
    /// None was made; the photo itself is in the blob store under this key.
    None {
        /// Of the photo.
        blob_key: String,
    },
}

/// Keeps the thumbnail of a photo, whose input is there already.
pub async fn insert(writer: &mut Writer, input: InputId, jpeg: &[u8]) -> Result<(), StoreError> {
    writer.execute_later("INSERT INTO thumbnails (input_id, jpeg) VALUES ($1, $2)", args![input, jpeg]).await
}

/// Keeps the thumbnail of an earlier photo, unless it was deleted meanwhile or has one.
pub async fn add(writer: &mut Writer, input: InputId, jpeg: &[u8]) -> Result<(), StoreError> {
    writer
        .execute(
            "INSERT INTO thumbnails (input_id, jpeg) SELECT id, $2 FROM inputs WHERE id = $1
             ON CONFLICT (input_id) DO NOTHING",
            args![input, jpeg],
        )
        .await?;
    Ok(())
}

/// Of a photo of a work order of a site; `None`: there is no such photo.
pub async fn get(
    session: &mut impl Session,
    site: SiteId,
    work_order: WorkOrderId,
    input: InputId,
) -> Result<Option<Thumbnail>, StoreError> {
    let row = session
        .first(
            "SELECT inputs.blob_key, thumbnails.jpeg FROM inputs
             JOIN work_orders ON work_orders.id = inputs.work_order_id
             LEFT JOIN thumbnails ON thumbnails.input_id = inputs.id
             WHERE inputs.id = $1 AND inputs.work_order_id = $2 AND work_orders.site_id = $3
               AND inputs.blob_key IS NOT NULL",
            args![input, work_order, site],
        )
        .await?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some(match row.get_opt("jpeg")? {
        Some(jpeg) => Thumbnail::Jpeg(jpeg),
        None => Thumbnail::None { blob_key: row.get("blob_key")? },
    }))
}
