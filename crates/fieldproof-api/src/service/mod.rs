//! What every request goes through, and the loop that accepts them.

mod address;
mod drain;
mod forwarded;
mod observe;
mod repeat;
mod serve;

use std::sync::Arc;

use axum::{Router, extract::Request, middleware};
use tower::util::MapRequestLayer;
use tower_http::catch_panic::CatchPanicLayer;

pub use serve::serve;

use crate::{ApiState, error::ApiError};

/// Puts the layers around the routes: the address is put in order before routing, since routing goes by it.
pub(crate) fn wrap(routes: Router, state: ApiState) -> Router {
    let trusted_proxies = Arc::clone(&state.trusted_proxies);
    let routes = routes
        .layer(CatchPanicLayer::custom(|_| {
            use axum::response::IntoResponse as _;
            let detail = "The server could not do this: its log says why.";
            ApiError::detail(axum::http::StatusCode::INTERNAL_SERVER_ERROR, detail).into_response()
        }))
        .layer(middleware::from_fn_with_state(state.clone(), repeat::repeat))
        .layer(middleware::from_fn(drain::drain))
        .layer(middleware::from_fn_with_state(state, observe::observe));
    let in_order = MapRequestLayer::new(move |request: Request| {
        forwarded::note_origin(address::put_in_order(request), &trusted_proxies)
    });
    Router::new().fallback_service(tower::Layer::layer(&in_order, routes))
}
