//! The rows of some work orders, written together.

use anyhow::Result;
use fieldproof_app::work_orders::{StoredState, active_groups};
use fieldproof_domain::{
    application::Application,
    ids::{AnalysisId, AppVersionId, SiteId, UserId, WorkOrderId},
    work_order::TaskOutcome,
};
use fieldproof_store::{
    Writer,
    analyses::{self, Analysis},
    audit::{self, Entry},
    inputs::{self, Input},
    photo_hashes::{self, PhotoHash},
    task_states,
    work_orders::{self, WorkOrder},
};
use serde_json::{Map, json};

use super::taken::Taken;

/// Rows that wait to be written.
pub(crate) struct Batch {
    site: SiteId,
    user: UserId,
    orders: Vec<WorkOrder>,
    states: Vec<(WorkOrderId, StoredState)>,
    analyses: Vec<Analysis>,
    inputs: Vec<Input>,
    outcomes: Vec<(AnalysisId, TaskOutcome)>,
    hashes: Vec<PhotoHash>,
    audit: Vec<Entry>,
}

impl Batch {
    /// Of this site; everything is sent by this user.
    pub(crate) fn new(site: SiteId, user: UserId) -> Self {
        Self {
            site,
            user,
            orders: Vec::new(),
            states: Vec::new(),
            analyses: Vec::new(),
            inputs: Vec::new(),
            outcomes: Vec::new(),
            hashes: Vec::new(),
            audit: Vec::new(),
        }
    }

    pub(crate) fn add_order(&mut self, order: WorkOrder) {
        let entry = Entry::new(order.created_at, "work_order.create", order.id).by(self.user).on(self.site);
        self.audit.push(entry.with(json!({"name": order.name})));
        self.orders.push(order);
    }

    pub(crate) fn add_states(&mut self, order: WorkOrderId, states: impl IntoIterator<Item = StoredState>) {
        self.states.extend(states.into_iter().map(|stored| (order, stored)));
    }

    pub(crate) fn add_photo(&mut self, taken: &Taken<'_>, app_version: AppVersionId) {
        self.analyses.push(Analysis {
            id: taken.analysis,
            work_order: taken.work_order,
            app_version,
            user: self.user,
            task_group: taken.group.to_owned(),
            photo_sha256: taken.sha256(),
            metadata: Map::new(),
            created_at: taken.at,
        });
        self.inputs.extend(taken.inputs());
        self.outcomes.extend(taken.outcomes.iter().map(|outcome| (taken.analysis, outcome.clone())));
        self.hashes.push(PhotoHash {
            site: self.site,
            work_order: taken.work_order,
            task_group: taken.group.to_owned(),
            sha256: taken.sha256(),
            perceptual: Some(taken.looks()),
            middle: None,
        });
        let details = json!({"analysis_id": taken.analysis.0, "task_group": taken.group, "findings": []});
        let entry = Entry::new(taken.at, "work_order.analyse", taken.work_order).by(self.user).on(self.site);
        self.audit.push(entry.with(details));
    }

    /// Writes everything, each row behind those that it refers to.
    pub(crate) async fn write(self, writer: &mut Writer, application: &Application) -> Result<()> {
        let groups: Vec<_> = self.orders.iter().map(|order| active_groups(application, &order.types)).collect();
        let orders: Vec<_> = self.orders.iter().zip(&groups).map(|(order, groups)| (order, &groups[..])).collect();
        work_orders::insert_all(writer, &orders).await?;
        analyses::insert_all(writer, &self.analyses).await?;
        inputs::insert(writer, &self.inputs).await?;
        let outcomes = self.outcomes.iter().map(|(analysis, outcome)| (*analysis, outcome));
        analyses::insert_all_outcomes(writer, outcomes).await?;
        task_states::put_all(writer, self.states.iter().map(|(order, stored)| (*order, stored))).await?;
        photo_hashes::insert_all(writer, &self.hashes).await?;
        audit::record_all(writer, self.audit).await?;
        Ok(())
    }
}
