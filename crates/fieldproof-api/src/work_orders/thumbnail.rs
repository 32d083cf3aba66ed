//! `GET /v0.2/work-orders/{id}/inputs/{input_id}/thumbnail`.

use axum::{
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use fieldproof_app::permit::act;
use fieldproof_domain::ids::{InputId, WorkOrderId};

use crate::{
    ApiState,
    answers::{Denied, NoSuchPhoto},
    error::ApiError,
    request::{Allowed, IdPath},
};

/// What is under an address never changes, but it can be erased: no browser keeps it for longer than an hour.
const KEPT: &str = "private, max-age=3600, immutable";

/// A small picture of a photo, for lists.
///
/// A JPEG, upright, 256 pixels on its longer side or the whole of a smaller photo, without the metadata of the photo.
#[utoipa::path(
    get,
    path = "/v0.2/work-orders/{id}/inputs/{input_id}/thumbnail",
    tag = "Work orders",
    params(
        ("id" = Uuid, Path, description = "Id of the work order"),
        ("input_id" = Uuid, Path, description = "Id of an input with a photo")
    ),
    responses(
        (status = 200, description = "The picture", body = Vec<u8>, content_type = "image/jpeg"),
        Denied, NoSuchPhoto
    )
)]
pub(crate) async fn thumbnail(
    State(state): State<ApiState>,
    Allowed(caller): Allowed<act::RetrieveWorkOrder>,
    IdPath((id, input)): IdPath<(WorkOrderId, InputId)>,
) -> Result<Response, ApiError> {
    let jpeg = state.system.thumbnail(&caller, id, input).await?;
    let headers = [
        (header::CONTENT_TYPE, "image/jpeg"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::CACHE_CONTROL, KEPT),
        // Another user of the same browser asks the server.
        (header::VARY, "Authorization"),
    ];
    Ok((headers, jpeg).into_response())
}
