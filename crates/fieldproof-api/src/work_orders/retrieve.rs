//! `GET /v0.2/work-orders/{id}/` (contract section 2.4).

use axum::{
    Json,
    extract::{RawQuery, State},
};
use fieldproof_app::{FieldErrors, permit::act};
use fieldproof_domain::ids::WorkOrderId;

use super::{render, wire::WorkOrder};
use crate::{
    ApiState,
    answers::{BadRequest, Denied, NoSuchWorkOrder},
    error::ApiError,
    request::{Allowed, IdPath, PhotoLinks, PreferredLanguage},
};

/// Retrieve a work order.
#[utoipa::path(
    get,
    path = "/v0.2/work-orders/{id}",
    tag = "Work orders",
    params(
        ("id" = uuid::Uuid, Path, description = "Id of the work order"),
        ("include_inputs" = Option<bool>, Query, description = "Default true. `false` leaves out `inputs` and every `analyzed_inputs`, and is faster.")
    ),
    responses(
        (status = 200, description = "The work order", body = WorkOrder),
        BadRequest, Denied, NoSuchWorkOrder
    )
)]
pub(crate) async fn retrieve(
    State(state): State<ApiState>,
    Allowed(caller): Allowed<act::RetrieveWorkOrder>,
    IdPath(id): IdPath<WorkOrderId>,
    language: PreferredLanguage,
    links: PhotoLinks,
    RawQuery(query): RawQuery,
) -> Result<Json<WorkOrder>, ApiError> {
    let include_inputs = include_inputs(query.as_deref().unwrap_or_default())?;
    let view = state.system.retrieve_work_order(&caller, id, include_inputs).await?;
    let links = links.to_photos(view.inputs.as_deref().unwrap_or_default()).await?;
    Ok(Json(render::work_order(&view, &links, language)))
}

fn include_inputs(query: &str) -> Result<bool, FieldErrors> {
    let given = url::form_urlencoded::parse(query.as_bytes()).find(|(key, _)| key == "include_inputs");
    let Some((_, value)) = given else { return Ok(true) };
    match value.to_ascii_lowercase().as_str() {
        // Python and JavaScript clients write booleans differently.
        "true" | "1" | "" => Ok(true),
        "false" | "0" => Ok(false),
        other => Err(FieldErrors::one("include_inputs", format!("'{other}' is neither true nor false."))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn booleans_of_every_client() {
        for (query, expected) in [
            ("", Some(true)),
            ("include_inputs=false", Some(false)),
            ("include_inputs=False", Some(false)),
            ("include_inputs=0", Some(false)),
            ("a=b&include_inputs=TRUE", Some(true)),
            ("include_inputs=no", None),
        ] {
            assert_eq!(include_inputs(query).ok(), expected, "{query}");
        }
    }
}
