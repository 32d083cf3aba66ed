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
    /// What its middle looks like; `None` when there is too little in it, or when the photo is older than this.
    pub middle: Option<PerceptualHash>,
}

/// One photo's fingerprints, with its place in the order in which photos came.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredHash {
    /// Grows with every photo, never used again.
    pub seq: i64,
    /// The fingerprints.
    pub photo: PhotoHash,
}

/// Adds a photo.
pub async fn insert(writer: &mut Writer, photo: &PhotoHash) -> Result<(), StoreError> {
    insert_all(writer, std::slice::from_ref(photo)).await
}

/// Adds photos, in the order in which they came.
pub async fn insert_all(writer: &mut Writer, photos: &[PhotoHash]) -> Result<(), StoreError> {
    let row = |photo: &PhotoHash| {
        args![
            photo.site,
            photo.work_order,
            &photo.task_group,
            photo.sha256.as_slice(),
            photo.perceptual.map(|hash| hash.version),
            photo.perceptual.map(|hash| to_bytes(&hash)),
            photo.middle.map(|hash| hash.version),
            photo.middle.map(|hash| to_bytes(&hash)),
        ]
    };
    let head =
        "INSERT INTO photo_hashes (site_id, work_order_id, task_group, sha256, version, bits, middle_version, middle)
         VALUES";
    writer.insert_all_later(head, photos.iter().map(row).collect(), "").await
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
pub async fn since(session: &mut impl Session, site: SiteId, seq: i64) -> Result<Vec<StoredHash>, StoreError> {
    some_since(session, site, seq, u32::MAX).await
}

/// At most `limit` of the site's photos that came after `seq`, oldest first.
pub async fn some_since(
    session: &mut impl Session,
    site: SiteId,
    seq: i64,
    limit: u32,
) -> Result<Vec<StoredHash>, StoreError> {
    let rows = session
        .all(
            "SELECT seq, work_order_id, task_group, sha256, version, bits, middle_version, middle FROM photo_hashes
             WHERE site_id = $1 AND seq > $2 ORDER BY seq LIMIT $3",
            args![site, seq, limit],
        )
        .await?;
    rows.iter()
        .map(|row| {
            let photo = PhotoHash {
                site,
                work_order: row.get("work_order_id")?,
                task_group: row.get("task_group")?,
                sha256: sized("sha256", row.get("sha256")?)?,
                perceptual: hash(row, "version", "bits")?,
                middle: hash(row, "middle_version", "middle")?,
            };
            Ok(StoredHash { seq: row.get("seq")?, photo })
        })
        .collect()
}

/// The sites that have photos, the one with the newest first.
pub async fn sites(session: &mut impl Session) -> Result<Vec<SiteId>, StoreError> {
    let rows = session
        .all(
            "SELECT id FROM (SELECT sites.id AS id,
                (SELECT max(seq) FROM photo_hashes WHERE photo_hashes.site_id = sites.id) AS newest FROM sites) AS known
             WHERE newest IS NOT NULL ORDER BY newest DESC",
            vec![],
        )
        .await?;
    rows.iter().map(|row| row.get("id")).collect()
}

/// Whether the photo is still there: its work order may have been deleted since it was indexed.
pub async fn exists(session: &mut impl Session, seq: i64) -> Result<bool, StoreError> {
    Ok(session.first("SELECT seq FROM photo_hashes WHERE seq = $1", args![seq]).await?.is_some())
}

fn to_bytes(hash: &PerceptualHash) -> Vec<u8> {
    hash.bits.iter().flat_map(|word| word.to_be_bytes()).collect()
}

/// The hash in these two columns.
fn hash(row: &Row, version: &'static str, bytes: &'static str) -> Result<Option<PerceptualHash>, StoreError> {
    let Some(found) = row.get_opt(bytes)? else { return Ok(None) };
    let bytes = sized(bytes, found)?;
    let mut bits = [0; 4];
    for (word, chunk) in bits.iter_mut().zip(bytes.as_chunks::<8>().0) {
        *word = u64::from_be_bytes(*chunk);
    }
    Ok(Some(PerceptualHash { version: row.get(version)?, bits }))
}

fn sized(what: &'static str, bytes: Vec<u8>) -> Result<[u8; 32], StoreError> {
    bytes.try_into().map_err(|bytes: Vec<u8>| {
        StoreError::unexpected("photo_hashes", format!("{what} has {} bytes instead of 32", bytes.len()))
    })
}
