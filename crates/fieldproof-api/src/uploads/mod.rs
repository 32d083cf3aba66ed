//! `/uploads/{id}`: the address that takes a batch's archive, by Google's resumable protocol (contract section 4.3). No
//! token opens it, only the secret in its query, which is never logged.

mod address;
mod answer;
mod body;
mod delete;
mod headers;
mod put;

use utoipa_axum::{router::OpenApiRouter, routes};

use crate::ApiState;

pub(crate) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(put::put, delete::delete))
}
