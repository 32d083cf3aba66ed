//! The sites of an export, and how far each is.

use chrono::{DateTime, Utc};
use fieldproof_domain::ids::{ExportId, SiteId};

use crate::{
    Session, StoreError, Writer,
    db::{Query as _, args},
};

/// A site of an export.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExportSite {
    /// The site.
    pub site: SiteId,
    /// Where its next window begins; `None`: there is no other.
    pub next_from: Option<DateTime<Utc>>,
    /// Where it ends, when the interval does not say so.
    pub next_to: Option<DateTime<Utc>>,
}

/// The sites of an export.
pub async fn sites_of(session: &mut impl Session, export: ExportId) -> Result<Vec<ExportSite>, StoreError> {
    let sql = "SELECT site_id, next_from, next_to FROM export_sites WHERE export_id = $1 ORDER BY site_id";
    let rows = session.all(sql, args![export]).await?;
    rows.iter()
        .map(|row| {
            Ok(ExportSite {
                site: row.get("site_id")?,
                next_from: row.get_opt("next_from")?,
                next_to: row.get_opt("next_to")?,
            })
        })
        .collect()
}

/// Makes these the sites of an export.
pub async fn set_sites(writer: &mut Writer, export: ExportId, sites: &[ExportSite]) -> Result<(), StoreError> {
    writer.execute("DELETE FROM export_sites WHERE export_id = $1", args![export]).await?;
    let rows = sites.iter().map(|site| args![export, site.site, site.next_from, site.next_to]).collect();
    writer.insert_all("INSERT INTO export_sites (export_id, site_id, next_from, next_to) VALUES", rows, "").await
}

/// Notes where the next window of a site begins.
pub async fn set_next(
    writer: &mut Writer,
    export: ExportId,
    site: SiteId,
    next_from: Option<DateTime<Utc>>,
) -> Result<(), StoreError> {
    let sql = "UPDATE export_sites SET next_from = $3, next_to = NULL WHERE export_id = $1 AND site_id = $2";
    writer.execute(sql, args![export, site, next_from]).await?;
    Ok(())
}
