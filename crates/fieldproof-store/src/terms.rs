//! The terms that lists find work orders by: rows beside the work order, written with it.

use fieldproof_domain::{ids::WorkOrderId, work_order::Facts};

use crate::{
    Session, StoreError, Writer,
    db::{Dialect, Query as _, Value, args},
    work_orders::{COLUMNS, WorkOrder, read},
};

/// Writes the terms of work orders that have none, for each of which these task groups are active.
pub(crate) async fn write(writer: &mut Writer, orders: &[(&WorkOrder, &[&str])]) -> Result<(), StoreError> {
    let rows = orders.iter().flat_map(|(order, task_groups)| rows(order, task_groups)).collect();
    let head = "INSERT INTO work_order_terms (site_id, term, created_at, work_order_id) VALUES";
    writer.insert_all(head, rows, "").await
}

fn rows(order: &WorkOrder, task_groups: &[&str]) -> Vec<Vec<Value>> {
    let facts = Facts {
        name: &order.name,
        metadata: &order.metadata,
        tags: &order.tags,
        types: &order.types,
        task_groups,
        field_engineer: order.field_engineer.as_ref().map(|engineer| engineer.id),
        user_group_ids: &order.user_group_ids,
        is_reviewed: order.review_date.is_some(),
    };
    facts.keys().into_iter().map(|term| args![order.site, term, order.created_at, order.id]).collect()
}

/// Writes the terms of a work order in place of those before.
pub(crate) async fn rewrite(writer: &mut Writer, order: &WorkOrder, task_groups: &[&str]) -> Result<(), StoreError> {
    writer.execute("DELETE FROM work_order_terms WHERE work_order_id = $1", args![order.id]).await?;
    write(writer, &[(order, task_groups)]).await
}

/// Whether some work orders have no terms yet: those written before there were any.
pub async fn are_missing(session: &mut impl Session) -> Result<bool, StoreError> {
    Ok(session.first("SELECT id FROM work_orders WHERE terms_version < 1 LIMIT 1", vec![]).await?.is_some())
}

/// At most `limit` work orders that have no terms yet, of any site, by id, with ids above `after`. They stay as they are
/// until the transaction ends.
pub async fn missing(
    writer: &mut Writer,
    after: Option<WorkOrderId>,
    limit: u32,
) -> Result<Vec<WorkOrder>, StoreError> {
    let lock = if writer.dialect() == Dialect::Postgres { "FOR UPDATE OF work_orders" } else { "" };
    let sql = format!(
        "SELECT {COLUMNS} FROM work_orders LEFT JOIN users ON users.id = work_orders.field_engineer_id
         WHERE terms_version < 1 AND work_orders.id > $1 ORDER BY work_orders.id LIMIT $2 {lock}"
    );
    let after = after.unwrap_or(WorkOrderId(uuid::Uuid::nil()));
    let rows = writer.all_of(sql, args![after, limit]).await?;
    rows.iter().map(read).collect()
}

/// Writes the terms of a work order that [`missing`] has found.
pub async fn add(writer: &mut Writer, order: &WorkOrder, task_groups: &[&str]) -> Result<(), StoreError> {
    rewrite(writer, order, task_groups).await?;
    writer.execute("UPDATE work_orders SET terms_version = 1 WHERE id = $1", args![order.id]).await?;
    Ok(())
}
