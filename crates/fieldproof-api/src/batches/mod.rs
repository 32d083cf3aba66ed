//! `/v0.2/batches` (contract section 2.8; what its public pages leave open is our own): one file per endpoint.

mod cancel;
mod create;
mod delete;
mod errors;
mod list;
mod retrieve;
mod retry;
mod wire;

use utoipa_axum::{router::OpenApiRouter, routes};

pub(crate) use self::wire::Batch;
use crate::ApiState;

pub(crate) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(create::create, list::list))
        .routes(routes!(retrieve::retrieve, delete::delete))
        .routes(routes!(cancel::cancel))
        .routes(routes!(retry::retry))
        .routes(routes!(errors::errors))
}
