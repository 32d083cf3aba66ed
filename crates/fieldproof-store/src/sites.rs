//! Sites: deployed applications.

use chrono::{DateTime, Utc};
use fieldproof_domain::ids::{AppVersionId, SiteId};
use uuid::Uuid;

use crate::{
    Session, StoreError, Writer,
    db::{Query as _, Row, args},
};

/// A site's row.
#[derive(Clone, Debug, PartialEq)]
pub struct Site {
    /// Its id.
    pub id: SiteId,
    /// Its name, unique.
    pub name: String,
    /// The version that new work orders get.
    pub app_version: AppVersionId,
}

fn read(row: &Row) -> Result<Site, StoreError> {
    Ok(Site { id: row.get("id")?, name: row.get("name")?, app_version: row.get("app_version_id")? })
}

/// Adds a site.
pub async fn insert(writer: &mut Writer, site: &Site, now: DateTime<Utc>) -> Result<(), StoreError> {
    writer
        .execute(
            "INSERT INTO sites (id, name, app_version_id, created_at) VALUES ($1, $2, $3, $4)",
            args![site.id, &site.name, site.app_version, now],
        )
        .await?;
    Ok(())
}

/// The site of that id.
pub async fn get(session: &mut impl Session, id: SiteId) -> Result<Option<Site>, StoreError> {
    let row = session.first("SELECT id, name, app_version_id FROM sites WHERE id = $1", args![id]).await?;
    row.as_ref().map(read).transpose()
}

/// When the site of that id was made.
pub async fn created_at(session: &mut impl Session, id: SiteId) -> Result<Option<DateTime<Utc>>, StoreError> {
    let row = session.first("SELECT created_at FROM sites WHERE id = $1", args![id]).await?;
    row.map(|row| row.get("created_at")).transpose()
}

/// The site that a person means by its name or id.
pub async fn find(session: &mut impl Session, name_or_id: &str) -> Result<Option<Site>, StoreError> {
    let id = Uuid::parse_str(name_or_id).ok();
    let row = session
        .first("SELECT id, name, app_version_id FROM sites WHERE name = $1 OR id = $2", args![name_or_id, id])
        .await?;
    row.as_ref().map(read).transpose()
}

/// Every site, by name.
pub async fn list(session: &mut impl Session) -> Result<Vec<Site>, StoreError> {
    let rows = session.all("SELECT id, name, app_version_id FROM sites ORDER BY name", vec![]).await?;
    rows.iter().map(read).collect()
}

/// Deploys another version: new work orders get it, existing ones stay on theirs.
pub async fn set_app_version(writer: &mut Writer, id: SiteId, version: AppVersionId) -> Result<(), StoreError> {
    writer.execute("UPDATE sites SET app_version_id = $2 WHERE id = $1", args![id, version]).await?;
    Ok(())
}

/// The versions that sites are on now.
pub async fn app_versions(session: &mut impl Session) -> Result<Vec<AppVersionId>, StoreError> {
    let rows = session.all("SELECT DISTINCT app_version_id FROM sites", vec![]).await?;
    rows.iter().map(|row| row.get("app_version_id")).collect()
}
