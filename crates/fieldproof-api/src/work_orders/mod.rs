//! `/v0.2/work-orders/` (contract sections 2.1-2.4, 2.6, 2.7; lists, history and thumbnails are our own): one file per endpoint,
//! their shapes beside them.

mod analyses;
mod analysis_body;
mod analyze;
mod correction;
mod create;
mod delete;
mod list;
mod list_query;
mod render;
mod retrieve;
mod thumbnail;
mod update;
mod wire;

use utoipa_axum::{router::OpenApiRouter, routes};

use crate::ApiState;

pub(crate) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(create::create, list::list))
        .routes(routes!(retrieve::retrieve, update::update, delete::delete))
        .routes(routes!(analyze::analyze))
        .routes(routes!(analyses::analyses))
        .routes(routes!(thumbnail::thumbnail))
        .routes(routes!(correction::correct))
}
