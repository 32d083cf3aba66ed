//! The parameters of a list, all of them, so that every wrong one is told at once.

use axum::http::StatusCode;
use fieldproof_app::work_orders::{Filter, ListRequest, MAX_FILTERS, MAX_LIMIT, Period};
use fieldproof_domain::work_order::Term;
use utoipa::IntoParams;

use crate::{error::ApiError, request::QueryFields};

/// Work orders on a page when the caller does not say how many.
const DEFAULT_LIMIT: u32 = 100;

/// The parameters as the OpenAPI document shows them. One that is given several times must hold each time.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "describes the query; it is read by `QueryFields`, which reports every wrong one at once")]
pub(super) struct ListParameters {
    /// Work orders on a page.
    #[param(minimum = 1, maximum = 1000, default = 100)]
    limit: Option<u32>,
    /// Where the page begins: as it stands in `next` and `previous`.
    cursor: Option<String>,
    /// Exactly this name.
    name: Option<String>,
    /// Has this tag.
    tag: Option<Vec<String>>,
    /// The entry KEY of `metadata` has this value: texts as they are, everything else as JSON (`7`, `true`, `null`).
    #[param(rename = "metadata.KEY")]
    metadata: Option<Vec<String>>,
    /// Has this work order type, by name.
    r#type: Option<Vec<String>>,
    /// This task group is active for it, by name.
    task_group: Option<Vec<String>>,
    /// Address of its field engineer, in any case.
    field_engineer_email: Option<String>,
    /// This user group is attached to it.
    user_group: Option<Vec<String>>,
    /// Whether it has a `review_date`.
    reviewed: Option<bool>,
    /// Created then or later: ISO 8601 with `Z` or an offset, or a date (its first moment in UTC).
    #[param(example = "2024-05-31T08:00:00Z")]
    created_from: Option<String>,
    /// Created before, not then.
    created_to: Option<String>,
    /// Last changed or analysed then or later.
    updated_from: Option<String>,
    /// Last changed or analysed before, not then.
    updated_to: Option<String>,
    /// `progress_score` is this or more.
    #[param(minimum = 0, maximum = 100)]
    progress_min: Option<u32>,
    /// `progress_score` is this or less.
    #[param(minimum = 0, maximum = 100)]
    progress_max: Option<u32>,
}

/// Reads the query of a list.
pub(super) fn read(query: &str) -> Result<ListRequest, ApiError> {
    let mut fields = QueryFields::new(query);
    let limit = fields.page_limit(MAX_LIMIT, DEFAULT_LIMIT);
    let cursor = fields.cursor();
    let mut terms: Vec<_> = fields.texts("name").into_iter().map(Term::Name).collect();
    terms.extend(fields.texts("tag").into_iter().map(Term::Tag));
    let metadata = fields.texts_by_key("metadata.").into_iter();
    terms.extend(metadata.map(|(key, value)| Term::Metadata { key, value }));
    terms.extend(fields.texts("type").into_iter().map(Term::Type));
    terms.extend(fields.texts("task_group").into_iter().map(Term::TaskGroup));
    let field_engineer_emails = fields.texts("field_engineer_email");
    terms.extend(fields.texts("user_group").into_iter().map(Term::UserGroup));
    terms.extend(fields.booleans("reviewed").into_iter().map(Term::Reviewed));
    let mut period =
        |from, to| Period { from: fields.times(from).into_iter().max(), to: fields.times(to).into_iter().min() };
    let created = period("created_from", "created_to");
    let updated = period("updated_from", "updated_to");
    let score = |score: u32| u8::try_from(score).ok();
    let progress_min = fields.numbers("progress_min", 0..=100).into_iter().max().and_then(score);
    let progress_max = fields.numbers("progress_max", 0..=100).into_iter().min().and_then(score);
    let count = terms.len() + field_engineer_emails.len();
    fields.finish()?;
    if count > MAX_FILTERS {
        let detail = format!("There are {count} filters: {MAX_FILTERS} at most can be asked for at once.");
        return Err(ApiError::detail(StatusCode::BAD_REQUEST, detail));
    }
    Ok(ListRequest {
        filter: Filter { terms, created, updated, progress_min, progress_max },
        field_engineer_emails,
        cursor,
        limit,
    })
}
