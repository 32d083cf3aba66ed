//! Creating a work order (contract section 2.1).

use std::{collections::HashMap, sync::Arc};

use chrono::{DateTime, Utc};
use fieldproof_domain::{application::Application, ids::WorkOrderId};
use fieldproof_store::{
    Writer,
    audit::{self, Entry},
    windows,
    work_orders::{self, WorkOrder},
};
use serde_json::{Map, Value as Json, json};

use super::{WorkOrderView, active_groups, fields, progress};
use crate::{
    AppError, FieldErrors, Fieldproof,
    applications::LoadedApplication,
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
    /// The older dictionary of analysis inputs, of archives only (contract section 4.1).
    pub parameters: Option<Map<String, Json>>,
}

impl NewWorkOrder {
    /// What can be said without looking anything up.
    ///
    /// # Errors
    /// Every wrong field.
    pub(crate) fn check(&self, application: &Application) -> Result<(), FieldErrors> {
        let mut errors = FieldErrors::default();
        fields::name(&self.name, &mut errors);
        let needs_metadata = application.metadata.iter().any(|spec| spec.required);
        match &self.metadata {
            Some(metadata) => fields::metadata(application, metadata, &mut errors),
            None if needs_metadata => {
                errors.add("metadata", "Field 'metadata' is missing. This field is required.");
            }
            None => {}
        }
        fields::types(application, &self.types, &mut errors);
        errors.into_result()
    }
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
        new.check(&application.application)?;
        let mut writer = self.store.write().await?;
        let now = windows::moment(&mut writer, caller.site, self.ambient.now()).await?;
        let view = self.insert_work_order(&mut writer, now, caller, application, new).await?;
        keep.keep(&mut writer, &view).await?;
        writer.commit().await?;
        Ok(view)
    }

    /// As [`Fieldproof::create_work_order`], in a transaction that others go on with, whose moment is `now`, for what
    /// [`NewWorkOrder::check`] lets through.
    pub(crate) async fn insert_work_order(
        &self,
        writer: &mut Writer,
        now: DateTime<Utc>,
        caller: &Permit<act::CreateWorkOrder>,
        application: Arc<LoadedApplication>,
        new: NewWorkOrder,
    ) -> Result<WorkOrderView, AppError> {
        let types = fields::unique(new.types);
        let field_engineer = match new.field_engineer_email {
            Some(email) => Some(fields::engineer(writer, caller.site, &email).await?),
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
            parameters: new.parameters,
            field_engineer,
            review_date: None,
            first_analysis: None,
            latest_analysis: None,
            created_at: now,
            updated_at: now,
        };
        work_orders::insert(writer, &order, &active_groups(&application.application, &order.types)).await?;
        let entry = Entry::new(now, "work_order.create", order.id).by(caller.user).on(caller.site);
        audit::record(writer, entry.with(json!({"name": order.name}))).await?;
        Ok(WorkOrderView { order, application, states, inputs: None })
    }
}
