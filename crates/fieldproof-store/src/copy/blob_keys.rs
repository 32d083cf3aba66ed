//! Which blobs the rows speak of.

use futures::TryStreamExt as _;

use super::{Catalogue, catalogue::quoted};
use crate::{Session, StoreError, app_versions, db::Query as _};

/// The column that names a blob, wherever there is one.
const COLUMN: &str = "blob_key";
/// Names blobs that shall go.
const LISTED_FOR_ERASURE: &str = "erasures";

/// Hands over the key of every blob that a row speaks of: files of application versions, then photos. To be called in a
/// snapshot, as the rows that it goes with.
pub async fn each_blob_key(
    session: &mut impl Session,
    catalogue: &Catalogue,
    mut take: impl FnMut(&str) -> std::io::Result<()>,
) -> Result<(), StoreError> {
    for version in app_versions::all(session).await? {
        for path in &version.files {
            take(&app_versions::AppVersion::blob_key(version.id, path))?;
        }
    }
    let names_blobs = |table: &&super::Table| {
        table.name != LISTED_FOR_ERASURE && table.columns.iter().any(|column| column.name == COLUMN)
    };
    for table in catalogue.tables().iter().filter(names_blobs) {
        let sql = format!("SELECT {COLUMN} FROM {} WHERE {COLUMN} IS NOT NULL", quoted(&table.name));
        let mut rows = session.stream_of(sql);
        while let Some(row) = rows.try_next().await? {
            take(&row.get::<String>(COLUMN)?)?;
        }
    }
    Ok(())
}
