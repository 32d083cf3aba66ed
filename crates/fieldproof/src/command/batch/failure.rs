//! Why a request did not give what it was for: what to tell, and whether to try again.

use std::time::Duration;

use fieldproof_outbound::ServerError;
use reqwest::{
    Response, StatusCode,
    header::{HeaderMap, LOCATION, RETRY_AFTER},
};
use serde_json::Value;
use url::Url;

/// The most that is read of a refusal: a sentence or two are expected.
const REFUSAL_BYTES: usize = 64 * 1024;

/// Why a request did not give what it was for. The texts are clauses for whoever runs the command.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Failure {
    /// Trying again leads to the same.
    Final(String),
    /// The address looks wrong: final, unless it was right before.
    WrongAddress(String),
    /// It may go better later.
    Passing {
        /// What went wrong.
        reason: String,
        /// The server asks to wait so long.
        retry_after: Option<Duration>,
    },
}

impl Failure {
    /// Something that may go better later.
    pub(super) fn passing(reason: impl Into<String>) -> Self {
        Self::Passing { reason: reason.into(), retry_after: None }
    }

    /// No answer came.
    pub(super) fn of_error(error: &reqwest::Error, url: &Url) -> Self {
        let fault = ServerError::from_client(error, url);
        if fault.is_about_address() {
            Self::WrongAddress(format!("{fault}: correct the server's address"))
        } else {
            Self::passing(fault.to_string())
        }
    }

    /// An answer came that is none of those wanted.
    pub(super) async fn of_answer(mut answer: Response) -> Self {
        let (status, headers) = (answer.status(), answer.headers().clone());
        let mut body = Vec::new();
        while body.len() < REFUSAL_BYTES
            && let Ok(Some(piece)) = answer.chunk().await
        {
            body.extend_from_slice(&piece);
        }
        Self::sorted(status, &headers, &body)
    }

    fn sorted(status: StatusCode, headers: &HeaderMap, body: &[u8]) -> Self {
        let header = |name| headers.get(name).and_then(|value| value.to_str().ok());
        let said = sentences(body);
        let reason = match &said {
            Some(said) => said.clone(),
            None => format!("the server answered {status}"),
        };
        match status.as_u16() {
            408 | 409 | 425 | 429 | 500 | 502..=504 | 507 => {
                let seconds = header(RETRY_AFTER).and_then(|text| text.trim().parse().ok());
                // More follows behind it.
                let reason = reason.trim_end_matches('.').to_owned();
                Self::Passing { reason, retry_after: seconds.map(Duration::from_secs) }
            }
            300..=399 => {
                let to = header(LOCATION).unwrap_or("another address");
                Self::Final(format!("the server sends on to {to}: give the address it is really at with --server"))
            }
            401 | 403 => Self::Final(match said.as_deref() {
                Some("Authentication credentials not provided.") => {
                    "the server wants a token: set FIELDPROOF_TOKEN, or give --token".to_owned()
                }
                Some("No user found for such apiKey.") => {
                    "the server does not know this token, or it was revoked: ask its operator for another".to_owned()
                }
                Some(said) => format!("the server refuses this. {said}"),
                None => format!("the server refuses this ({status}): check --server and the token"),
            }),
            404 => Self::Final(match said.as_deref() {
                Some("Site not found!") => "there is no such site for this token: correct --site".to_owned(),
                Some("Batch not found!") => {
                    "there is no such batch on this site: correct its id, or name its site with --site".to_owned()
                }
                Some(said) if !said.starts_with("There is nothing at this address") => said.to_owned(),
                _ => "there are no batches at this address: --server must be that of a Fieldproof server, such as \
                      https://photos.example.com"
                    .to_owned(),
            }),
            _ => Self::Final(reason),
        }
    }

    /// What went wrong.
    pub(super) fn reason(&self) -> &str {
        match self {
            Self::Final(reason) | Self::WrongAddress(reason) | Self::Passing { reason, .. } => reason,
        }
    }
}

/// Of a command that does not try again.
impl From<Failure> for anyhow::Error {
    fn from(failure: Failure) -> Self {
        Self::msg(failure.reason().to_owned())
    }
}

/// What an error body says: `{"detail": "…"}`, or sentences by fields.
fn sentences(body: &[u8]) -> Option<String> {
    let Ok(Value::Object(fields)) = serde_json::from_slice(body) else { return None };
    let texts: Vec<_> = fields
        .values()
        .flat_map(|value| match value {
            Value::Array(items) => items.iter().filter_map(Value::as_str).collect(),
            other => other.as_str().into_iter().collect::<Vec<_>>(),
        })
        .collect();
    (!texts.is_empty()).then(|| texts.join(" "))
}

#[cfg(test)]
mod tests {
    use reqwest::header::HeaderValue;

    use super::*;

    fn sorted(status: u16, body: &str) -> Failure {
        Failure::sorted(StatusCode::from_u16(status).unwrap(), &HeaderMap::new(), body.as_bytes())
    }

    #[test]
    fn refusals_say_what_to_do() {
        for (status, body, words) in [
            (403, r#"{"detail": "Authentication credentials not provided."}"#, "FIELDPROOF_TOKEN"),
            (403, r#"{"detail": "No user found for such apiKey."}"#, "does not know this token"),
            (403, r#"{"detail": "Your role on this site (read-only) does not allow this."}"#, "(read-only)"),
            (403, "<html>", "403 Forbidden"),
            (404, r#"{"detail": "Site not found!"}"#, "--site"),
            (404, r#"{"detail": "Batch not found!"}"#, "no such batch"),
            (404, r#"{"detail": "There is nothing at this address: see /docs."}"#, "--server must be"),
            (404, "<html>", "--server must be"),
            (400, r#"{"filename": ["One.", "Two."], "on_existing": ["Three."]}"#, "One. Two. Three."),
            (418, "", "418"),
            (302, "", "another address"),
        ] {
            let failure = sorted(status, body);
            assert!(matches!(&failure, Failure::Final(said) if said.contains(words)), "{status} {body}: {failure:?}");
        }
    }

    #[test]
    fn what_may_pass_is_waited_for() {
        for status in [408, 409, 425, 429, 500, 502, 503, 504, 507] {
            let failure = sorted(status, r#"{"detail": "Full."}"#);
            assert_eq!(failure, Failure::Passing { reason: "Full".to_owned(), retry_after: None }, "{status}");
        }
        let headers: HeaderMap = [(RETRY_AFTER, HeaderValue::from_static("7"))].into_iter().collect();
        let failure = Failure::sorted(StatusCode::SERVICE_UNAVAILABLE, &headers, b"");
        assert!(matches!(failure, Failure::Passing { retry_after: Some(Duration { .. }), .. }));
    }
}
