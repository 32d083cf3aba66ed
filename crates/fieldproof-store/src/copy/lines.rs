//! Reading tables: every row as its line, in the order of the key.

use futures::{StreamExt as _, TryStreamExt as _, stream::BoxStream};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::{Catalogue, Table, catalogue::quoted, line};
use crate::{
    Session, StoreError,
    db::{Dialect, Kind, Query as _},
};

/// How much a table holds, and what.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableSum {
    /// Its rows.
    pub rows: u64,
    /// Over all its lines, in hex: what `sha256sum` says of a file of them.
    pub sha256: String,
}

/// Adds up lines.
#[derive(Default)]
pub struct TableSummer {
    rows: u64,
    hash: Sha256,
}

impl TableSummer {
    /// One more line, or a piece of one.
    pub fn add(&mut self, lines: &[u8]) {
        self.rows += lines.iter().filter(|byte| **byte == b'\n').count() as u64;
        self.hash.update(lines);
    }

    /// The sum.
    pub fn finish(self) -> TableSum {
        TableSum { rows: self.rows, sha256: line::hex(&self.hash.finalize()) }
    }
}

/// Every row of a table as its canonical line, in the order of its key.
pub fn lines<'a>(session: &'a mut impl Session, table: &'a Table) -> BoxStream<'a, Result<Vec<u8>, StoreError>> {
    let columns: Vec<_> = table.columns.iter().map(|column| quoted(&column.name)).collect();
    // SQLite compares texts as bytes; PostgreSQL is told to.
    let bytewise = session.dialect() == Dialect::Postgres;
    let key = table.key.iter().map(|column| match column.kind {
        Kind::Text if bytewise => format!("{} COLLATE \"C\"", quoted(&column.name)),
        _ => quoted(&column.name),
    });
    let key: Vec<_> = key.collect();
    let sql = format!("SELECT {} FROM {} ORDER BY {}", columns.join(", "), quoted(&table.name), key.join(", "));
    session.stream_of(sql).map(|row| line::write(table, &row?)).boxed()
}

/// The sum of a table as it is.
pub async fn sum(session: &mut impl Session, table: &Table) -> Result<TableSum, StoreError> {
    let mut summer = TableSummer::default();
    let mut lines = lines(session, table);
    while let Some(line) = lines.try_next().await? {
        summer.add(&line);
    }
    Ok(summer.finish())
}

/// Whether no table has a row.
pub async fn is_empty(session: &mut impl Session, catalogue: &Catalogue) -> Result<bool, StoreError> {
    for table in catalogue.tables() {
        let sql = format!("SELECT 1 AS one FROM {} LIMIT 1", quoted(&table.name));
        if !session.all_of(sql, vec![]).await?.is_empty() {
            return Ok(false);
        }
    }
    Ok(true)
}
