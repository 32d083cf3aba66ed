//! Work orders: create, retrieve, update, delete (contract sections 2.1-2.4); lists of them; what was said of each.

mod create;
mod delete;
mod fields;
mod history;
mod list;
mod terms;
mod update;
mod view;

pub use create::NewWorkOrder;
pub use fieldproof_store::{
    analyses::{Analysis, AnalysisDetails},
    corrections::CorrectionDetails,
    inputs::{Input, InputData},
    listing::{Filter, Period},
    task_states::StoredState,
};
pub use history::{History, PastAnalysis};
pub use list::{ListRequest, MAX_FILTERS, MAX_LIMIT, WorkOrderPage};
pub use update::WorkOrderChanges;
pub(crate) use view::states_by_task;
pub use view::{WorkOrderView, active_groups, progress};
