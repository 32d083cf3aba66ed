//! A photo of the sample, with what follows from it.

use chrono::{DateTime, Utc};
use fieldproof_app::work_orders::StoredState;
use fieldproof_domain::{
    ids::{AnalysisId, InputId, StateId, WorkOrderId},
    observation::PerceptualHash,
    work_order::{TaskOutcome, TaskState},
};
use fieldproof_store::inputs::{Input, InputData};
use serde_json::Map;

use super::sample::{self, Sample};

/// One photo, taken and judged.
pub(crate) struct Taken<'a> {
    pub(crate) work_order: WorkOrderId,
    /// Of the sample's work order.
    n: u32,
    /// Which of its photos.
    photo: u32,
    pub(crate) group: &'a str,
    pub(crate) outcomes: &'a [TaskOutcome],
    pub(crate) analysis: AnalysisId,
    pub(crate) at: DateTime<Utc>,
}

impl<'a> Taken<'a> {
    pub(crate) fn new(
        sample: &Sample,
        (work_order, n): (WorkOrderId, u32),
        photo: u32,
        (group, outcomes): (&'a str, &'a [TaskOutcome]),
    ) -> Self {
        let at = sample.analysed_at(n, photo);
        let analysis = AnalysisId(sample::id(at, n, 10 + u64::from(photo)));
        Self { work_order, n, photo, group, outcomes, analysis, at }
    }

    /// Of its bytes.
    pub(crate) fn sha256(&self) -> [u8; 32] {
        sample::sha256(self.n, self.photo)
    }

    /// What it looks like.
    pub(crate) fn looks(&self) -> PerceptualHash {
        sample::looks(self.n, self.photo)
    }

    fn input_id(&self, position: u32) -> InputId {
        InputId(sample::id(self.at, self.n, 20 + u64::from(self.photo) * 2 + u64::from(position)))
    }

    /// What was sent: the photo, then the task group's name.
    pub(crate) fn inputs(&self) -> [Input; 2] {
        let image = self.input_id(0);
        let blob_key = format!("inputs/{image}.jpeg");
        let input = |position, name: &str, data| Input {
            id: self.input_id(position),
            analysis: self.analysis,
            work_order: self.work_order,
            position,
            name: name.to_owned(),
            data,
            metadata: Map::new(),
            findings: Vec::new(),
            created_at: self.at,
        };
        [
            input(0, "image_input", InputData::Image { blob_key, width: 4000, height: 3000 }),
            input(1, "context", InputData::Text(self.group.to_owned())),
        ]
    }

    /// The states of the tasks that it moved.
    pub(crate) fn states(&self) -> impl Iterator<Item = StoredState> {
        let source = (self.analysis, self.input_id(0));
        (0..).zip(self.outcomes).map(move |(at, outcome)| StoredState {
            id: StateId(sample::id(self.at, self.n, 30 + u64::from(self.photo) * 10 + at)),
            task: outcome.task.clone(),
            state: TaskState::after_analysis(None, outcome, false, source, self.at),
        })
    }
}
