//! Exports: what they are set to here; their windows, the photos they sent and what their lines are made of in a file each.

mod changed;
mod kept;
mod photos;
mod run;
mod runs;
mod sites;

use chrono::{DateTime, Utc};
use fieldproof_domain::ids::{ExportId, SiteId, UserId};
use serde_json::{Map, Value as Json};

use crate::{
    Session, StoreError, Writer,
    db::{Dialect, Query as _, Row, args},
};

pub use changed::{Changed, Place, Said, Seen, changed};
pub use kept::{erase_of_export, erase_of_work_order, erase_unwanted, is_kept, known_blobs};
pub use photos::{note_sent, sent};
pub use run::{RefusedMail, Run, RunState, Written, insert_run, run, run_for_change, update_run};
pub use runs::{failed, is_any_pending, latest, latest_delivered, next_pending, page_of_runs, runs_like, try_now};
pub use sites::{ExportSite, set_next, set_sites, sites_of};

/// An export's row.
#[derive(Clone, Debug, PartialEq)]
pub struct Export {
    /// The id.
    pub id: ExportId,
    /// What people call it.
    pub name: Option<String>,
    /// Who made it; `None`: the server's operator.
    pub user: Option<UserId>,
    /// What it is set to, as the API shows it.
    pub settings: Map<String, Json>,
    /// What it is set to and never shown, encrypted.
    pub secrets: Option<Vec<u8>>,
    /// Whether its windows wait.
    pub is_paused: bool,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was last set.
    pub updated_at: DateTime<Utc>,
}

const COLUMNS: &str = "id, name, user_id, settings, secrets, is_paused, created_at, updated_at";

fn read(row: &Row) -> Result<Export, StoreError> {
    Ok(Export {
        id: row.get("id")?,
        name: row.get_opt("name")?,
        user: row.get_opt("user_id")?,
        settings: row.json("settings")?,
        secrets: row.get_opt("secrets")?,
        is_paused: row.get("is_paused")?,
        created_at: row.get("created_at")?,
        updated_at: row.get("updated_at")?,
    })
}

/// Adds an export, without its sites.
pub async fn insert(writer: &mut Writer, export: &Export) -> Result<(), StoreError> {
    writer
        .execute(
            "INSERT INTO exports (id, name, user_id, settings, secrets, is_paused, created_at, updated_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            args![
                export.id,
                export.name.as_ref(),
                export.user,
                settings(export),
                export.secrets.clone(),
                export.is_paused,
                export.created_at,
                export.updated_at
            ],
        )
        .await?;
    Ok(())
}

/// The export of that id, of whichever site.
pub async fn get(session: &mut impl Session, id: ExportId) -> Result<Option<Export>, StoreError> {
    let rows = session.all_of(format!("SELECT {COLUMNS} FROM exports WHERE id = $1"), args![id]).await?;
    rows.first().map(read).transpose()
}

/// As [`get`], for a transaction that will change the export or its windows: others who want to wait until it ends. To be
/// taken after every lock of [`crate::locks`].
pub async fn get_for_change(writer: &mut Writer, id: ExportId) -> Result<Option<Export>, StoreError> {
    if writer.dialect() == Dialect::Postgres {
        writer.first("SELECT id FROM exports WHERE id = $1 FOR UPDATE", args![id]).await?;
    }
    get(writer, id).await
}

/// The exports of a site, newest first; `None`: of every site.
pub async fn list(session: &mut impl Session, site: Option<SiteId>) -> Result<Vec<Export>, StoreError> {
    let (filter, args) = match site {
        Some(site) => ("WHERE id IN (SELECT export_id FROM export_sites WHERE site_id = $1)", args![site]),
        None => ("", vec![]),
    };
    let sql = format!("SELECT {COLUMNS} FROM exports {filter} ORDER BY created_at DESC, id DESC");
    let rows = session.all_of(sql, args).await?;
    rows.iter().map(read).collect()
}

/// Writes back what may change in an export.
pub async fn update(writer: &mut Writer, export: &Export) -> Result<(), StoreError> {
    writer
        .execute(
            "UPDATE exports SET name = $2, settings = $3, secrets = $4, is_paused = $5, updated_at = $6 WHERE id = $1",
            args![
                export.id,
                export.name.as_ref(),
                settings(export),
                export.secrets.clone(),
                export.is_paused,
                export.updated_at
            ],
        )
        .await?;
    Ok(())
}

/// Forgets an export with its windows. What it has delivered stays where it is.
pub async fn delete(writer: &mut Writer, id: ExportId) -> Result<(), StoreError> {
    writer.execute("DELETE FROM exports WHERE id = $1", args![id]).await?;
    Ok(())
}

fn settings(export: &Export) -> String {
    serde_json::Value::Object(export.settings.clone()).to_string()
}
