//! Writing tables: rows from their lines.

use super::{Table, catalogue::quoted, line};
use crate::{
    StoreError, Writer,
    db::{Dialect, Query as _, Value},
};

/// Rows that are kept to be written together.
const ROWS: usize = 200;
/// Bytes of lines that are kept to be written together.
const BYTES: usize = 1024 * 1024;

/// Adds rows to one table, many with each statement.
pub struct Import<'a> {
    writer: &'a mut Writer,
    table: &'a Table,
    head: String,
    waiting: Vec<Vec<Value>>,
    waiting_bytes: usize,
}

impl<'a> Import<'a> {
    /// Into an empty table, behind those that it refers to.
    pub fn new(writer: &'a mut Writer, table: &'a Table) -> Self {
        let columns: Vec<_> = table.columns.iter().map(|column| quoted(&column.name)).collect();
        let head = format!("INSERT INTO {} ({}) VALUES", quoted(&table.name), columns.join(", "));
        Self { writer, table, head, waiting: Vec::new(), waiting_bytes: 0 }
    }

    /// One more row.
    ///
    /// # Errors
    /// [`StoreError::NotCopied`] when the line does not fit the table.
    pub async fn add(&mut self, line: &[u8]) -> Result<(), StoreError> {
        self.waiting.push(line::read(self.table, line)?);
        self.waiting_bytes += line.len();
        if self.waiting.len() >= ROWS || self.waiting_bytes >= BYTES {
            self.write().await?;
        }
        Ok(())
    }

    /// Writes what waits, and lets numbers that the database gives go on behind the largest that was copied.
    pub async fn finish(mut self) -> Result<(), StoreError> {
        self.write().await?;
        // SQLite does so by itself.
        if self.writer.dialect() == Dialect::Postgres {
            for column in self.table.columns.iter().filter(|column| column.is_identity) {
                // Of an empty table the largest is NULL, and setval leaves the sequence as it is.
                let sql = format!(
                    "SELECT setval(pg_get_serial_sequence($1, $2), (SELECT max({}) FROM {}))",
                    quoted(&column.name),
                    quoted(&self.table.name)
                );
                let args = vec![quoted(&self.table.name).into(), column.name.as_str().into()];
                self.writer.all_of(sql, args).await?;
            }
        }
        Ok(())
    }

    async fn write(&mut self) -> Result<(), StoreError> {
        self.waiting_bytes = 0;
        self.writer.insert_all(&self.head, std::mem::take(&mut self.waiting), "").await?;
        Ok(())
    }
}
