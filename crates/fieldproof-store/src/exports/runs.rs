//! Finding the windows of exports.

use chrono::{DateTime, Utc};
use fieldproof_domain::{
    export::{ExportType, Window},
    ids::{ExportId, SiteId},
    paging::{Cursor, Neighbours},
};

use super::run::{COLUMNS, Run, read};
use crate::{
    Session, StoreError, Writer,
    db::{Query as _, args},
    pages::Pages,
};

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

/// Whether any window of an export is not delivered, of the sites that it has.
pub async fn is_any_pending(session: &mut impl Session, export: ExportId) -> Result<bool, StoreError> {
    let sql = "SELECT id FROM export_runs WHERE export_id = $1 AND state <> 'delivered'
               AND site_id IN (SELECT site_id FROM export_sites WHERE export_id = $1) LIMIT 1";
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

/// The window that was listed last, of the sites that an export has.
pub async fn latest(session: &mut impl Session, export: ExportId) -> Result<Option<Run>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM export_runs
         WHERE export_id = $1 AND site_id IN (SELECT site_id FROM export_sites WHERE export_id = $1)
         ORDER BY created_at DESC, id DESC LIMIT 1"
    );
    let rows = session.all_of(sql, args![export]).await?;
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
