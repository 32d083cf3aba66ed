//! What every request goes through, and the loop that accepts them.

mod address;
mod drain;
mod forwarded;
mod observe;
mod repeat;
mod serve;

use std::sync::Arc;

use axum::{
    Router,
    extract::{Request, State},
    middleware::{self, Next},
    response::{IntoResponse as _, Response},
};
use tower::{ServiceBuilder, util::MapRequestLayer};
use tower_http::catch_panic::CatchPanicLayer;

pub use serve::serve;

use crate::{ApiState, error::ApiError};

/// Puts the layers around the routes: the address is put in order before routing, since routing goes by it.
pub(crate) fn wrap(routes: Router, state: ApiState) -> Router {
    let trusted_proxies = Arc::clone(&state.trusted_proxies);
    let panics = CatchPanicLayer::custom(|_| {
        let detail = "The server could not do this: its log says why.";
        ApiError::detail(axum::http::StatusCode::INTERNAL_SERVER_ERROR, detail).into_response()
    });
    let around = ServiceBuilder::new().layer(middleware::from_fn_with_state(state, go_through)).layer(panics);
    let in_order = MapRequestLayer::new(move |request: Request| {
        forwarded::note_origin(address::put_in_order(request), &trusted_proxies)
    });
    Router::new().fallback_service(tower::Layer::layer(&in_order, routes.layer(around)))
}

/// One layer, not three: each would copy everything inside it for every request.
async fn go_through(State(state): State<ApiState>, request: Request, next: Next) -> Response {
    state.system.note_caller();
    let inner = |request| drain::drain(request, |request| repeat::repeat(&state, request, next));
    let response = observe::observe(&state, request, inner).await;
    state.system.note_caller();
    response
}
