//! `/v0.2/task-groups/` (contract section 2.5).

mod list;
mod retrieve;
mod shape;

use utoipa_axum::{router::OpenApiRouter, routes};

use crate::ApiState;

pub(crate) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(list::list)).routes(routes!(retrieve::retrieve))
}
