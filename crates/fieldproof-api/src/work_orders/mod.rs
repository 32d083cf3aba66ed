//! `/v0.2/work-orders/` (contract sections 2.1-2.4, 2.6, 2.7): one file per endpoint, their shapes beside them.

mod analysis_body;
mod analyze;
mod correction;
mod create;
mod delete;
mod render;
mod retrieve;
mod update;
mod wire;

use utoipa_axum::{router::OpenApiRouter, routes};

use crate::ApiState;

pub(crate) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(create::create))
        .routes(routes!(retrieve::retrieve, update::update, delete::delete))
        .routes(routes!(analyze::analyze))
        .routes(routes!(correction::correct))
}
