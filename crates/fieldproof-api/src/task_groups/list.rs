//! `GET /v0.2/task-groups/`.

use axum::{Json, extract::State};
use fieldproof_app::permit::act;

use super::shape::{TaskGroup, examples, task_group};
use crate::{
    ApiState,
    answers::Denied,
    error::ApiError,
    request::{Allowed, PhotoLinks, PreferredLanguage},
};

/// Every task group of the site's application, in its order.
#[utoipa::path(
    get,
    path = "/v0.2/task-groups",
    tag = "Task groups",
    responses((status = 200, description = "The task groups", body = Vec<TaskGroup>), Denied)
)]
pub(crate) async fn list(
    State(state): State<ApiState>,
    Allowed(caller): Allowed<act::ReadTaskGroups>,
    language: PreferredLanguage,
    links: PhotoLinks,
) -> Result<Json<Vec<TaskGroup>>, ApiError> {
    let application = state.system.deployed_application(&caller).await?;
    let language = language.or_first_of(&application.application);
    let links = links.to(examples(&application, &application.application.task_groups)).await?;
    let groups = application.application.task_groups.iter().enumerate();
    Ok(Json(groups.map(|(order, group)| task_group(&links, &application, order, group, language)).collect()))
}
