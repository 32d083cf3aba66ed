//! `/v0.2/exports` (contract section 5 has the words; its public pages leave the endpoints open, so they are our own).

mod preview;

use utoipa_axum::{router::OpenApiRouter, routes};

use crate::ApiState;

pub(crate) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(preview::preview))
}
