//! Updating a work order (contract section 2.2).

use fieldproof_domain::ids::WorkOrderId;
use fieldproof_store::{
    audit::{self, Entry},
    task_states, windows, work_orders,
};
use serde_json::{Map, Value as Json, json};

use super::{WorkOrderView, active_groups, fields, progress, states_by_task};
use crate::{
    AppError, FieldErrors, Fieldproof, Missing,
    permit::{Permit, act},
    repeat::Keep,
};

/// What to change; each field that is given replaces the whole of the old one.
#[derive(Clone, Debug, Default)]
pub struct WorkOrderChanges {
    /// As at creation.
    pub name: Option<String>,
    /// As at creation.
    pub metadata: Option<Map<String, Json>>,
    /// As at creation.
    pub tags: Option<Vec<String>>,
    /// As at creation; `Some(None)` takes the engineer off.
    pub field_engineer_email: Option<Option<String>>,
    /// As at creation.
    pub user_group_ids: Option<Vec<String>>,
    /// As at creation; states of tasks that are no longer active are kept and come back with them.
    pub types: Option<Vec<String>>,
}

impl Fieldproof {
    /// Changes a work order of the caller's site.
    ///
    /// # Errors
    /// [`Missing::WorkOrder`]; [`AppError::Invalid`] with every wrong field; [`AppError::UnknownEngineer`].
    pub async fn update_work_order(
        &self,
        caller: &Permit<act::UpdateWorkOrder>,
        id: WorkOrderId,
        changes: WorkOrderChanges,
        keep: &impl Keep<WorkOrderView>,
    ) -> Result<WorkOrderView, AppError> {
        let current = self.look_up_work_order(caller, id).await?;
        let application = current.application;
        let mut errors = FieldErrors::default();
        if let Some(name) = &changes.name {
            fields::name(name, &mut errors);
        }
        if let Some(metadata) = &changes.metadata {
            fields::metadata(&application.application, metadata, &mut errors);
        }
        if let Some(types) = &changes.types {
            fields::types(&application.application, types, &mut errors);
        }
        errors.into_result()?;

        let mut writer = self.store.write().await?;
        let now = windows::moment(&mut writer, caller.site, self.ambient.now()).await?;
        // Read again inside the transaction: an analysis may have moved the score since.
        let order = work_orders::get_for_change(&mut writer, caller.site, id).await?;
        let mut order = order.ok_or(AppError::NotFound(Missing::WorkOrder))?;
        let now = order.moment(now);
        let mut changed = Vec::new();
        if let Some(name) = changes.name {
            order.name = name;
            changed.push("name");
        }
        if let Some(metadata) = changes.metadata {
            order.metadata = metadata;
            changed.push("metadata");
        }
        if let Some(tags) = changes.tags {
            order.tags = tags;
            changed.push("tags");
        }
        if let Some(groups) = changes.user_group_ids {
            order.user_group_ids = groups;
            changed.push("user_group_ids");
        }
        if let Some(engineer) = changes.field_engineer_email {
            order.field_engineer = match engineer {
                Some(email) => Some(fields::engineer(&mut writer, caller.site, &email).await?),
                None => None,
            };
            changed.push("field_engineer_email");
        }
        let states = states_by_task(task_states::of_work_order(&mut writer, id).await?);
        if let Some(types) = changes.types {
            order.types = fields::unique(types);
            order.progress_score = progress(&application.application, &order.types, &states);
            changed.push("work_order_types");
        }
        order.updated_at = now;
        work_orders::update(&mut writer, &order, &active_groups(&application.application, &order.types)).await?;
        let entry = Entry::new(now, "work_order.update", id).by(caller.user).on(caller.site);
        audit::record(&mut writer, entry.with(json!({"fields": changed}))).await?;
        let view = WorkOrderView { order, application, states, inputs: None };
        keep.keep(&mut writer, &view).await?;
        writer.commit().await?;
        Ok(view)
    }
}
