//! What earlier photos looked like.

use fieldproof_domain::{
    ids::{SiteId, WorkOrderId},
    observation::PerceptualHash,
};

use crate::{
    Session, StoreError, Writer,
    db::{Query as _, Row, args},
};

/// One photo's fingerprints.
#[derive(Clone, Debug, PartialEq)]
pub struct PhotoHash {
    /// Of which site.
    pub site: SiteId,
    /// Of which work order.
    pub work_order: WorkOrderId,
    /// For which task group it was taken.
    pub task_group: String,
    /// sha256 of its bytes.
    pub sha256: [u8; 32],
    /// What it looks like; `None` when the picture has too little structure.
    pub perceptual: Option<PerceptualHash>,
}

/// A photo with a perceptual hash, as the search index keeps it.
#[derive(Clone, Debug, PartialEq)]
pub struct IndexedPhoto {
    /// Grows with every photo, never used again.
    pub seq: i64,
    /// Of which work order.
    pub work_order: WorkOrderId,
    /// For which task group it was taken.
    pub task_group: String,
    /// What it looks like.
    pub perceptual: PerceptualHash,
}

/// Adds a photo.
pub async fn insert(writer: &mut Writer, photo: &PhotoHash) -> Result<(), StoreError> {
    writer
        .execute(
            "INSERT INTO photo_hashes (site_id, work_order_id, task_group, sha256, version, bits)
             VALUES ($1, $2, $3, $4, $5, $6)",
            args![
                photo.site,
                photo.work_order,
                &photo.task_group,
                photo.sha256.as_slice(),
                photo.perceptual.map(|hash| hash.version),
                photo.perceptual.map(|hash| to_bytes(&hash)),
            ],
        )
        .await?;
    Ok(())
}

/// Work orders and task groups that the very same bytes were sent for on this site.
pub async fn by_sha256(
    session: &mut impl Session,
    site: SiteId,
    sha256: &[u8; 32],
) -> Result<Vec<(WorkOrderId, String)>, StoreError> {
    let rows = session
        .all(
            "SELECT work_order_id, task_group FROM photo_hashes WHERE site_id = $1 AND sha256 = $2",
            args![site, sha256.as_slice()],
        )
        .await?;
    rows.iter().map(|row| Ok((row.get("work_order_id")?, row.get("task_group")?))).collect()
}

/// The site's photos that came after `seq`, oldest first.
pub async fn since(session: &mut impl Session, site: SiteId, seq: i64) -> Result<Vec<IndexedPhoto>, StoreError> {
    let rows = session
        .all(
            "SELECT seq, work_order_id, task_group, version, bits FROM photo_hashes
             WHERE site_id = $1 AND seq > $2 AND bits IS NOT NULL ORDER BY seq",
            args![site, seq],
        )
        .await?;
    rows.iter()
        .map(|row| {
            Ok(IndexedPhoto {
                seq: row.get("seq")?,
                work_order: row.get("work_order_id")?,
                task_group: row.get("task_group")?,
                perceptual: from_row(row)?,
            })
        })
        .collect()
}

/// Whether the photo is still there: its work order may have been deleted since it was indexed.
pub async fn exists(session: &mut impl Session, seq: i64) -> Result<bool, StoreError> {
    Ok(session.first("SELECT seq FROM photo_hashes WHERE seq = $1", args![seq]).await?.is_some())
}

fn to_bytes(hash: &PerceptualHash) -> Vec<u8> {
    hash.bits.iter().flat_map(|word| word.to_be_bytes()).collect()
}

fn from_row(row: &Row) -> Result<PerceptualHash, StoreError> {
    let bytes: Vec<u8> = row.get("bits")?;
    let mut bits = [0; 4];
    if bytes.len() != 32 {
        return Err(StoreError::unexpected("photo_hashes.bits", format!("{} bytes instead of 32", bytes.len())));
    }
    for (word, chunk) in bits.iter_mut().zip(bytes.as_chunks::<8>().0) {
        *word = u64::from_be_bytes(*chunk);
    }
    Ok(PerceptualHash { version: row.get("version")?, bits })
}
