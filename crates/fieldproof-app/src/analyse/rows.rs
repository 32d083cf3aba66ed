//! The rows that an analysis adds beside its own.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use fieldproof_domain::{
    application::ActiveGroup,
    check::Finding,
    ids::{AnalysisId, InputId, StateId, WorkOrderId},
    work_order::{TaskOutcome, TaskState},
};
use fieldproof_store::{
    Writer,
    analyses::Analysis,
    inputs::{Input, InputData},
    task_states::{self, StoredState},
};

use super::request::{AnalysisRequest, NewInputData};
use crate::{AppError, Fieldproof, work_orders::states_by_task};

impl Fieldproof {
    /// The inputs as sent, with what level 1 found on the photo at `position`.
    pub(super) fn new_inputs(
        &self,
        analysis: &Analysis,
        request: AnalysisRequest,
        position: usize,
        photo: (InputId, InputData),
        findings: &[Finding],
    ) -> Vec<Input> {
        let mut photo = Some(photo);
        let inputs = request.inputs.into_iter().enumerate().filter_map(|(at, input)| {
            let (id, data, findings) = match input.data {
                NewInputData::Text(text) => (InputId(self.ambient.new_id()), InputData::Text(text), Vec::new()),
                NewInputData::Image(_) if at == position => {
                    let (id, data) = photo.take()?;
                    (id, data, findings.to_vec())
                }
                NewInputData::Image(_) => return None,
            };
            Some(Input {
                id,
                analysis: analysis.id,
                work_order: analysis.work_order,
                position: at as u32,
                name: input.name,
                data,
                metadata: input.metadata,
                findings,
                created_at: analysis.created_at,
            })
        });
        inputs.collect()
    }

    /// Moves the states of the tasks that the analysis spoke of; answers all states of the work order.
    pub(super) async fn move_states(
        &self,
        writer: &mut Writer,
        order: WorkOrderId,
        group: &ActiveGroup<'_>,
        outcomes: &[TaskOutcome],
        source: (AnalysisId, InputId),
        now: DateTime<Utc>,
    ) -> Result<HashMap<String, StoredState>, AppError> {
        let mut states = states_by_task(task_states::of_work_order(writer, order).await?);
        let mut moved = Vec::with_capacity(outcomes.len());
        for outcome in outcomes {
            let keep = group.tasks.iter().any(|task| task.name == outcome.task && task.keep_once_validated);
            let previous = states.get(&outcome.task);
            let stored = StoredState {
                id: previous.map_or_else(|| StateId(self.ambient.new_id()), |stored| stored.id),
                task: outcome.task.clone(),
                state: TaskState::after_analysis(previous.map(|s| &s.state), outcome, keep, source, now),
            };
            moved.push(stored);
        }
        task_states::put(writer, order, &moved.iter().collect::<Vec<_>>()).await?;
        states.extend(moved.into_iter().map(|stored| (stored.task.clone(), stored)));
        Ok(states)
    }
}
