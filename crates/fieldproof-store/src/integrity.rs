//! Whether the rows keep their promises: what `doctor` asks.

use fieldproof_domain::ids::InputId;
use uuid::Uuid;

use crate::{
    Session, StoreError,
    copy::{Catalogue, Reference, quoted},
    db::{Dialect, Query as _, Row, Value, args},
};

/// References that no foreign key holds: table, column, table referred to, its column.
const UNHELD: [[&str; 4]; 4] = [
    ["work_orders", "first_analysis_id", "analyses", "id"],
    ["work_orders", "latest_analysis_id", "analyses", "id"],
    ["task_states", "analysis_id", "analyses", "id"],
    ["task_states", "input_id", "inputs", "id"],
];

/// Rows that refer to what is not there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BrokenReference {
    /// The promise that is broken.
    pub reference: Reference,
    /// By how many rows.
    pub rows: u64,
    /// Some of them, each in words.
    pub examples: Vec<String>,
}

/// A photo as its rows describe it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedPhoto {
    /// Of its input.
    pub id: InputId,
    /// Where its bytes are.
    pub blob_key: String,
    /// What its bytes hash to.
    pub sha256: Vec<u8>,
}

/// What the database says of its own file; empty when it is sound, and where the database looks after that itself.
pub async fn damage(session: &mut impl Session) -> Result<Vec<String>, StoreError> {
    if session.dialect() == Dialect::Postgres {
        return Ok(Vec::new());
    }
    let rows = session.all("SELECT integrity_check AS said FROM pragma_integrity_check LIMIT 10", vec![]).await?;
    let said: Vec<String> = rows.iter().map(|row| row.get("said")).collect::<Result<_, _>>()?;
    Ok(said.into_iter().filter(|line| line != "ok").collect())
}

/// Every reference there is, held by a foreign key or not.
pub fn references(catalogue: &Catalogue) -> Vec<Reference> {
    let held = catalogue.tables().iter().flat_map(|table| table.references.iter().cloned());
    let unheld = UNHELD.iter().map(|[table, column, to_table, to_column]| Reference {
        table: (*table).to_owned(),
        to_table: (*to_table).to_owned(),
        columns: vec![((*column).to_owned(), (*to_column).to_owned())],
    });
    held.chain(unheld).collect()
}

/// Rows that break `reference`, with at most `examples` of them; `None` when there are none.
pub async fn broken(
    session: &mut impl Session,
    catalogue: &Catalogue,
    reference: &Reference,
    examples: usize,
) -> Result<Option<BrokenReference>, StoreError> {
    let Some(table) = catalogue.table(&reference.table) else { return Ok(None) };
    let refers: Vec<_> = reference.columns.iter().map(|(from, _)| format!("f.{} IS NOT NULL", quoted(from))).collect();
    let meets: Vec<_> =
        reference.columns.iter().map(|(from, to)| format!("t.{} = f.{}", quoted(to), quoted(from))).collect();
    let rest = format!(
        "FROM {} f WHERE {} AND NOT EXISTS (SELECT 1 FROM {} t WHERE {})",
        quoted(&reference.table),
        refers.join(" AND "),
        quoted(&reference.to_table),
        meets.join(" AND ")
    );
    let counted = session.all_of(format!("SELECT count(*) AS found {rest}"), vec![]).await?;
    let rows: i64 = counted.first().map_or(Ok(0), |row| row.get("found"))?;
    if rows == 0 {
        return Ok(None);
    }
    let from = reference.columns.iter().filter_map(|(from, _)| table.columns.iter().find(|c| &c.name == from));
    let shown: Vec<_> = table.key.iter().chain(from).collect();
    let columns: Vec<_> = shown.iter().map(|column| format!("f.{}", quoted(&column.name))).collect();
    let sql = format!("SELECT {} {rest} LIMIT {examples}", columns.join(", "));
    let in_words = |row: &Row| {
        let values = shown
            .iter()
            .enumerate()
            .map(|(at, column)| Ok::<_, StoreError>(format!("{} {}", column.name, show(row.value(at, column.kind)?))));
        let values: Vec<_> = values.collect::<Result<_, _>>()?;
        Ok(format!("{}: {}; no such row in {}", table.name, values.join(", "), reference.to_table))
    };
    let found = session.all_of(sql, vec![]).await?;
    let examples = found.iter().map(in_words).collect::<Result<_, StoreError>>()?;
    Ok(Some(BrokenReference { reference: reference.clone(), rows: rows.unsigned_abs(), examples }))
}

/// Photos behind `after`, in the order of their ids.
pub async fn photos(
    session: &mut impl Session,
    after: Option<InputId>,
    most: u32,
) -> Result<Vec<NamedPhoto>, StoreError> {
    let rows = session
        .all(
            "SELECT inputs.id AS id, inputs.blob_key AS blob_key, analyses.photo_sha256 AS photo_sha256
             FROM inputs JOIN analyses ON analyses.id = inputs.analysis_id
             WHERE inputs.id > $1 AND inputs.blob_key IS NOT NULL ORDER BY inputs.id LIMIT $2",
            args![after.unwrap_or(InputId(Uuid::nil())), most],
        )
        .await?;
    let photo = |row: &Row| {
        Ok(NamedPhoto { id: row.get("id")?, blob_key: row.get("blob_key")?, sha256: row.get("photo_sha256")? })
    };
    rows.iter().map(photo).collect()
}

/// Whether a photo is still wanted, or already listed to go.
pub async fn is_known(session: &mut impl Session, blob_key: &str) -> Result<bool, StoreError> {
    // Photos are named for their inputs, which saves an index; what has another name is looked for in all rows.
    let id = blob_key.strip_prefix("inputs/").and_then(|name| name.split('.').next()).and_then(|id| id.parse().ok());
    let named = match id {
        Some(id) => {
            let sql = "SELECT 1 AS one FROM inputs WHERE id = $1 AND blob_key = $2";
            session.first(sql, args![Value::Id(id), blob_key]).await?
        }
        None => session.first("SELECT 1 AS one FROM inputs WHERE blob_key = $1 LIMIT 1", args![blob_key]).await?,
    };
    Ok(named.is_some()
        || session.first("SELECT 1 AS one FROM batch_photos WHERE blob_key = $1", args![blob_key]).await?.is_some()
        || session.first("SELECT 1 AS one FROM erasures WHERE blob_key = $1", args![blob_key]).await?.is_some())
}

/// Whether the rows still speak of a photo.
pub async fn is_wanted(session: &mut impl Session, id: InputId) -> Result<bool, StoreError> {
    Ok(session.first("SELECT 1 AS one FROM inputs WHERE id = $1", args![id]).await?.is_some())
}

/// The number of the newest audit row: it grows with every change.
pub async fn newest_change(session: &mut impl Session) -> Result<i64, StoreError> {
    let row = session.first("SELECT coalesce(max(seq), 0) AS newest FROM audit", vec![]).await?;
    row.map_or(Ok(0), |row| row.get("newest"))
}

fn show(value: Value) -> String {
    match value {
        Value::Integer(value) => value.to_string(),
        Value::Text(text) => text,
        Value::Id(id) => id.to_string(),
        // SQLite keeps ids as bytes.
        Value::Bytes(bytes) => Uuid::from_slice(&bytes).map_or_else(|_| format!("{bytes:02x?}"), |id| id.to_string()),
        Value::Null => "NULL".to_owned(),
    }
}
