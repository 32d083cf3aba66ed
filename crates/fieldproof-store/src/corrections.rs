//! Corrections: what people said, beside what models said.

use chrono::{DateTime, Utc};
use fieldproof_domain::{
    ids::{UserId, WorkOrderId},
    work_order::TaskValue,
};
use uuid::Uuid;

use crate::{
    Session, StoreError, Writer,
    db::{Query as _, args},
};

/// A correction's row.
#[derive(Clone, Debug, PartialEq)]
pub struct Correction {
    /// The id.
    pub id: Uuid,
    /// Of which work order.
    pub work_order: WorkOrderId,
    /// Name of the task.
    pub task: String,
    /// What the person said.
    pub value: TaskValue,
    /// Who.
    pub user: UserId,
    /// When.
    pub created_at: DateTime<Utc>,
}

/// Adds a correction; the analyses it speaks of stay as they are.
pub async fn insert(writer: &mut Writer, correction: &Correction) -> Result<(), StoreError> {
    writer
        .execute(
            "INSERT INTO corrections (id, work_order_id, task, value, user_id, created_at)
             VALUES ($1, $2, $3, $4, $5, $6)",
            args![
                correction.id,
                correction.work_order,
                &correction.task,
                correction.value.to_json().to_string(),
                correction.user,
                correction.created_at,
            ],
        )
        .await?;
    Ok(())
}

/// A correction as history shows it.
#[derive(Clone, Debug, PartialEq)]
pub struct CorrectionDetails {
    /// Its row.
    pub correction: Correction,
    /// Address of who made it.
    pub user_email: String,
}

/// Every correction of a work order, newest first.
pub async fn of_work_order(session: &mut impl Session, id: WorkOrderId) -> Result<Vec<CorrectionDetails>, StoreError> {
    let rows = session
        .all(
            "SELECT corrections.id, work_order_id, task, value, user_id, corrections.created_at, email
             FROM corrections JOIN users ON users.id = corrections.user_id
             WHERE work_order_id = $1 ORDER BY corrections.created_at DESC, corrections.id DESC",
            args![id],
        )
        .await?;
    rows.iter()
        .map(|row| {
            Ok(CorrectionDetails {
                correction: Correction {
                    id: row.get("id")?,
                    work_order: row.get("work_order_id")?,
                    task: row.get("task")?,
                    value: row.json("value")?,
                    user: row.get("user_id")?,
                    created_at: row.get("created_at")?,
                },
                user_email: row.get("email")?,
            })
        })
        .collect()
}
