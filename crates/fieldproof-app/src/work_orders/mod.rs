//! Work orders: create, retrieve, update, delete (contract sections 2.1-2.4).

mod create;
mod delete;
mod fields;
mod update;
mod view;

pub use create::NewWorkOrder;
pub use fieldproof_store::{
    inputs::{Input, InputData},
    task_states::StoredState,
};
pub use update::WorkOrderChanges;
pub use view::WorkOrderView;
pub(crate) use view::{progress, states_by_task};
