//! The windows of exports: on their way, or delivered.

use chrono::{DateTime, Utc};
use fieldproof_domain::{
    export::{Compression, ExportType, Window},
    ids::{ExportId, RunId, SiteId},
    paging::{Cursor, Neighbours},
};

use crate::{
    Session, StoreError, Writer,
    db::{Query as _, Row, args},
    pages::Pages,
};

/// Where a window stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RunState {
    /// Its turn has not come.
    Waiting,
    /// It is worked on, or was when the server was killed.
    Running,
    /// The last attempt failed; there will be another.
    Failed,
    /// It is where it should be.
    Delivered,
}

impl RunState {
    const ALL: [Self; 4] = [Self::Waiting, Self::Running, Self::Failed, Self::Delivered];

    /// The word in the database and in answers.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Running => "running",
            Self::Failed => "failed",
            Self::Delivered => "delivered",
        }
    }
}

/// What was written of a window.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// What is told beside the file: its bytes.
    pub manifest: String,
    /// Work orders in the file.
    pub lines: u64,
    /// Size of the file.
    pub bytes: u64,
    /// Of the file, in hexadecimal digits.
    pub sha256: String,
}

/// A window of a site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// The id.
    pub id: RunId,
    /// Of which export.
    pub export: ExportId,
    /// Of which site.
    pub site: SiteId,
    /// From when to when.
    pub window: Window,
    /// What it tells.
    pub export_type: ExportType,
    /// What its file is called, without endings.
    pub name: String,
    /// How its file is made smaller.
    pub compression: Compression,
    /// Where it stands.
    pub state: RunState,
    /// How often it was tried since it was last asked for.
    pub attempts: u32,
    /// Not before, while it is not delivered.
    pub next_try_at: Option<DateTime<Utc>>,
    /// Why the last attempt failed.
    pub error: Option<String>,
    /// Where the bytes of its file are, as long as they are kept.
    pub blob_key: Option<String>,
    /// What was written of it.
    pub written: Option<Written>,
    /// Photos that were sent for it.
    pub photos: u64,
    /// When it was listed.
    pub created_at: DateTime<Utc>,
    /// When the last attempt began.
    pub started_at: Option<DateTime<Utc>>,
    /// When it was delivered.
    pub finished_at: Option<DateTime<Utc>>,
    /// When the bytes of its file are erased.
    pub keep_until: Option<DateTime<Utc>>,
}

const COLUMNS: &str = "id, export_id, site_id, window_from, window_to, export_type, name, compression, state, attempts,
  next_try_at, error, blob_key, manifest, lines, bytes, sha256, photos, created_at, started_at, finished_at, keep_until";

fn read(row: &Row) -> Result<Run, StoreError> {
    let written = match row.get_opt("manifest")? {
        Some(manifest) => {
            Some(Written { manifest, lines: row.get("lines")?, bytes: row.get("bytes")?, sha256: row.get("sha256")? })
        }
        None => None,
    };
    let unknown = |column| StoreError::unexpected(column, "it is no word of this program");
    let word = |column| row.get::<String>(column);
    let state = word("state")?;
    Ok(Run {
        id: row.get("id")?,
        export: row.get("export_id")?,
        site: row.get("site_id")?,
        window: Window { from: row.get("window_from")?, to: row.get("window_to")? },
        export_type: ExportType::from_word(&word("export_type")?).ok_or_else(|| unknown("export_type"))?,
        name: row.get("name")?,
        compression: Compression::from_word(&word("compression")?).ok_or_else(|| unknown("compression"))?,
        state: RunState::ALL.into_iter().find(|known| known.as_str() == state).ok_or_else(|| unknown("state"))?,
        attempts: row.get("attempts")?,
        next_try_at: row.get_opt("next_try_at")?,
        error: row.get_opt("error")?,
        blob_key: row.get_opt("blob_key")?,
        written,
        photos: row.get("photos")?,
        created_at: row.get("created_at")?,
        started_at: row.get_opt("started_at")?,
        finished_at: row.get_opt("finished_at")?,
        keep_until: row.get_opt("keep_until")?,
    })
}

/// Adds a window.
///
/// # Errors
/// A unique violation where there is one of the same name or of the same dates.
pub async fn insert_run(writer: &mut Writer, run: &Run) -> Result<(), StoreError> {
    writer
        .execute(
            "INSERT INTO export_runs (id, export_id, site_id, window_from, window_to, export_type, name, compression,
               state, attempts, next_try_at, photos, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
            args![
                run.id,
                run.export,
                run.site,
                run.window.from,
                run.window.to,
                run.export_type.as_str(),
                &run.name,
                run.compression.as_str(),
                run.state.as_str(),
                run.attempts,
                run.next_try_at,
                run.photos,
                run.created_at
            ],
        )
        .await?;
    Ok(())
}

