//! The current state of each task of a work order.

use fieldproof_domain::{
    ids::{StateId, WorkOrderId},
    observation::Detection,
    work_order::{Appearance, TaskState},
};
use serde_json::json;

use crate::{
    Session, StoreError, Writer,
    db::{Query as _, Row, Value, args},
};

/// A task's state with its identity.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredState {
    /// Stays the same for as long as the work order lives.
    pub id: StateId,
    /// Name of the task.
    pub task: String,
    /// The state.
    pub state: TaskState,
}

fn read(row: &Row, regions: Vec<Detection>) -> Result<StoredState, StoreError> {
    let analysis = row.get_opt("analysis_id")?.zip(row.get_opt("input_id")?);
    Ok(StoredState {
        id: row.get("id")?,
        task: row.get("task")?,
        state: TaskState {
            analyzed_value: row.json_opt("analyzed_value")?,
            analyzed_date: row.get_opt("analyzed_date")?,
            analysis,
            regions,
            corrected_value: row.json_opt("corrected_value")?,
            corrected_date: row.get_opt("corrected_date")?,
            appearance: Appearance {
                message: row.json_opt("message")?,
                color: row.get_opt("color")?,
                is_conformity_validated: row.get_opt("is_conformity_validated")?,
            },
        },
    })
}

/// The states of a work order's tasks; a task without one was neither analysed nor corrected.
pub async fn of_work_order(session: &mut impl Session, id: WorkOrderId) -> Result<Vec<StoredState>, StoreError> {
    let rows = session
        .all(
            "SELECT id, task, analyzed_value, analyzed_date, analysis_id, input_id, regions, corrected_value,
               corrected_date, message, color, is_conformity_validated
             FROM task_states WHERE work_order_id = $1",
            args![id],
        )
        .await?;
    rows.iter().map(|row| read(row, row.json("regions")?)).collect()
}

/// The states of these work orders' tasks, each with its work order, in no order; without regions, which can be many and
/// which no list shows.
pub async fn without_regions(
    session: &mut impl Session,
    ids: &[WorkOrderId],
) -> Result<Vec<(WorkOrderId, StoredState)>, StoreError> {
    let Some(last) = ids.last() else { return Ok(Vec::new()) };
    // Few lengths, so that there are few statements for the database to keep; the last id again and again adds nothing.
    let length = ids.len().next_power_of_two();
    let wanted: Vec<_> = (1..=length).map(|number| format!("${number}")).collect();
    let sql = format!(
        "SELECT work_order_id, id, task, analyzed_value, analyzed_date, analysis_id, input_id, corrected_value,
           corrected_date, message, color, is_conformity_validated
         FROM task_states WHERE work_order_id IN ({})",
        wanted.join(", ")
    );
    let ids = ids.iter().chain(std::iter::repeat(last)).take(length).map(|id| Value::from(*id));
    let rows = session.all_of(sql, ids.collect()).await?;
    rows.iter().map(|row| Ok((row.get("work_order_id")?, read(row, Vec::new())?))).collect()
}

/// Writes the new states of some tasks over those before.
pub async fn put(writer: &mut Writer, work_order: WorkOrderId, states: &[&StoredState]) -> Result<(), StoreError> {
    put_all(writer, states.iter().map(|stored| (work_order, *stored))).await
}

/// As [`put`], for several work orders; a task of a work order must not be there twice.
pub async fn put_all<'a>(
    writer: &mut Writer,
    states: impl IntoIterator<Item = (WorkOrderId, &'a StoredState)>,
) -> Result<(), StoreError> {
    writer
        .insert_all_later(
            "INSERT INTO task_states (work_order_id, task, id, analyzed_value, analyzed_date, analysis_id, input_id,
               regions, corrected_value, corrected_date, message, color, is_conformity_validated)
             VALUES",
            states.into_iter().map(|(work_order, stored)| row(work_order, stored)).collect(),
            "ON CONFLICT (work_order_id, task) DO UPDATE SET
               analyzed_value = excluded.analyzed_value, analyzed_date = excluded.analyzed_date,
               analysis_id = excluded.analysis_id, input_id = excluded.input_id, regions = excluded.regions,
               corrected_value = excluded.corrected_value, corrected_date = excluded.corrected_date,
               message = excluded.message, color = excluded.color,
               is_conformity_validated = excluded.is_conformity_validated",
        )
        .await?;
    Ok(())
}

fn row(work_order: WorkOrderId, stored: &StoredState) -> Vec<Value> {
    let state = &stored.state;
    let (analysis, input) = state.analysis.unzip();
    args![
        work_order,
        &stored.task,
        stored.id,
        state.analyzed_value.as_ref().map(|v| v.to_json().to_string()),
        state.analyzed_date,
        analysis,
        input,
        json!(state.regions).to_string(),
        state.corrected_value.as_ref().map(|v| v.to_json().to_string()),
        state.corrected_date,
        state.appearance.message.as_ref().map(|m| json!(m).to_string()),
        state.appearance.color.as_ref(),
        state.appearance.is_conformity_validated,
    ]
}
