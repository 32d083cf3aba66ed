//! Corrections: what people said, beside what models said.

use chrono::{DateTime, Utc};
use fieldproof_domain::{
    ids::{UserId, WorkOrderId},
    work_order::TaskValue,
};
use uuid::Uuid;

use crate::{StoreError, Writer, db::args};

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
