//! Batches: their own rows here; their work orders, photos and problems in a file each.

mod photos;
mod problems;
mod work_orders;

use chrono::{DateTime, Utc};
use fieldproof_domain::{
    batch::{Count, OnExisting, ProblemCode, Progress, Status, UnitState},
    ids::{BatchId, SiteId, UserId},
    paging::{Cursor, Neighbours},
};

use crate::{
    Session, StoreError, Writer,
    db::{Dialect, Query as _, Row, args},
    pages::Pages,
};

pub use photos::{
    BatchPhoto, Erase, erase_photos, insert_photos, known_blobs, photos_of, set_photo, set_waiting_photos, settle_photo,
};
pub use problems::{StoredProblem, forget_problems_of, insert_problems, is_any_problem, problems_after};
pub use work_orders::{
    BatchWorkOrder, WorkOrderFile, cancel_waiting, cut, insert_work_orders, is_any_waiting, lock_work_order, retry,
    set_file, set_work_order, waiting_positions, work_order_name,
};

/// A batch's row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batch {
    /// The id.
    pub id: BatchId,
    /// Where its work orders go.
    pub site: SiteId,
    /// In whose name they are made.
    pub user: UserId,
    /// As the sender calls the archive.
    pub filename: Option<String>,
    /// What becomes of work orders that exist.
    pub on_existing: OnExisting,
    /// Where it stands.
    pub status: Status,
    /// Size of the archive, once the sender has said it.
    pub archive_bytes: Option<u64>,
    /// Of the whole archive, once it is there.
    pub checksums: Option<Checksums>,
    /// Its sender compares MD5, as Google's clients may.
    pub md5_wanted: bool,
    /// Why the archive as a whole could not be used.
    pub failure: Option<Failure>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// Later, nothing more of the archive is taken.
    pub upload_until: DateTime<Utc>,
    /// Grows when what was sent of the archive is thrown away, to be sent anew: tells its bytes from the new ones.
    pub upload_attempt: u32,
    /// When the archive was there.
    pub uploaded_at: Option<DateTime<Utc>>,
    /// When work on it began.
    pub started_at: Option<DateTime<Utc>>,
    /// When it ended.
    pub finished_at: Option<DateTime<Utc>>,
}

/// Checksums of an archive, each in Base64.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checksums {
    /// CRC32C, big-endian.
    pub crc32c: String,
    /// MD5, where the sender wants it.
    pub md5: Option<String>,
}

/// Why an archive as a whole could not be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// Stable, for programs.
    pub code: String,
    /// A sentence for people.
    pub reason: String,
}

impl From<ProblemCode> for Failure {
    fn from(code: ProblemCode) -> Self {
        Self { code: code.code().to_owned(), reason: code.reason().to_owned() }
    }
}

const COLUMNS: &str = "id, site_id, user_id, filename, on_existing, status, archive_bytes, crc32c, md5, md5_wanted,
  failure_code, failure, created_at, upload_until, upload_attempt, uploaded_at, started_at, finished_at";

/// A word of one of the domain's lists.
pub(super) fn word<T: std::str::FromStr<Err = String>>(row: &Row, column: &'static str) -> Result<T, StoreError> {
    row.get::<String>(column)?.parse().map_err(|reason| StoreError::unexpected(column, reason))
}

fn read(row: &Row) -> Result<Batch, StoreError> {
    let checksums = match row.get_opt("crc32c")? {
        Some(crc32c) => Some(Checksums { crc32c, md5: row.get_opt("md5")? }),
        None => None,
    };
    let failure = match row.get_opt("failure_code")? {
        Some(code) => Some(Failure { code, reason: row.get("failure")? }),
        None => None,
    };
    Ok(Batch {
        id: row.get("id")?,
        site: row.get("site_id")?,
        user: row.get("user_id")?,
        filename: row.get_opt("filename")?,
        on_existing: word(row, "on_existing")?,
        status: word(row, "status")?,
        archive_bytes: row.get_opt("archive_bytes")?,
        checksums,
        md5_wanted: row.get::<i64>("md5_wanted")? != 0,
        failure,
        created_at: row.get("created_at")?,
        upload_until: row.get("upload_until")?,
        upload_attempt: row.get("upload_attempt")?,
        uploaded_at: row.get_opt("uploaded_at")?,
        started_at: row.get_opt("started_at")?,
        finished_at: row.get_opt("finished_at")?,
    })
}

/// Adds a batch.
pub async fn insert(writer: &mut Writer, batch: &Batch) -> Result<(), StoreError> {
    writer
        .execute(
            "INSERT INTO batches (id, site_id, user_id, filename, on_existing, status, md5_wanted, created_at, upload_until,
               upload_attempt)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
            args![
                batch.id,
                batch.site,
                batch.user,
                batch.filename.as_ref(),
                batch.on_existing.as_str(),
                batch.status.as_str(),
                i64::from(batch.md5_wanted),
                batch.created_at,
                batch.upload_until,
                batch.upload_attempt,
            ],
        )
        .await?;
    Ok(())
}

