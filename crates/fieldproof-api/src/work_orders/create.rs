//! `POST /v0.2/work-orders/` (contract section 2.1).

use axum::{extract::State, http::StatusCode, response::Response};
use fieldproof_app::{
    permit::act,
    work_orders::{NewWorkOrder, WorkOrderView},
};
use serde::Deserialize;
use serde_json::Map;
use utoipa::ToSchema;

use super::{render, wire::WorkOrder};
use crate::{
    ApiState,
    answers::{BadRequest, Denied, InFlight, OtherRequest, StorageFull, Unavailable},
    error::ApiError,
    request::{Allowed, BODY_LIMIT, Fields, JsonBody, LinkTable, Plain, PreferredLanguage, Repeatable},
};

/// A work order to create.
#[derive(Deserialize, ToSchema)]
#[expect(dead_code, reason = "describes the body; it is read by `Fields`, which reports every wrong field at once")]
pub(crate) struct NewWorkOrderBody {
    /// 1 to 128 letters, digits, `_` and `-`. Need not be unique.
    #[schema(min_length = 1, max_length = 128, pattern = "^[A-Za-z0-9_-]+$", example = "work-order")]
    name: String,
    /// Key-value object. Required when the application has required metadata.
    #[schema(value_type = Option<Object>, example = json!({"region": "North"}))]
    metadata: Option<Map<String, serde_json::Value>>,
    /// The customer's groups.
    tags: Option<Vec<String>>,
    /// Address of an account that may use the site.
    field_engineer_email: Option<String>,
    /// User groups to attach.
    user_group_ids: Option<Vec<String>>,
    /// Names of work order types: they choose the active tasks. None: every task.
    work_order_types: Option<Vec<String>>,
}

/// Create a work order.
#[utoipa::path(
    post,
    path = "/v0.2/work-orders",
    tag = "Work orders",
    params(("Idempotency-Key" = Option<String>, Header, description = "Of your choice, new for each request: sent again under it within 24 hours, the request is done once and answered the same")),
    request_body = NewWorkOrderBody,
    responses(
        (status = 201, description = "Created; the body has no `inputs`", body = WorkOrder),
        BadRequest, Denied, InFlight, OtherRequest, StorageFull, Unavailable
    )
)]
pub(crate) async fn create(
    State(state): State<ApiState>,
    Allowed(caller): Allowed<act::CreateWorkOrder>,
    language: PreferredLanguage,
    repeatable: Repeatable,
    JsonBody(body): JsonBody<BODY_LIMIT>,
) -> Result<Response, ApiError> {
    let mut fields = Fields::new(body);
    let new = NewWorkOrder {
        name: fields.required_text("name"),
        metadata: fields.object("metadata"),
        tags: fields.texts("tags").unwrap_or_default(),
        field_engineer_email: fields.text("field_engineer_email"),
        user_group_ids: fields.texts("user_group_ids").unwrap_or_default(),
        types: fields.texts("work_order_types").unwrap_or_default(),
        parameters: None,
    };
    fields.finish()?;
    let render = Plain(|view: &WorkOrderView| render::work_order(view, &LinkTable::default(), language));
    let answer = repeatable.answered(StatusCode::CREATED, render);
    let view = state.system.create_work_order(&caller, new, &answer).await?;
    answer.respond(&view).await
}
