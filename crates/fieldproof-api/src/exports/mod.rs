//! `/v0.2/exports` (contract section 5 has the words; its public pages leave the endpoints open, so they are our own).

mod create;
mod delete;
mod list;
mod preview;
mod probe;
mod retrieve;
mod run;
mod runs;
mod settings;
mod steer;
mod update;
mod wire;

use utoipa_axum::{router::OpenApiRouter, routes};

use crate::ApiState;

pub(crate) fn routes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(preview::preview))
        .routes(routes!(list::list, create::create))
        .routes(routes!(retrieve::retrieve, update::update, delete::delete))
        .routes(routes!(steer::pause))
        .routes(routes!(steer::resume))
        .routes(routes!(run::run))
        .routes(routes!(probe::probe))
        .routes(routes!(runs::runs))
}
