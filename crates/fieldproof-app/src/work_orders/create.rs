//! Creating a work order (contract section 2.1).

use std::collections::HashMap;

use fieldproof_domain::ids::WorkOrderId;
use fieldproof_store::{
    audit::{self, Entry},
    work_orders::{self, WorkOrder},
};
use serde_json::{Map, Value as Json, json};

use super::{WorkOrderView, active_groups, fields, progress};
use crate::{
    AppError, FieldErrors, Fieldproof,
    permit::{Permit, act},
    repeat::Keep,
};

/// What a caller says of a work order to create.
#[derive(Clone, Debug, Default)]
pub struct NewWorkOrder {
    /// 1 to 128 letters, digits, `_`, `-`; need not be unique.
    pub name: String,
    /// Needed when the application requires metadata.
    pub metadata: Option<Map<String, Json>>,
    /// The customer's groups.
    pub tags: Vec<String>,
    /// Address of an account that may use the site.
    pub field_engineer_email: Option<String>,
    /// User groups to attach.
    pub user_group_ids: Vec<String>,
    /// Names; none: every task is active.
    pub types: Vec<String>,
}

impl Fieldproof {
    /// Creates a work order on the caller's site, on the version that the site is on now.
    ///
    /// # Errors
    /// [`AppError::Invalid`] with every wrong field, [`AppError::UnknownEngineer`].
    pub async fn create_work_order(
        &self,
        caller: &Permit<act::CreateWorkOrder>,
        new: NewWorkOrder,
        keep: &impl Keep<WorkOrderView>,
    ) -> Result<WorkOrderView, AppError> {
        let application = self.application(caller.app_version).await?;
        let mut errors = FieldErrors::default();
        fields::name(&new.name, &mut errors);
        let needs_metadata = application.application.metadata.iter().any(|spec| spec.required);
        match &new.metadata {
            Some(metadata) => fields::metadata(&application.application, metadata, &mut errors),
            None if needs_metadata => {
                errors.add("metadata", "Field 'metadata' is missing. This field is required.");
            }
            None => {}
        }
        fields::types(&application.application, &new.types, &mut errors);
        errors.into_result()?;

        let now = self.ambient.now();
        let types = fields::unique(new.types);
        let mut writer = self.store.write().await?;
        let field_engineer = match new.field_engineer_email {
            Some(email) => Some(fields::engineer(&mut writer, caller.site, &email).await?),
            None => None,
        };
        let states = HashMap::new();
        let order = WorkOrder {
            id: WorkOrderId(self.ambient.new_id()),
            site: caller.site,
            app_version: caller.app_version,
            name: new.name,
            metadata: new.metadata.unwrap_or_default(),
            tags: new.tags,
            progress_score: progress(&application.application, &types, &states),
            types,
            user_group_ids: new.user_group_ids,
            parameters: None,
            field_engineer,
            review_date: None,
            first_analysis: None,
            latest_analysis: None,
            created_at: now,
            updated_at: now,
        };
        work_orders::insert(&mut writer, &order, &active_groups(&application.application, &order.types)).await?;
        let entry = Entry::new(now, "work_order.create", order.id).by(caller.user).on(caller.site);
        audit::record(&mut writer, entry.with(json!({"name": order.name}))).await?;
        let view = WorkOrderView { order, application, states, inputs: None };
        self.keep_answer(&mut writer, keep, &view).await?;
        writer.commit().await?;
        Ok(view)
    }
}
