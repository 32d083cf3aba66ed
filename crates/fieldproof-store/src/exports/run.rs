//! The row of a window: on its way, or delivered.

use chrono::{DateTime, Utc};
use fieldproof_domain::{
    export::{Compression, ExportType, Window},
    ids::{ExportId, RunId, SiteId},
};

use serde::{Deserialize, Serialize};

use crate::{
    Session, StoreError, Writer,
    db::{Dialect, Query as _, Row, args},
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

/// An address that gets no mail.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefusedMail {
    /// The address.
    pub email: String,
    /// What the mail server says.
    pub error: String,
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
    /// Where the bytes of its file are, as long as they are kept; or will be, while `written` is `None`.
    pub blob_key: Option<String>,
    /// What was written of it.
    pub written: Option<Written>,
    /// Photos that were sent for it.
    pub photos: u64,
    /// Addresses that have the link to its file as it is.
    pub mailed: Vec<String>,
    /// Addresses that the mail server has refused for good.
    pub refused: Vec<RefusedMail>,
    /// When it was listed.
    pub created_at: DateTime<Utc>,
    /// When the last attempt began.
    pub started_at: Option<DateTime<Utc>>,
    /// When it was delivered.
    pub finished_at: Option<DateTime<Utc>>,
    /// When the bytes of its file are erased.
    pub keep_until: Option<DateTime<Utc>>,
}

pub(super) const COLUMNS: &str =
    "id, export_id, site_id, window_from, window_to, export_type, name, compression, state, attempts,
  next_try_at, error, blob_key, manifest, lines, bytes, sha256, photos, mailed, refused, created_at, started_at, finished_at,
  keep_until";

pub(super) fn read(row: &Row) -> Result<Run, StoreError> {
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
        mailed: row.json("mailed")?,
        refused: row.json("refused")?,
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
               keep_until = $14, mailed = $15, refused = $16
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
                run.keep_until,
                serde_json::json!(run.mailed).to_string(),
                serde_json::json!(run.refused).to_string()
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

/// As [`run`], for a transaction that will change the window: who deletes a work order that its file may tell of waits until
/// it ends. To be taken after [`super::get_for_change`].
pub async fn run_for_change(writer: &mut Writer, id: RunId) -> Result<Option<Run>, StoreError> {
    if writer.dialect() == Dialect::Postgres {
        writer.first("SELECT id FROM export_runs WHERE id = $1 FOR UPDATE", args![id]).await?;
    }
    run(writer, id).await
}
