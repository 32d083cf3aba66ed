//! A person says otherwise (contract sections 2.7 and 3.8).

use std::sync::Arc;

use fieldproof_domain::{
    ids::{StateId, TaskId, WorkOrderId},
    work_order::{TaskState, TaskValue},
};
use fieldproof_store::{
    audit::{self, Entry},
    corrections::{self, Correction},
    task_states::{self, StoredState},
    windows, work_orders,
};
use serde_json::{Value as Json, json};

use crate::{
    AppError, Fieldproof, Missing,
    applications::LoadedApplication,
    permit::{Permit, act},
    repeat::Keep,
    work_orders::{progress, states_by_task},
};

/// A task after its correction.
pub struct CorrectedTask {
    /// The work order's application.
    pub application: Arc<LoadedApplication>,
    /// The task's new state.
    pub stored: StoredState,
}

impl Fieldproof {
    /// Puts a person's value beside the model's; message, colour and validation follow the person.
    /// A task that no photo has reached yet can be corrected too: its `analyzed_value` is null.
    ///
    /// # Errors
    /// [`Missing::WorkOrder`], [`Missing::Task`]; [`AppError::Invalid`] when the value is not of the task's type.
    pub async fn correct_task(
        &self,
        caller: &Permit<act::CorrectTask>,
        id: WorkOrderId,
        task_id: TaskId,
        corrected_value: &Json,
        keep: &impl Keep<CorrectedTask>,
    ) -> Result<CorrectedTask, AppError> {
        let current = self.look_up_work_order(caller, id).await?;
        let application = current.application;
        let task = application
            .application
            .active(&current.order.types)
            .into_iter()
            .flat_map(|group| group.tasks)
            .find(|task| application.id.task(&task.name) == task_id)
            .ok_or(AppError::NotFound(Missing::Task))?;
        let value = TaskValue::from_json(task.kind, corrected_value)
            .map_err(|message| AppError::field("corrected_value", message))?;
        let appearance = application.rules.appearance(&task.name, Some(&value));

        let mut writer = self.store.write().await?;
        let now = windows::moment(&mut writer, caller.site, self.ambient.now()).await?;
        let order = work_orders::get_for_change(&mut writer, caller.site, id).await?;
        let mut order = order.ok_or(AppError::NotFound(Missing::WorkOrder))?;
        let now = order.moment(now);
        let mut states = states_by_task(task_states::of_work_order(&mut writer, id).await?);
        let previous = states.get(&task.name);
        let stored = StoredState {
            id: previous.map_or_else(|| StateId(self.ambient.new_id()), |stored| stored.id),
            task: task.name.clone(),
            state: TaskState::after_correction(previous.map(|s| &s.state), value.clone(), appearance, now),
        };
        task_states::put(&mut writer, id, &[&stored]).await?;
        states.insert(task.name.clone(), stored.clone());
        let correction = Correction {
            id: self.ambient.new_id(),
            work_order: id,
            task: task.name.clone(),
            value: value.clone(),
            user: caller.user,
            created_at: now,
        };
        corrections::insert(&mut writer, &correction).await?;
        order.progress_score = progress(&application.application, &order.types, &states);
        order.updated_at = now;
        work_orders::advance(&mut writer, &order).await?;
        let details = json!({"task": task.name, "value": value.to_json()});
        let entry = Entry::new(now, "task.correct", id).by(caller.user).on(caller.site).with(details);
        audit::record(&mut writer, entry).await?;
        let corrected = CorrectedTask { application, stored };
        keep.keep(&mut writer, &corrected).await?;
        writer.commit().await?;
        Ok(corrected)
    }
}
