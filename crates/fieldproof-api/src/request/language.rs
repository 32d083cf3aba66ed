//! `Accept-Language` (contract section 2.6).

use std::convert::Infallible;

use axum::{
    extract::FromRequestParts,
    http::{header::ACCEPT_LANGUAGE, request::Parts},
};
use fieldproof_domain::{application::Application, text::Language};

/// The language that the caller prefers, if it is one of ours.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PreferredLanguage(Option<Language>);

impl PreferredLanguage {
    /// The preferred language, else the application's first.
    pub(crate) fn or_first_of(self, application: &Application) -> Language {
        self.0.or_else(|| application.languages.first().copied()).unwrap_or(Language::En)
    }
}

impl<S: Sync> FromRequestParts<S> for PreferredLanguage {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let header = parts.headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
        Ok(Self(header.and_then(Language::from_accept_language)))
    }
}
