//! A work order with everything that is shown of it.

use std::{collections::HashMap, sync::Arc};

use fieldproof_domain::{
    application::Application,
    ids::WorkOrderId,
    work_order::{GroupProgress, progress_score},
};
use fieldproof_store::{
    Session,
    inputs::{self, Input},
    task_states::{self, StoredState},
    work_orders::{self, WorkOrder},
};

use crate::{
    AppError, Fieldproof, Missing,
    access::Caller,
    applications::LoadedApplication,
    permit::{Permit, act},
};

/// A work order, its application, its tasks' states and, if asked for, its inputs.
pub struct WorkOrderView {
    /// The row.
    pub order: WorkOrder,
    /// The version it was created on.
    pub application: Arc<LoadedApplication>,
    /// States by task name; a task without one was neither analysed nor corrected.
    pub states: HashMap<String, StoredState>,
    /// Oldest analysis first; `None` when not asked for.
    pub inputs: Option<Vec<Input>>,
}

impl Fieldproof {
    /// A work order of the caller's site.
    ///
    /// # Errors
    /// [`Missing::WorkOrder`] for every other id.
    pub async fn retrieve_work_order(
        &self,
        caller: &Permit<act::RetrieveWorkOrder>,
        id: WorkOrderId,
        include_inputs: bool,
    ) -> Result<WorkOrderView, AppError> {
        // One moment for all of it: an analysis beside this must not show its states with the score before it.
        let mut snapshot = self.store.snapshot().await?;
        let (order, states) = order_and_states(&mut snapshot, caller, id).await?;
        let inputs = if include_inputs { Some(inputs::of_work_order(&mut snapshot, id).await?) } else { None };
        drop(snapshot);
        let application = self.application(order.app_version).await?;
        Ok(WorkOrderView { order, application, states, inputs })
    }

    /// A work order without its inputs, for a use case that looks again inside its own transaction: states and score
    /// may be of two moments.
    ///
    /// # Errors
    /// [`Missing::WorkOrder`] for an id that is not of the caller's site.
    pub(crate) async fn look_up_work_order(&self, caller: &Caller, id: WorkOrderId) -> Result<WorkOrderView, AppError> {
        let (order, states) = order_and_states(&mut self.store.read().await?, caller, id).await?;
        let application = self.application(order.app_version).await?;
        Ok(WorkOrderView { order, application, states, inputs: None })
    }
}

async fn order_and_states(
    session: &mut impl Session,
    caller: &Caller,
    id: WorkOrderId,
) -> Result<(WorkOrder, HashMap<String, StoredState>), AppError> {
    let order = work_orders::get(session, caller.site, id).await?;
    let order = order.ok_or(AppError::NotFound(Missing::WorkOrder))?;
    Ok((order, states_by_task(task_states::of_work_order(session, id).await?)))
}

/// States by the name of their task.
pub(crate) fn states_by_task(states: Vec<StoredState>) -> HashMap<String, StoredState> {
    states.into_iter().map(|stored| (stored.task.clone(), stored)).collect()
}

/// Names of the task groups that are active for a work order of these types.
pub fn active_groups<'a>(application: &'a Application, types: &[String]) -> Vec<&'a str> {
    application.active(types).into_iter().map(|active| active.group.name.as_str()).collect()
}

/// The progress score of a work order with these types and states.
pub fn progress(application: &Application, types: &[String], states: &HashMap<String, StoredState>) -> Option<u8> {
    let groups: Vec<_> = application
        .active(types)
        .iter()
        .map(|group| {
            let counted = || group.tasks.iter().filter(|task| task.conformity_status);
            let validated = counted().filter(|task| {
                states
                    .get(&task.name)
                    .is_some_and(|stored| stored.state.appearance.is_conformity_validated == Some(true))
            });
            GroupProgress { validated: validated.count() as u32, counted: counted().count() as u32 }
        })
        .collect();
    progress_score(&groups)
}
