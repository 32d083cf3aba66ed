//! The work orders that were created or updated in a window, page by page, each with everything that its line tells.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use fieldproof_domain::{
    check::Finding,
    export::Window,
    ids::{AnalysisId, InputId, SiteId, WorkOrderId},
    text::Text,
    work_order::{Appearance, TaskOutcome, TaskValue},
};
use serde_json::{Map, Value as Json};

use crate::{
    Session, Snapshot, StoreError,
    db::{Dialect, Query as _, Row, Value, args},
    inputs,
    work_orders::{self, WorkOrder},
};

/// A work order of a window.
#[derive(Clone, Debug, PartialEq)]
pub struct Changed {
    /// Its row.
    pub order: WorkOrder,
    /// Its photos, oldest first.
    pub photos: Vec<Seen>,
    /// What people said, oldest first.
    pub corrections: Vec<Said>,
}

/// A photo and its analysis.
#[derive(Clone, Debug, PartialEq)]
pub struct Seen {
    /// The photo.
    pub input: InputId,
    /// The analysis.
    pub analysis: AnalysisId,
    /// For which task group.
    pub task_group: String,
    /// Where the photo lies in the blob store.
    pub blob_key: String,
    /// What was sent with it.
    pub metadata: Map<String, Json>,
    /// What level 1 found.
    pub findings: Vec<Finding>,
    /// What level 2 said, in no order; without boxes and colours.
    pub outcomes: Vec<TaskOutcome>,
    /// When it came.
    pub created_at: DateTime<Utc>,
}

/// A correction.
#[derive(Clone, Debug, PartialEq)]
pub struct Said {
    /// Of which task.
    pub task: String,
    /// What.
    pub value: TaskValue,
    /// When.
    pub created_at: DateTime<Utc>,
}

/// Where a page ends in the order of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    updated_at: DateTime<Utc>,
    created_at: DateTime<Utc>,
    id: WorkOrderId,
}

impl Changed {
    /// Where it stands.
    pub fn place(&self) -> Place {
        Place { updated_at: self.order.updated_at, created_at: self.order.created_at, id: self.order.id }
    }
}

/// At most `limit` work orders of the site that were created or updated in the window, from behind `after` on, by their last
/// change. Those that were changed again after the window are known by their audit rows.
pub async fn changed(
    session: &mut Snapshot,
    site: SiteId,
    window: Window,
    after: Option<Place>,
    limit: u32,
) -> Result<Vec<Changed>, StoreError> {
    let after = after.unwrap_or(Place {
        updated_at: window.from,
        // Before everything that was changed in the window's first moment.
        created_at: DateTime::UNIX_EPOCH,
        id: WorkOrderId(uuid::Uuid::nil()),
    });
    let sql = format!(
        "SELECT {} FROM work_orders LEFT JOIN users ON users.id = field_engineer_id
         WHERE work_orders.site_id = $1
           AND (work_orders.updated_at, work_orders.created_at, work_orders.id) > ($2, $3, $4)
           AND (work_orders.updated_at < $6 OR EXISTS (
             SELECT 1 FROM audit WHERE audit.subject_id = work_orders.id AND audit.at >= $5 AND audit.at < $6
               AND audit.action IN ('work_order.create', 'work_order.update', 'work_order.analyse', 'task.correct')))
         ORDER BY work_orders.updated_at, work_orders.created_at, work_orders.id LIMIT $7",
        work_orders::COLUMNS
    );
    let args = args![site, after.updated_at, after.created_at, after.id, window.from, window.to, limit];
    let rows = session.all_of(sql, args).await?;
    let orders = rows.iter().map(work_orders::read).collect::<Result<Vec<_>, _>>()?;
    let ids: Vec<_> = orders.iter().map(|order| order.id).collect();
    let mut photos = photos(session, &ids).await?;
    let mut corrections = corrections(session, &ids).await?;
    Ok(orders
        .into_iter()
        .map(|order| Changed {
            photos: photos.remove(&order.id).unwrap_or_default(),
            corrections: corrections.remove(&order.id).unwrap_or_default(),
            order,
        })
        .collect())
}

async fn photos(session: &mut Snapshot, orders: &[WorkOrderId]) -> Result<HashMap<WorkOrderId, Vec<Seen>>, StoreError> {
    // As one value: a row of its own costs more than what is in it, and a photo has several.
    let outcomes = match session.dialect() {
        Dialect::Sqlite => "json_group_array(json_array(task, json(value), json(message), is_conformity_validated))",
        Dialect::Postgres => {
            "json_agg(json_build_array(task, value::json, message::json, is_conformity_validated))::text"
        }
    };
    let sql = format!(
        "SELECT inputs.id, inputs.analysis_id, inputs.work_order_id, inputs.blob_key, inputs.metadata, inputs.findings,
           inputs.created_at, analyses.task_group,
           (SELECT {outcomes} FROM outcomes WHERE outcomes.analysis_id = analyses.id) AS outcomes
         FROM inputs JOIN analyses ON analyses.id = inputs.analysis_id
         WHERE inputs.blob_key IS NOT NULL AND inputs.work_order_id"
    );
    let rows = of_all(session, &sql, orders, "ORDER BY inputs.created_at, inputs.analysis_id, inputs.position").await?;
    let mut found: HashMap<_, Vec<_>> = HashMap::new();
    for row in rows {
        let outcomes: Option<Vec<OutcomeColumns>> = row.json_opt("outcomes")?;
        found.entry(row.get("work_order_id")?).or_default().push(Seen {
            input: row.get("id")?,
            analysis: row.get("analysis_id")?,
            task_group: row.get("task_group")?,
            blob_key: row.get("blob_key")?,
            metadata: row.json("metadata")?,
            findings: inputs::findings(&row)?,
            outcomes: outcomes.into_iter().flatten().map(outcome).collect(),
            created_at: row.get("created_at")?,
        });
    }
    Ok(found)
}

/// Task, value, message, whether it is as it should be.
type OutcomeColumns = (String, Option<TaskValue>, Option<Text>, Option<i64>);

fn outcome((task, value, message, is_conformity_validated): OutcomeColumns) -> TaskOutcome {
    let is_conformity_validated = is_conformity_validated.map(|flag| flag != 0);
    TaskOutcome {
        task,
        value,
        appearance: Appearance { message, color: None, is_conformity_validated },
        regions: Vec::new(),
        failure: None,
    }
}

async fn corrections(
    session: &mut Snapshot,
    orders: &[WorkOrderId],
) -> Result<HashMap<WorkOrderId, Vec<Said>>, StoreError> {
    let sql = "SELECT work_order_id, task, value, created_at FROM corrections WHERE work_order_id";
    let mut found: HashMap<_, Vec<_>> = HashMap::new();
    for row in of_all(session, sql, orders, "ORDER BY created_at, id").await? {
        found.entry(row.get("work_order_id")?).or_default().push(Said {
            task: row.get("task")?,
            value: row.json("value")?,
            created_at: row.get("created_at")?,
        });
    }
    Ok(found)
}

/// The rows of a statement that ends with the column that is to be one of these.
async fn of_all(
    session: &mut impl Session,
    head: &str,
    orders: &[WorkOrderId],
    tail: &str,
) -> Result<Vec<Row>, StoreError> {
    if orders.is_empty() {
        return Ok(Vec::new());
    }
    let sql = format!("{head} IN {} {tail}", session.places(1, orders.len()));
    session.all_of(sql, orders.iter().map(|id| Value::from(*id)).collect()).await
}
