//! `PATCH /v0.2/work-orders/{id}/` (contract section 2.2).

use axum::{extract::State, http::StatusCode, response::Response};
use fieldproof_app::{
    permit::act,
    work_orders::{WorkOrderChanges, WorkOrderView},
};
use fieldproof_domain::ids::WorkOrderId;
use serde::Deserialize;
use serde_json::Map;
use utoipa::ToSchema;

use super::{render, wire::WorkOrder};
use crate::{
    ApiState,
    answers::{BadRequest, Denied, InFlight, NoSuchWorkOrder, OtherRequest, StorageFull, Unavailable},
    error::ApiError,
    request::{Allowed, BODY_LIMIT, Fields, IdPath, JsonBody, LinkTable, Plain, PreferredLanguage, Repeatable},
};

/// What to change: each field replaces the whole of the old one; a field that is absent stays.
#[derive(Deserialize, ToSchema)]
#[expect(dead_code, reason = "describes the body; it is read by `Fields`, which reports every wrong field at once")]
pub(crate) struct WorkOrderChangesBody {
    /// As at creation.
    #[schema(min_length = 1, max_length = 128, pattern = "^[A-Za-z0-9_-]+$")]
    name: Option<String>,
    /// As at creation.
    #[schema(value_type = Option<Object>)]
    metadata: Option<Map<String, serde_json::Value>>,
    /// As at creation.
    tags: Option<Vec<String>>,
    /// As at creation; null takes the engineer off.
    field_engineer_email: Option<String>,
    /// As at creation.
    user_group_ids: Option<Vec<String>>,
    /// As at creation.
    work_order_types: Option<Vec<String>>,
}

/// Update a work order.
#[utoipa::path(
    patch,
    path = "/v0.2/work-orders/{id}",
    tag = "Work orders",
    params(
        ("id" = uuid::Uuid, Path, description = "Id of the work order"),
        ("Idempotency-Key" = Option<String>, Header, description = "Of your choice, new for each request: sent again under it within 24 hours, the request is done once and answered the same")
    ),
    request_body = WorkOrderChangesBody,
    responses(
        (status = 200, description = "Updated; the body has no `inputs`", body = WorkOrder),
        BadRequest, Denied, NoSuchWorkOrder, InFlight, OtherRequest, StorageFull, Unavailable
    )
)]
pub(crate) async fn update(
    State(state): State<ApiState>,
    Allowed(caller): Allowed<act::UpdateWorkOrder>,
    IdPath(id): IdPath<WorkOrderId>,
    language: PreferredLanguage,
    repeatable: Repeatable,
    JsonBody(body): JsonBody<BODY_LIMIT>,
) -> Result<Response, ApiError> {
    let mut fields = Fields::new(body);
    let changes = WorkOrderChanges {
        name: fields.has("name").then(|| fields.required_text("name")),
        metadata: fields.object("metadata"),
        tags: fields.texts("tags"),
        field_engineer_email: fields.has("field_engineer_email").then(|| fields.text("field_engineer_email")),
        user_group_ids: fields.texts("user_group_ids"),
        types: fields.texts("work_order_types"),
    };
    fields.finish()?;
    let render = Plain(|view: &WorkOrderView| render::work_order(view, &LinkTable::default(), language));
    let answer = repeatable.answered(StatusCode::OK, render);
    let view = state.system.update_work_order(&caller, id, changes, &answer).await.map_err(ApiError::of_update)?;
    answer.respond(&view).await
}