/// Writes back what may change in a window.
pub async fn update_run(writer: &mut Writer, run: &Run) -> Result<(), StoreError> {
    let written = run.written.as_ref();
    writer
        .execute(
            "UPDATE export_runs SET state = $2, attempts = $3, next_try_at = $4, error = $5, blob_key = $6,
               manifest = $7, lines = $8, bytes = $9, sha256 = $10, photos = $11, started_at = $12, finished_at = $13,
               keep_until = $14
             WHERE id = $1",
            args![
                run.id,
                run.state.as_str(),
                run.attempts,
                run.next_try_at,
                run.error.as_ref(),
                run.blob_key.as_ref(),
                written.map(|written| &written.manifest),
                written.map(|written| written.lines),
                written.map(|written| written.bytes),
                written.map(|written| &written.sha256),
                run.photos,
                run.started_at,
                run.finished_at,
                run.keep_until
            ],
        )
        .await?;
    Ok(())
}

/// The window of that id.
pub async fn run(session: &mut impl Session, id: RunId) -> Result<Option<Run>, StoreError> {
    let rows = session.all_of(format!("SELECT {COLUMNS} FROM export_runs WHERE id = $1"), args![id]).await?;
    rows.first().map(read).transpose()
}

/// The windows of a site with these dates or whose file has this name; one, unless names and dates contradict each other.
pub async fn runs_like(
    session: &mut impl Session,
    (export, site, kind): (ExportId, SiteId, ExportType),
    window: Window,
    name: &str,
) -> Result<Vec<Run>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM export_runs
         WHERE export_id = $1 AND site_id = $2 AND export_type = $3
           AND ((window_from = $4 AND window_to = $5) OR name = $6)"
    );
    let rows = session.all_of(sql, args![export, site, kind.as_str(), window.from, window.to, name]).await?;
    rows.iter().map(read).collect()
}

/// The oldest window of a site that is not delivered: those behind it wait for it.
pub async fn next_pending(
    session: &mut impl Session,
    export: ExportId,
    site: SiteId,
) -> Result<Option<Run>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM export_runs WHERE export_id = $1 AND site_id = $2 AND state <> 'delivered'
         ORDER BY window_to, window_from LIMIT 1"
    );
    let rows = session.all_of(sql, args![export, site]).await?;
    rows.first().map(read).transpose()
}

/// Whether any window of an export is not delivered.
pub async fn is_any_pending(session: &mut impl Session, export: ExportId) -> Result<bool, StoreError> {
    let sql = "SELECT id FROM export_runs WHERE export_id = $1 AND state <> 'delivered' LIMIT 1";
    Ok(session.first(sql, args![export]).await?.is_some())
}

/// How many windows could not be delivered and are tried again.
pub async fn failed(session: &mut impl Session) -> Result<u64, StoreError> {
    // The first condition is the index's.
    let sql = "SELECT COUNT(*) AS number FROM export_runs WHERE state <> 'delivered' AND state = 'failed'";
    session.first(sql, vec![]).await?.map_or(Ok(0), |row| row.get("number"))
}

/// The last window of a site that was delivered.
pub async fn latest_delivered(
    session: &mut impl Session,
    export: ExportId,
    site: SiteId,
) -> Result<Option<Run>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM export_runs WHERE export_id = $1 AND site_id = $2 AND state = 'delivered'
         ORDER BY window_to DESC, window_from DESC LIMIT 1"
    );
    let rows = session.all_of(sql, args![export, site]).await?;
    rows.first().map(read).transpose()
}

/// Lets every window of a site that is not delivered be tried at once.
pub async fn try_now(
    writer: &mut Writer,
    export: ExportId,
    site: SiteId,
    now: DateTime<Utc>,
) -> Result<u64, StoreError> {
    let sql = "UPDATE export_runs SET next_try_at = $3, attempts = 0
               WHERE export_id = $1 AND site_id = $2 AND state <> 'delivered'";
    writer.execute(sql, args![export, site, now]).await
}

/// The windows of an export from `cursor` (`None`: from the newest), `limit` at most, newest first.
pub async fn page_of_runs(
    session: &mut impl Session,
    export: ExportId,
    cursor: Option<Cursor>,
    limit: u32,
) -> Result<(Vec<Run>, Neighbours), StoreError> {
    let pages = Pages { columns: COLUMNS, table: "export_runs", owner: "export_id" };
    let (rows, neighbours) = pages.page(session, export, cursor, limit).await?;
    Ok((rows.iter().map(read).collect::<Result<_, _>>()?, neighbours))
}
