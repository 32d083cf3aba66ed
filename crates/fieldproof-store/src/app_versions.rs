//! Application versions: immutable, addressed by their content. Their files are in the blob store.

use chrono::{DateTime, Utc};
use fieldproof_domain::ids::AppVersionId;

use crate::{
    Session, StoreError, Writer,
    db::{Query as _, Row, args},
};

/// An application version's row.
#[derive(Clone, Debug, PartialEq)]
pub struct AppVersion {
    /// Derived from `digest`.
    pub id: AppVersionId,
    /// The application's name.
    pub name: String,
    /// `major.minor`.
    pub version: String,
    /// sha256 over paths and contents, in hex.
    pub digest: String,
    /// Paths of the version's files, relative to the application's folder.
    pub files: Vec<String>,
}

impl AppVersion {
    /// The blob that holds the file at `path`.
    pub fn blob_key(id: AppVersionId, path: &str) -> String {
        format!("apps/{id}/{path}")
    }
}

fn read(row: &Row) -> Result<AppVersion, StoreError> {
    Ok(AppVersion {
        id: row.get("id")?,
        name: row.get("name")?,
        version: row.get("version")?,
        digest: row.get("digest")?,
        files: row.json("files")?,
    })
}

/// Adds a version.
pub async fn insert(writer: &mut Writer, version: &AppVersion, now: DateTime<Utc>) -> Result<(), StoreError> {
    let files = serde_json::json!(version.files).to_string();
    writer
        .execute(
            "INSERT INTO app_versions (id, name, version, digest, files, created_at) VALUES ($1, $2, $3, $4, $5, $6)",
            args![version.id, &version.name, &version.version, &version.digest, files, now],
        )
        .await?;
    Ok(())
}

/// The version of that id.
pub async fn get(session: &mut impl Session, id: AppVersionId) -> Result<Option<AppVersion>, StoreError> {
    let row =
        session.first("SELECT id, name, version, digest, files FROM app_versions WHERE id = $1", args![id]).await?;
    row.as_ref().map(read).transpose()
}

/// The version of that application called `version`.
pub async fn find(session: &mut impl Session, name: &str, version: &str) -> Result<Option<AppVersion>, StoreError> {
    let row = session
        .first(
            "SELECT id, name, version, digest, files FROM app_versions WHERE name = $1 AND version = $2",
            args![name, version],
        )
        .await?;
    row.as_ref().map(read).transpose()
}

/// Every version, in the order of their ids.
pub async fn all(session: &mut impl Session) -> Result<Vec<AppVersion>, StoreError> {
    let rows = session.all("SELECT id, name, version, digest, files FROM app_versions ORDER BY id", vec![]).await?;
    rows.iter().map(read).collect()
}
