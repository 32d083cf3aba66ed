//! `GET /v0.2/task-groups/{name}`.

use axum::{Json, extract::State};
use fieldproof_app::{AppError, Missing, permit::act};

use super::shape::{TaskGroup, examples, task_group};
use crate::{
    ApiState,
    answers::{Denied, NoSuchTaskGroup},
    error::ApiError,
    request::{Allowed, PhotoLinks, PreferredLanguage, TextPath},
};

/// One task group of the site's application.
#[utoipa::path(
    get,
    path = "/v0.2/task-groups/{name}",
    tag = "Task groups",
    params(("name" = String, Path, description = "Name of the task group")),
    responses((status = 200, description = "The task group", body = TaskGroup), Denied, NoSuchTaskGroup)
)]
pub(crate) async fn retrieve(
    State(state): State<ApiState>,
    Allowed(caller): Allowed<act::ReadTaskGroups>,
    TextPath(name): TextPath,
    language: PreferredLanguage,
    links: PhotoLinks,
) -> Result<Json<TaskGroup>, ApiError> {
    let application = state.system.deployed_application(&caller).await?;
    let language = language.or_first_of(&application.application);
    let groups = &application.application.task_groups;
    let found = groups.iter().enumerate().find(|(_, group)| group.name == name);
    let (order, group) = found.ok_or(AppError::NotFound(Missing::TaskGroup))?;
    let links = links.to(examples(&application, [group])).await?;
    Ok(Json(task_group(&links, &application, order, group, language)))
}
