//! Work orders.

use chrono::{DateTime, Utc};
use fieldproof_domain::{
    ids::{AnalysisId, AppVersionId, SiteId, UserId, WorkOrderId},
    work_order::Term,
};
use serde_json::{Map, Value as Json, json};

use crate::{
    Session, StoreError, Writer,
    db::{Dialect, Query as _, Row, Value, args},
    terms,
};

/// A work order's row, with its field engineer's name and address.
#[derive(Clone, Debug, PartialEq)]
pub struct WorkOrder {
    /// The id.
    pub id: WorkOrderId,
    /// Where it belongs.
    pub site: SiteId,
    /// The version it was created on, and stays on.
    pub app_version: AppVersionId,
    /// Not unique.
    pub name: String,
    /// The customer's dictionary.
    pub metadata: Map<String, Json>,
    /// The customer's groups.
    pub tags: Vec<String>,
    /// Names of its work order types.
    pub types: Vec<String>,
    /// Attached user groups.
    pub user_group_ids: Vec<String>,
    /// The older dictionary of analysis inputs.
    pub parameters: Option<Map<String, Json>>,
    /// Who does the work.
    pub field_engineer: Option<FieldEngineer>,
    /// 0..=100; `None` when no task counts.
    pub progress_score: Option<u8>,
    /// When the back office reviewed it.
    pub review_date: Option<DateTime<Utc>>,
    /// The first analysis.
    pub first_analysis: Option<AnalysisId>,
    /// The newest analysis.
    pub latest_analysis: Option<AnalysisId>,
    /// When it was created.
    pub created_at: DateTime<Utc>,
    /// When it was last changed or analysed.
    pub updated_at: DateTime<Utc>,
}

/// The person doing the work.
#[derive(Clone, Debug, PartialEq)]
pub struct FieldEngineer {
    /// The account.
    pub id: UserId,
    /// The account's address.
    pub email: String,
    /// The account's name, if it has one.
    pub name: Option<String>,
}

/// What [`read`] needs, of `work_orders` joined with the field engineer's `users`.
pub(crate) const COLUMNS: &str =
    "work_orders.id, work_orders.site_id, app_version_id, work_orders.name, metadata, tags,
   types, user_group_ids, parameters, field_engineer_id, users.email AS engineer_email, users.name AS engineer_name,
   progress_score, review_date, first_analysis_id, latest_analysis_id, work_orders.created_at, work_orders.updated_at";

pub(crate) fn read(row: &Row) -> Result<WorkOrder, StoreError> {
    let field_engineer = match row.get_opt("field_engineer_id")? {
        None => None,
        Some(id) => Some(FieldEngineer { id, email: row.get("engineer_email")?, name: row.get_opt("engineer_name")? }),
    };
    Ok(WorkOrder {
        id: row.get("id")?,
        site: row.get("site_id")?,
        app_version: row.get("app_version_id")?,
        name: row.get("name")?,
        metadata: row.json("metadata")?,
        tags: row.json("tags")?,
        types: row.json("types")?,
        user_group_ids: row.json("user_group_ids")?,
        parameters: row.json_opt("parameters")?,
        field_engineer,
        progress_score: row.get_opt("progress_score")?,
        review_date: row.get_opt("review_date")?,
        first_analysis: row.get_opt("first_analysis_id")?,
        latest_analysis: row.get_opt("latest_analysis_id")?,
        created_at: row.get("created_at")?,
        updated_at: row.get("updated_at")?,
    })
}

/// Adds a work order for which these task groups are active.
pub async fn insert(writer: &mut Writer, order: &WorkOrder, task_groups: &[&str]) -> Result<(), StoreError> {
    insert_all(writer, &[(order, task_groups)]).await
}

/// Adds work orders, for each of which these task groups are active.
pub async fn insert_all(writer: &mut Writer, orders: &[(&WorkOrder, &[&str])]) -> Result<(), StoreError> {
    writer
        .insert_all(
            "INSERT INTO work_orders (id, site_id, app_version_id, name, metadata, tags, types, user_group_ids,
               parameters, field_engineer_id, progress_score, review_date, first_analysis_id, latest_analysis_id,
               created_at, updated_at, terms_version)
             VALUES",
            orders.iter().map(|(order, _)| row(order)).collect(),
            "",
        )
        .await?;
    terms::write(writer, orders).await
}

