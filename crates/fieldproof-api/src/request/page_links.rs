//! Links from one page of a list to the next, as callers can open them.

use std::convert::Infallible;

use axum::{extract::FromRequestParts, http::request::Parts};
use fieldproof_app::access::{Caller, SiteSelector};
use fieldproof_domain::paging::Cursor;
use url::form_urlencoded::Serializer;

use super::{Origin, SitePath, caller::site_in_host, cursor, photo_links::base, query::pairs};
use crate::ApiState;

/// The parameter that says where a page begins.
pub(crate) const CURSOR: &str = "cursor";

/// Makes links to other pages of the list that was asked for.
pub(crate) struct PageLinks {
    base: String,
    path: String,
    names_site: bool,
    query: Vec<(String, String)>,
}

impl PageLinks {
    /// The link to the page at `cursor`: the same list, with the same filters.
    pub(crate) fn to(&self, caller: &Caller, cursor: Cursor) -> String {
        let site = if self.names_site { format!("/sites/{}", caller.site) } else { String::new() };
        let mut query = Serializer::new(String::new());
        query
            .extend_pairs(self.query.iter().filter(|(name, _)| name != CURSOR))
            .append_pair(CURSOR, &cursor::write(cursor));
        format!("{}{site}{}/?{}", self.base, self.path, query.finish())
    }
}

impl FromRequestParts<ApiState> for PageLinks {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &ApiState) -> Result<Self, Infallible> {
        // With a public URL, the host that named the site is not in the link.
        let by_host = state.public_url.is_some() && site_in_host(Origin::of(parts)) != SiteSelector::Default;
        Ok(Self {
            base: base(parts, state),
            path: parts.uri.path().to_owned(),
            names_site: by_host || parts.extensions.get::<SitePath>().is_some(),
            query: pairs(parts.uri.query().unwrap_or_default()),
        })
    }
}
