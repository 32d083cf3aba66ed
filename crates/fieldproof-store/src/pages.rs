//! A page of a table's rows, newest first, as `fieldproof_domain::paging` has it.

use fieldproof_domain::paging::{Cursor, Direction, Neighbours, Position};

use crate::{
    Session, StoreError,
    db::{Query as _, Row, Value, args},
};

/// Rows of one owner, which have `created_at` and `id`.
pub(crate) struct Pages {
    pub(crate) columns: &'static str,
    pub(crate) table: &'static str,
    /// The column that says whose they are.
    pub(crate) owner: &'static str,
}

impl Pages {
    /// The rows of an owner from `cursor` (`None`: from the newest), `limit` at most, newest first.
    pub(crate) async fn page(
        &self,
        session: &mut impl Session,
        owner: impl Into<Value>,
        cursor: Option<Cursor>,
        limit: u32,
    ) -> Result<(Vec<Row>, Neighbours), StoreError> {
        let Self { columns, table, owner: column } = self;
        let (span, order, from) = match cursor {
            None => ("", "DESC", None),
            Some(Cursor { direction: Direction::Older, from }) => {
                ("AND (created_at, id) < ($3, $4)", "DESC", Some(from))
            }
            Some(Cursor { direction: Direction::Newer, from }) => {
                ("AND (created_at, id) > ($3, $4)", "ASC", Some(from))
            }
        };
        let sql = format!(
            "SELECT {columns} FROM {table} WHERE {column} = $1 {span} ORDER BY created_at {order}, id {order} LIMIT $2"
        );
        // One more than wanted tells whether there are others behind the page.
        let mut args = vec![owner.into(), limit.saturating_add(1).into()];
        if let Some(from) = from {
            args.extend(args![from.created_at, from.id]);
        }
        let mut rows = session.all_of(sql, args).await?;
        let more = rows.len() > limit as usize;
        rows.truncate(limit as usize);
        if order == "ASC" {
            rows.reverse();
        }
        let position = |row: &Row| Ok(Position { created_at: row.get("created_at")?, id: row.get("id")? });
        let positions = rows.iter().map(position).collect::<Result<Vec<_>, StoreError>>()?;
        Ok((rows, Neighbours::of(cursor, &positions, more)))
    }
}
