//! `GET /v0.2/batches/{id}/errors`: the error file.

use std::sync::Arc;

use axum::{
    body::Body,
    extract::{RawQuery, State},
    http::header,
    response::{IntoResponse as _, Response},
};
use bytes::Bytes;
use fieldproof_app::{AppError, batch::ProblemPage, permit::act};
use fieldproof_domain::{batch::Problem, ids::BatchId};
use futures::stream;
use utoipa::IntoParams;

use crate::{
    ApiState,
    answers::{BadRequest, Denied, NoSuchBatch},
    error::ApiError,
    request::{Allowed, IdPath, QueryFields},
};

/// The parameters as the OpenAPI document shows them.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "describes the query; it is read by `QueryFields`")]
pub(crate) struct ErrorParameters {
    /// `csv`, with a line of headings, or `jsonl`: one JSON object a line.
    #[param(default = "csv")]
    format: Option<String>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Format {
    Csv,
    JsonLines,
}

/// Download what went wrong where: work order, file, code and reason, oldest first. It grows until the batch has ended.
#[utoipa::path(
    get,
    path = "/v0.2/batches/{id}/errors",
    tag = "Batches",
    params(("id" = uuid::Uuid, Path, description = "Id of the batch"), ErrorParameters),
    responses(
        (status = 200, description = "The error file", content((String = "text/csv"), (String = "application/jsonl"))),
        BadRequest, Denied, NoSuchBatch
    )
)]
pub(crate) async fn errors(
    State(state): State<ApiState>,
    Allowed(caller): Allowed<act::SendBatch>,
    IdPath(id): IdPath<BatchId>,
    RawQuery(query): RawQuery,
) -> Result<Response, ApiError> {
    let format = format(query.as_deref().unwrap_or_default())?;
    // The first page at once, so that what is wrong with the request is answered as such.
    let first = state.system.batch_problems(&caller, id, None).await?;
    let caller = Arc::new(caller);
    let pages = stream::try_unfold((Some(first), true), move |(page, is_first)| {
        let (state, caller) = (state.clone(), Arc::clone(&caller));
        async move {
            let Some(page) = page else { return Ok::<_, AppError>(None) };
            let text = Bytes::from(lines(&page, format, is_first));
            let next = match page.next {
                Some(after) => Some(state.system.batch_problems(&caller, id, Some(after)).await?),
                None => None,
            };
            Ok(Some((text, (next, false))))
        }
    });
    let (kind, ending) = match format {
        Format::Csv => ("text/csv; charset=utf-8", "csv"),
        Format::JsonLines => ("application/jsonl", "jsonl"),
    };
    let name = format!("attachment; filename=\"batch-{id}-errors.{ending}\"");
    let headings = [(header::CONTENT_TYPE, kind.to_owned()), (header::CONTENT_DISPOSITION, name)];
    Ok((headings, Body::from_stream(pages)).into_response())
}

fn format(query: &str) -> Result<Format, ApiError> {
    let mut fields = QueryFields::new(query);
    let format = match fields.text("format").as_deref() {
        None | Some("csv") => Format::Csv,
        Some("jsonl") => Format::JsonLines,
        Some(_) => {
            fields.add("format", "'format' must be csv or jsonl.");
            Format::Csv
        }
    };
    fields.finish()?;
    Ok(format)
}

fn lines(page: &ProblemPage, format: Format, is_first: bool) -> Vec<u8> {
    match format {
        Format::Csv => {
            let mut writer = csv::WriterBuilder::new().has_headers(false).from_writer(Vec::new());
            let headings = is_first.then_some(["work_order", "file", "code", "reason"]);
            let rows = page.problems.iter().map(|problem| {
                let text = |text: &Option<String>| text.as_deref().unwrap_or_default().to_owned();
                [text(&problem.work_order), text(&problem.file), problem.code.clone(), problem.reason.clone()]
            });
            // Writing to memory cannot fail.
            for row in headings.map(|row| row.map(str::to_owned)).into_iter().chain(rows) {
                let _ = writer.write_record(row.map(harmless));
            }
            writer.into_inner().unwrap_or_default()
        }
        Format::JsonLines => page.problems.iter().flat_map(json_line).collect(),
    }
}

fn json_line(problem: &Problem) -> Vec<u8> {
    let mut line = serde_json::to_vec(problem).unwrap_or_default();
    line.push(b'\n');
    line
}

/// A file name may come from anybody, and programs for tables take a text that begins like this for a formula.
fn harmless(text: String) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page() -> ProblemPage {
        let problem = |work_order: Option<&str>, file: Option<&str>| Problem {
            work_order: work_order.map(str::to_owned),
            file: file.map(str::to_owned),
            code: "not_a_photo".to_owned(),
            reason: "It is \"none\", sadly.".to_owned(),
        };
        ProblemPage { problems: vec![problem(Some("=cmd()"), Some("a,b.jpg")), problem(None, None)], next: None }
    }

    #[test]
    fn tables_are_quoted_and_harmless() {
        let text = String::from_utf8(lines(&page(), Format::Csv, true)).unwrap();
        assert_eq!(
            text,
            "work_order,file,code,reason\n'=cmd(),\"a,b.jpg\",not_a_photo,\"It is \"\"none\"\", sadly.\"\n\
             ,,not_a_photo,\"It is \"\"none\"\", sadly.\"\n"
        );
        assert!(!String::from_utf8(lines(&page(), Format::Csv, false)).unwrap().contains("work_order,"));
    }

    #[test]
    fn json_lines_are_as_they_are() {
        let text = String::from_utf8(lines(&page(), Format::JsonLines, true)).unwrap();
        let first: serde_json::Value = serde_json::from_str(text.lines().next().unwrap()).unwrap();
        assert_eq!(first["work_order"], "=cmd()");
        assert_eq!(text.lines().count(), 2);
    }
}