fn row(order: &WorkOrder) -> Vec<Value> {
    args![
        order.id,
        order.site,
        order.app_version,
        &order.name,
        json!(order.metadata).to_string(),
        json!(order.tags).to_string(),
        json!(order.types).to_string(),
        json!(order.user_group_ids).to_string(),
        order.parameters.as_ref().map(|p| json!(p).to_string()),
        order.field_engineer.as_ref().map(|engineer| engineer.id),
        order.progress_score,
        order.review_date,
        order.first_analysis,
        order.latest_analysis,
        order.created_at,
        order.updated_at,
        1_u32,
    ]
}

/// The work order of that id on that site; on another site it does not exist.
pub async fn get(session: &mut impl Session, site: SiteId, id: WorkOrderId) -> Result<Option<WorkOrder>, StoreError> {
    let row = session
        .all_of(
            format!(
                "SELECT {COLUMNS} FROM work_orders LEFT JOIN users ON users.id = work_orders.field_engineer_id
                 WHERE work_orders.id = $1 AND work_orders.site_id = $2"
            ),
            args![id, site],
        )
        .await?;
    row.first().map(read).transpose()
}

/// As [`get`], for a transaction that will change the work order: others who want to wait until it ends.
pub async fn get_for_change(
    writer: &mut Writer,
    site: SiteId,
    id: WorkOrderId,
) -> Result<Option<WorkOrder>, StoreError> {
    if writer.dialect() == Dialect::Postgres {
        writer.first("SELECT id FROM work_orders WHERE id = $1 AND site_id = $2 FOR UPDATE", args![id, site]).await?;
    }
    get(writer, site, id).await
}

/// The newest work order of exactly that name on that site.
pub async fn newest_of_name(
    session: &mut impl Session,
    site: SiteId,
    name: &str,
) -> Result<Option<WorkOrderId>, StoreError> {
    let row = session
        .first(
            "SELECT work_order_id FROM work_order_terms WHERE site_id = $1 AND term = $2
             ORDER BY created_at DESC, work_order_id DESC LIMIT 1",
            args![site, Term::Name(name.to_owned()).key()],
        )
        .await?;
    row.map(|row| row.get("work_order_id")).transpose()
}

/// Writes back what may change in a work order, for which these task groups are active now; id, site, version and
/// creation stay.
pub async fn update(writer: &mut Writer, order: &WorkOrder, task_groups: &[&str]) -> Result<(), StoreError> {
    writer
        .execute(
            "UPDATE work_orders SET name = $2, metadata = $3, tags = $4, types = $5, user_group_ids = $6,
               field_engineer_id = $7, progress_score = $8, review_date = $9, first_analysis_id = $10,
               latest_analysis_id = $11, updated_at = $12, terms_version = 1
             WHERE id = $1",
            args![
                order.id,
                &order.name,
                json!(order.metadata).to_string(),
                json!(order.tags).to_string(),
                json!(order.types).to_string(),
                json!(order.user_group_ids).to_string(),
                order.field_engineer.as_ref().map(|engineer| engineer.id),
                order.progress_score,
                order.review_date,
                order.first_analysis,
                order.latest_analysis,
                order.updated_at,
            ],
        )
        .await?;
    terms::rewrite(writer, order, task_groups).await
}

/// Writes back what an analysis or a correction changes in a work order, which is nothing that it is found by.
pub async fn advance(writer: &mut Writer, order: &WorkOrder) -> Result<(), StoreError> {
    writer
        .execute_later(
            "UPDATE work_orders SET progress_score = $2, first_analysis_id = $3, latest_analysis_id = $4,
               updated_at = $5 WHERE id = $1",
            args![order.id, order.progress_score, order.first_analysis, order.latest_analysis, order.updated_at],
        )
        .await
}

/// Deletes a work order with everything that hangs on it but its audit rows.
pub async fn delete(writer: &mut Writer, id: WorkOrderId) -> Result<(), StoreError> {
    writer.execute("DELETE FROM work_orders WHERE id = $1", args![id]).await?;
    Ok(())
}
