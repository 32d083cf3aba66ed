//! What was said of a work order, and when: its analyses as they were answered, and people's corrections.

use std::{collections::HashMap, sync::Arc};

use fieldproof_domain::{ids::WorkOrderId, work_order::TaskOutcome};
use fieldproof_store::{
    analyses::{self, AnalysisDetails},
    corrections::{self, CorrectionDetails},
    inputs::{self, Input},
    work_orders,
};

use crate::{
    AppError, Fieldproof, Missing,
    applications::LoadedApplication,
    permit::{Permit, act},
};

/// Everything that was said of a work order.
pub struct History {
    /// The version that the work order was created on.
    pub application: Arc<LoadedApplication>,
    /// Newest first.
    pub analyses: Vec<PastAnalysis>,
    /// Newest first.
    pub corrections: Vec<CorrectionDetails>,
}

/// An analysis as it was answered.
pub struct PastAnalysis {
    /// The analysis.
    pub details: AnalysisDetails,
    /// In the order sent, with level 1's findings.
    pub inputs: Vec<Input>,
    /// What level 2 said, in the application's order; empty when level 1 blocked it.
    pub outcomes: Vec<TaskOutcome>,
}

impl Fieldproof {
    /// The history of a work order of the caller's site.
    ///
    /// # Errors
    /// [`Missing::WorkOrder`] for every other id.
    pub async fn work_order_history(
        &self,
        caller: &Permit<act::RetrieveWorkOrder>,
        id: WorkOrderId,
    ) -> Result<History, AppError> {
        let mut snapshot = self.store.snapshot().await?;
        let order = work_orders::get(&mut snapshot, caller.site, id).await?;
        let order = order.ok_or(AppError::NotFound(Missing::WorkOrder))?;
        let analyses = analyses::of_work_order(&mut snapshot, id).await?;
        let mut outcomes: HashMap<_, Vec<_>> = HashMap::new();
        for (analysis, outcome) in analyses::outcomes_of_work_order(&mut snapshot, id).await? {
            outcomes.entry(analysis).or_default().push(outcome);
        }
        let mut sent: HashMap<_, Vec<_>> = HashMap::new();
        for input in inputs::of_work_order(&mut snapshot, id).await? {
            sent.entry(input.analysis).or_default().push(input);
        }
        let corrections = corrections::of_work_order(&mut snapshot, id).await?;
        drop(snapshot);
        let application = self.application(order.app_version).await?;
        let places: HashMap<_, _> = application
            .application
            .task_groups
            .iter()
            .flat_map(|group| &group.tasks)
            .enumerate()
            .map(|(place, task)| (task.name.as_str(), place))
            .collect();
        let analyses = analyses.into_iter().map(|details| {
            let mut outcomes = outcomes.remove(&details.analysis.id).unwrap_or_default();
            outcomes.sort_by_key(|outcome| places.get(outcome.task.as_str()).copied());
            PastAnalysis { inputs: sent.remove(&details.analysis.id).unwrap_or_default(), outcomes, details }
        });
        let analyses = analyses.collect();
        Ok(History { application, analyses, corrections })
    }
}
