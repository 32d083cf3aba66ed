//! What tables there are, from the database itself.

use crate::{
    Session, StoreError,
    copy::NOT_DATA,
    db::{Dialect, Kind, Query as _, Row},
};

const SQLITE_COLUMNS: &str = "
    SELECT t.name AS table_name, c.name AS column_name, c.type AS type, c.pk AS key_position, 0 AS is_identity
    FROM sqlite_schema t, pragma_table_info(t.name) c
    WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
    ORDER BY t.name, c.name";

const POSTGRES_COLUMNS: &str = "
    SELECT t.relname::text AS table_name, a.attname::text AS column_name, format_type(a.atttypid, NULL) AS type,
      COALESCE((SELECT k.n FROM unnest(i.indkey::int2[]) WITH ORDINALITY AS k (attnum, n)
                WHERE k.attnum = a.attnum), 0) AS key_position,
      (CASE WHEN a.attidentity = '' THEN 0 ELSE 1 END)::bigint AS is_identity
    FROM pg_class t
    JOIN pg_namespace s ON s.oid = t.relnamespace AND s.nspname = current_schema()
    JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped
    LEFT JOIN pg_index i ON i.indrelid = t.oid AND i.indisprimary
    WHERE t.relkind = 'r'
    ORDER BY t.relname COLLATE \"C\", a.attname COLLATE \"C\"";

const SQLITE_REFERENCES: &str = "
    SELECT t.name AS table_name, t.name || f.id AS reference, f.\"from\" AS column_name, f.\"table\" AS to_table,
      f.\"to\" AS to_column
    FROM sqlite_schema t, pragma_foreign_key_list(t.name) f
    WHERE t.type = 'table' ORDER BY t.name, f.id, f.seq";

const POSTGRES_REFERENCES: &str = "
    SELECT t.relname::text AS table_name, c.conname::text AS reference, a.attname::text AS column_name,
      r.relname::text AS to_table, b.attname::text AS to_column
    FROM pg_constraint c
    JOIN pg_class t ON t.oid = c.conrelid
    JOIN pg_class r ON r.oid = c.confrelid
    JOIN pg_namespace s ON s.oid = t.relnamespace AND s.nspname = current_schema()
    CROSS JOIN unnest(c.conkey, c.confkey) WITH ORDINALITY AS k (attnum, to_attnum, n)
    JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.attnum
    JOIN pg_attribute b ON b.attrelid = r.oid AND b.attnum = k.to_attnum
    WHERE c.contype = 'f' ORDER BY t.relname, c.conname, k.n";

/// The tables that hold data.
#[derive(Clone, Debug)]
pub struct Catalogue {
    tables: Vec<Table>,
}

/// One table.
#[derive(Clone, Debug)]
pub struct Table {
    /// Its name.
    pub name: String,
    /// What it refers to.
    pub references: Vec<Reference>,
    /// By name.
    pub(crate) columns: Vec<Column>,
    /// Columns of the primary key, in its order.
    pub(crate) key: Vec<Column>,
}

#[derive(Clone, Debug)]
pub(crate) struct Column {
    pub(crate) name: String,
    pub(crate) kind: Kind,
    /// Whether PostgreSQL counts it up.
    pub(crate) is_identity: bool,
}

/// A promise that for every row there is one in another table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    /// The table that refers.
    pub table: String,
    /// The table referred to.
    pub to_table: String,
    /// Pairs of columns: of the table that refers, of the other.
    pub columns: Vec<(String, String)>,
}

