//! The answer to an analysis.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use fieldproof_domain::{
    check::{Finding, blocks},
    ids::{AnalysisId, WorkOrderId},
    work_order::{TaskOutcome, TaskState},
};
use fieldproof_store::{
    Session, analyses,
    inputs::{self, Input, InputData},
    task_states::{self, StoredState},
};

use crate::{AppError, Missing, applications::LoadedApplication, work_orders::states_by_task};

/// What an analysis found.
pub struct Verdict {
    /// The analysis.
    pub id: AnalysisId,
    /// The work order's application.
    pub application: Arc<LoadedApplication>,
    /// The task group that the photo was for.
    pub task_group: String,
    /// In the order sent, with level 1's findings on the photo.
    pub inputs: Vec<Input>,
    /// What level 2 says, in the application's order; empty when level 1 blocked it.
    pub outcomes: Vec<TaskOutcome>,
    /// The states of the tasks that level 2 spoke of, in the same order.
    pub states: Vec<StoredState>,
}

impl Verdict {
    /// What level 1 found.
    pub fn findings(&self) -> impl Iterator<Item = &Finding> {
        self.inputs.iter().flat_map(|input| &input.findings)
    }

    /// Whether level 1 stopped the analysis.
    pub fn is_blocked(&self) -> bool {
        self.inputs.iter().any(|input| blocks(&input.findings))
    }
}

/// The verdict of an earlier analysis: the answer to a client that sends the same photo again.
/// A task that a later photo has moved on is shown as this analysis saw it.
pub(super) async fn earlier(
    session: &mut impl Session,
    application: Arc<LoadedApplication>,
    work_order: WorkOrderId,
    task_group: &str,
    (id, at): (AnalysisId, DateTime<Utc>),
) -> Result<Verdict, AppError> {
    let inputs = inputs::of_analysis(session, id).await?;
    let mut said = analyses::outcomes(session, id).await?;
    let current = states_by_task(task_states::of_work_order(session, work_order).await?);
    let photo = inputs.iter().find(|input| matches!(input.data, InputData::Image { .. })).map(|input| input.id);
    // No analysis is without its photo: the work order was deleted since it was found.
    let photo = photo.ok_or(AppError::NotFound(Missing::WorkOrder))?;
    let order = application.application.group(task_group).map(|group| group.tasks.as_slice()).unwrap_or_default();
    said.sort_by_key(|outcome| order.iter().position(|task| task.name == outcome.task));
    let states = said
        .iter()
        .filter_map(|outcome| {
            let stored = current.get(&outcome.task)?;
            let is_current = stored.state.analysis.is_some_and(|(analysis, _)| analysis == id);
            // An older state was kept when this analysis came (`keep_once_validated`), and answered then too.
            let was_kept = stored.state.analyzed_date.is_none_or(|date| date < at);
            let state = if is_current || was_kept {
                stored.state.clone()
            } else {
                TaskState::after_analysis(None, outcome, false, (id, photo), at)
            };
            Some(StoredState { state, ..stored.clone() })
        })
        .collect();
    Ok(Verdict { id, application, task_group: task_group.to_owned(), inputs, outcomes: said, states })
}
