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

use fieldproof_app::exports::{ExportView, Run};
use serde_json::Value;
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

/// An export as the API answers it, for other ways to show it.
pub fn export_json(view: &ExportView) -> Value {
    serde_json::to_value(wire::Export::of(view)).unwrap_or_default()
}

/// A window as the API answers it, for other ways to show it.
pub fn run_json(run: &Run) -> Value {
    serde_json::to_value(wire::ExportRun::of(run)).unwrap_or_default()
}