impl Catalogue {
    /// Reads the catalogue of the database behind `session`.
    ///
    /// # Errors
    /// [`StoreError::NotCopied`] for a table without a primary key, a type that no column of this schema has, or
    /// tables that refer to each other in a circle.
    pub async fn read(session: &mut impl Session) -> Result<Self, StoreError> {
        let dialect = session.dialect();
        let (columns, references) = match dialect {
            Dialect::Sqlite => (SQLITE_COLUMNS, SQLITE_REFERENCES),
            Dialect::Postgres => (POSTGRES_COLUMNS, POSTGRES_REFERENCES),
        };
        let mut tables: Vec<Table> = Vec::new();
        let mut keys: Vec<(i64, Column)> = Vec::new();
        for row in session.all(columns, vec![]).await? {
            let name: String = row.get("table_name")?;
            if NOT_DATA.contains(&name.as_str()) {
                continue;
            }
            let column = read_column(&row, &name)?;
            if tables.last().is_none_or(|table| table.name != name) {
                take_key(&mut tables, &mut keys)?;
                tables.push(Table { name, references: Vec::new(), columns: Vec::new(), key: Vec::new() });
            }
            if row.get::<i64>("key_position")? > 0 {
                keys.push((row.get("key_position")?, column.clone()));
            }
            if let Some(table) = tables.last_mut() {
                table.columns.push(column);
            }
        }
        take_key(&mut tables, &mut keys)?;
        let mut last = String::new();
        for row in session.all(references, vec![]).await? {
            let (name, reference): (String, String) = (row.get("table_name")?, row.get("reference")?);
            let Some(table) = tables.iter_mut().find(|table| table.name == name) else { continue };
            if last != reference {
                let to_table = row.get("to_table")?;
                table.references.push(Reference { table: name, to_table, columns: Vec::new() });
                last = reference;
            }
            if let Some(reference) = table.references.last_mut() {
                reference.columns.push((row.get("column_name")?, row.get("to_column")?));
            }
        }
        Ok(Self { tables: in_order(tables)? })
    }

    /// The tables, each behind those that it refers to.
    pub fn tables(&self) -> &[Table] {
        &self.tables
    }

    /// The table of that name.
    pub fn table(&self, name: &str) -> Option<&Table> {
        self.tables.iter().find(|table| table.name == name)
    }
}

fn read_column(row: &Row, table: &str) -> Result<Column, StoreError> {
    let (name, kind): (String, String) = (row.get("column_name")?, row.get("type")?);
    let kind = match kind.to_lowercase().as_str() {
        "integer" | "bigint" => Kind::Integer,
        "text" => Kind::Text,
        "blob" | "bytea" => Kind::Bytes,
        "uuid" => Kind::Id,
        other => {
            let reason = format!("its column {name} is of the type {other}, which no table of Fieldproof has");
            return Err(StoreError::NotCopied { table: table.to_owned(), reason });
        }
    };
    Ok(Column { name, kind, is_identity: row.get("is_identity")? })
}

/// Ends the table that was read last.
fn take_key(tables: &mut [Table], keys: &mut Vec<(i64, Column)>) -> Result<(), StoreError> {
    let Some(table) = tables.last_mut() else { return Ok(()) };
    keys.sort_by_key(|(position, _)| *position);
    table.key = keys.drain(..).map(|(_, column)| column).collect();
    if table.key.is_empty() {
        let reason = "it has no primary key".to_owned();
        return Err(StoreError::NotCopied { table: table.name.clone(), reason });
    }
    Ok(())
}

/// Each table behind those that it refers to, apart from itself.
fn in_order(mut waiting: Vec<Table>) -> Result<Vec<Table>, StoreError> {
    let mut ordered: Vec<Table> = Vec::with_capacity(waiting.len());
    while !waiting.is_empty() {
        let ready = |table: &Table| {
            let mut others = table.references.iter().filter(|reference| reference.to_table != table.name);
            others.all(|reference| ordered.iter().any(|done| done.name == reference.to_table))
        };
        let Some(next) = waiting.iter().position(ready) else {
            let names: Vec<_> = waiting.into_iter().map(|table| table.name).collect();
            let reason = "these tables refer to each other in a circle".to_owned();
            return Err(StoreError::NotCopied { table: names.join(", "), reason });
        };
        ordered.push(waiting.remove(next));
    }
    Ok(ordered)
}

/// A name of the schema, as it stands in a statement.
pub(crate) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
