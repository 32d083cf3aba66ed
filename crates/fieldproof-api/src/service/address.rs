//! Puts addresses in order before routing: with and without a trailing slash, with and without `/sites/{site_id}`.
//! Answered directly, never redirected: a redirect loses the body of a POST (contract section 11).

use axum::{extract::Request, http::Uri};
use fieldproof_domain::ids::SiteId;
use uuid::Uuid;

use crate::request::SitePath;

/// Rewrites the address of an API call to the form that the router knows.
pub(super) fn put_in_order(mut request: Request) -> Request {
    let path = request.uri().path();
    let mut site = None;
    let mut rest = path;
    if let Some((id, after)) = path.strip_prefix("/sites/").and_then(|tail| tail.split_once('/'))
        && after.starts_with("v0.2")
    {
        site = Some(SitePath(Uuid::parse_str(id).ok().map(SiteId)));
        rest = &path[path.len() - after.len() - 1..];
    }
    if !rest.starts_with("/v0.2/") {
        return request;
    }
    let trimmed = rest.strip_suffix('/').unwrap_or(rest);
    if trimmed.len() != path.len() {
        let query = request.uri().query().map(|query| format!("?{query}")).unwrap_or_default();
        if let Ok(uri) = format!("{trimmed}{query}").parse::<Uri>() {
            *request.uri_mut() = uri;
        }
    }
    if let Some(site) = site {
        request.extensions_mut().insert(site);
    }
    request
}

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::*;

    fn ordered(uri: &str) -> (String, Option<Option<SiteId>>) {
        let request = put_in_order(Request::builder().uri(uri).body(Body::empty()).unwrap());
        (request.uri().to_string(), request.extensions().get::<SitePath>().map(|site| site.0))
    }

    #[test]
    fn slashes_and_sites() {
        let id = Uuid::from_u128(7);
        let site = Some(Some(SiteId(id)));
        for (uri, expected) in [
            ("/v0.2/work-orders".to_owned(), ("/v0.2/work-orders", None)),
            ("/v0.2/work-orders/".to_owned(), ("/v0.2/work-orders", None)),
            ("/v0.2/work-orders/?a=b/".to_owned(), ("/v0.2/work-orders?a=b/", None)),
            (format!("/sites/{id}/v0.2/work-orders/x/?q=1"), ("/v0.2/work-orders/x?q=1", site)),
            (format!("/sites/{id}/v0.2/work-orders"), ("/v0.2/work-orders", site)),
            ("/sites/nonsense/v0.2/work-orders".to_owned(), ("/v0.2/work-orders", Some(None))),
            ("/sites/nonsense/docs".to_owned(), ("/sites/nonsense/docs", None)),
            ("/docs/".to_owned(), ("/docs/", None)),
            ("/".to_owned(), ("/", None)),
        ] {
            assert_eq!(ordered(&uri), (expected.0.to_owned(), expected.1), "{uri}");
        }
    }
}
