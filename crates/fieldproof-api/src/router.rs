//! Every endpoint.

use axum::{Router, response::Redirect, routing::get};
use utoipa_axum::router::OpenApiRouter;
use utoipa_swagger_ui::{Config, SwaggerUi};

use crate::{
    ApiState, batches, document, error::ApiError, exports, files, service, system, task_groups, uploads, work_orders,
};

/// The documented endpoints: this list is the OpenAPI document.
fn documented() -> OpenApiRouter<ApiState> {
    OpenApiRouter::with_openapi(document::frame())
        .merge(work_orders::routes())
        .merge(task_groups::routes())
        .merge(batches::routes())
        .merge(uploads::routes())
        .merge(exports::routes())
}

/// The OpenAPI document, as committed in `openapi.json` and served at `/openapi.json`.
pub fn openapi() -> utoipa::openapi::OpenApi {
    documented().into_openapi()
}

/// The whole server: documented endpoints, files, health, reference page; wrapped in what every request goes through.
pub fn router(state: ApiState) -> Router {
    let (api, openapi) = documented().split_for_parts();
    let routes = api
        // A person who types the address alone wants to know what is here.
        .route("/", get(|| async { Redirect::temporary("/docs/") }))
        .route("/files/{*key}", get(files::file))
        .route("/healthz", get(system::healthz))
        .route("/readyz", get(system::readyz))
        .route("/metrics", get(system::metrics))
        .merge(SwaggerUi::new("/docs").url("/openapi.json", openapi).config(reference_page()))
        .fallback(|| async { ApiError::no_such_path() })
        .method_not_allowed_fallback(|| async {
            ApiError::detail(axum::http::StatusCode::METHOD_NOT_ALLOWED, "This address does not take this method.")
        })
        .with_state(state.clone());
    service::wrap(routes, state)
}

/// Without the badge that sends the document's address to a validator on the Internet.
fn reference_page() -> Config<'static> {
    Config::new(["/openapi.json"]).validator_url("none")
}
