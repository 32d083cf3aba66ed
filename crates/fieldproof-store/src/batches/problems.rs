//! What went wrong with a batch: the lines of its error file.

use fieldproof_domain::{batch::Problem, ids::BatchId};
use uuid::Uuid;

use crate::{
    Session, StoreError, Writer,
    db::{Query as _, args},
};

/// A line, with the id that says its place among the others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredProblem {
    /// Grows with time.
    pub id: Uuid,
    /// What it says.
    pub problem: Problem,
}

/// Adds lines; `unit` is the position of the work order that was worked on, `None` while unpacking.
pub async fn insert_problems(
    writer: &mut Writer,
    batch: BatchId,
    unit: Option<u32>,
    problems: &[StoredProblem],
) -> Result<(), StoreError> {
    let head = "INSERT INTO batch_problems (batch_id, id, unit, work_order, file, code, reason) VALUES";
    let row = |StoredProblem { id, problem }: &StoredProblem| {
        let (order, file) = (problem.work_order.as_ref(), problem.file.as_ref());
        args![batch, *id, unit, order, file, &problem.code, &problem.reason]
    };
    writer.insert_all(head, problems.iter().map(row).collect(), "").await?;
    Ok(())
}

/// Forgets the lines about one work order, which is worked on again.
pub async fn forget_problems_of(writer: &mut Writer, batch: BatchId, unit: u32) -> Result<(), StoreError> {
    writer.execute("DELETE FROM batch_problems WHERE batch_id = $1 AND unit = $2", args![batch, unit]).await?;
    Ok(())
}

/// The lines behind `after` (`None`: from the first), oldest first; `limit` at most.
pub async fn problems_after(
    session: &mut impl Session,
    batch: BatchId,
    after: Option<Uuid>,
    limit: u32,
) -> Result<Vec<StoredProblem>, StoreError> {
    let rows = session
        .all(
            "SELECT id, work_order, file, code, reason FROM batch_problems
             WHERE batch_id = $1 AND id > $2 ORDER BY id LIMIT $3",
            args![batch, after.unwrap_or_default(), limit],
        )
        .await?;
    rows.iter()
        .map(|row| {
            let problem = Problem {
                work_order: row.get_opt("work_order")?,
                file: row.get_opt("file")?,
                code: row.get("code")?,
                reason: row.get("reason")?,
            };
            Ok(StoredProblem { id: row.get("id")?, problem })
        })
        .collect()
}

/// Whether anything went wrong apart from what was merely passed over, which `passed_over` names.
pub async fn is_any_problem(session: &mut impl Session, batch: BatchId, passed_over: &str) -> Result<bool, StoreError> {
    let sql = "SELECT code FROM batch_problems WHERE batch_id = $1 AND code <> $2 LIMIT 1";
    Ok(session.first(sql, args![batch, passed_over]).await?.is_some())
}