/// The batch of that id, on whichever site.
pub async fn get(session: &mut impl Session, id: BatchId) -> Result<Option<Batch>, StoreError> {
    let rows = session.all_of(format!("SELECT {COLUMNS} FROM batches WHERE id = $1"), args![id]).await?;
    rows.first().map(read).transpose()
}

/// As [`get`], for a transaction that will change the batch or its parts: others who want to wait until it ends. To be
/// taken after every lock of [`crate::locks`].
pub async fn get_for_change(writer: &mut Writer, id: BatchId) -> Result<Option<Batch>, StoreError> {
    if writer.dialect() == Dialect::Postgres {
        writer.first("SELECT id FROM batches WHERE id = $1 FOR UPDATE", args![id]).await?;
    }
    get(writer, id).await
}

/// The batches of a site from `cursor` (`None`: from the newest), `limit` at most, newest first.
pub async fn page(
    session: &mut impl Session,
    site: SiteId,
    cursor: Option<Cursor>,
    limit: u32,
) -> Result<(Vec<Batch>, Neighbours), StoreError> {
    let pages = Pages { columns: COLUMNS, table: "batches", owner: "site_id" };
    let (rows, neighbours) = pages.page(session, site, cursor, limit).await?;
    Ok((rows.iter().map(read).collect::<Result<_, _>>()?, neighbours))
}

/// Writes back what may change in a batch.
pub async fn update(writer: &mut Writer, batch: &Batch) -> Result<(), StoreError> {
    let (checksums, failure) = (batch.checksums.as_ref(), batch.failure.as_ref());
    writer
        .execute(
            "UPDATE batches SET status = $2, archive_bytes = $3, crc32c = $4, md5 = $5, failure_code = $6,
               failure = $7, uploaded_at = $8, started_at = $9, finished_at = $10,
               upload_attempt = $11
             WHERE id = $1",
            args![
                batch.id,
                batch.status.as_str(),
                batch.archive_bytes,
                checksums.map(|sums| &sums.crc32c),
                checksums.and_then(|sums| sums.md5.as_ref()),
                failure.map(|failure| &failure.code),
                failure.map(|failure| &failure.reason),
                batch.uploaded_at,
                batch.started_at,
                batch.finished_at,
                batch.upload_attempt,
            ],
        )
        .await?;
    Ok(())
}

/// Forgets a batch with everything that hangs on it. The work orders that it made stay.
pub async fn delete(writer: &mut Writer, id: BatchId) -> Result<(), StoreError> {
    writer.execute("DELETE FROM batches WHERE id = $1", args![id]).await?;
    Ok(())
}

/// Forgets what was unpacked of an archive, so that it can be unpacked anew.
pub async fn forget_parts(writer: &mut Writer, id: BatchId) -> Result<(), StoreError> {
    writer.execute("DELETE FROM batch_photos WHERE batch_id = $1", args![id]).await?;
    writer.execute("DELETE FROM batch_work_orders WHERE batch_id = $1", args![id]).await?;
    writer.execute("DELETE FROM batch_problems WHERE batch_id = $1", args![id]).await?;
    Ok(())
}

/// Batches that still await bytes which are not taken any more; `limit` at most.
pub async fn overdue(session: &mut impl Session, now: DateTime<Utc>, limit: u32) -> Result<Vec<BatchId>, StoreError> {
    let rows = session
        .all(
            "SELECT id FROM batches WHERE status IN ('created', 'uploading') AND upload_until < $1
             ORDER BY upload_until LIMIT $2",
            args![now, limit],
        )
        .await?;
    rows.iter().map(|row| row.get("id")).collect()
}

/// How far a batch is.
pub async fn progress(session: &mut impl Session, id: BatchId) -> Result<Progress, StoreError> {
    let orders = session
        .all("SELECT state, COUNT(*) AS number FROM batch_work_orders WHERE batch_id = $1 GROUP BY state", args![id])
        .await?;
    let photos = session
        .all("SELECT state, COUNT(*) AS number FROM batch_photos WHERE batch_id = $1 GROUP BY state", args![id])
        .await?;
    Ok(Progress { work_orders: count(&orders)?, photos: count(&photos)? })
}

fn count(rows: &[Row]) -> Result<Count, StoreError> {
    let mut count = Count::default();
    for row in rows {
        let number: u64 = row.get("number")?;
        count.total += number;
        match word(row, "state")? {
            UnitState::Waiting => {}
            UnitState::Done => count.done += number,
            UnitState::Failed => count.failed += number,
            UnitState::Skipped => count.skipped += number,
            UnitState::Cancelled => count.cancelled += number,
        }
    }
    Ok(count)
}
