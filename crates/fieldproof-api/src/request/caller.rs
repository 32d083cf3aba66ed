//! Who calls, for which site (contract section 2.0), and whether the role there allows it.

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, header::AUTHORIZATION, request::Parts},
};
use fieldproof_app::{
    AppError,
    access::{Access, Caller, SiteSelector},
    permit::{Act, Permit},
};
use fieldproof_domain::ids::SiteId;

use super::Origin;
use crate::{ApiState, error::ApiError};

/// The site named by the path prefix `/sites/{site_id}`, put into the request by [`crate::service`].
/// `None`: the prefix holds something that is no id.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SitePath(pub(crate) Option<SiteId>);

/// The caller of a request that needs a token, and may do what the endpoint does.
///
/// It comes first among an endpoint's arguments: whoever may not is told so before the path's ids and the body are
/// looked at, and learns nothing of either.
pub(crate) struct Allowed<A>(pub(crate) Permit<A>);

impl<A: Act> FromRequestParts<ApiState> for Allowed<A> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &ApiState) -> Result<Self, ApiError> {
        let caller = caller(parts, state).await?;
        Ok(Self(caller.may().map_err(AppError::from)?))
    }
}

/// Who calls, for which site, with which role: of any request with a token.
pub(crate) async fn caller(parts: &Parts, state: &ApiState) -> Result<Caller, ApiError> {
    if let Some(caller) = parts.extensions.get::<Caller>() {
        return Ok(*caller);
    }
    let secret = token(&parts.headers).ok_or_else(ApiError::no_credentials)?;
    let site = match parts.extensions.get::<SitePath>() {
        Some(SitePath(Some(id))) => Some(SiteSelector::Id(*id)),
        Some(SitePath(None)) => None,
        None => Some(site_in_host(Origin::of(parts))),
    };
    // The token is looked at even when the path names no possible site: who has none learns nothing else.
    match state.system.access(secret, site.unwrap_or(SiteSelector::Default)).await? {
        Access::UnknownToken => Err(ApiError::unknown_token()),
        Access::NoSuchSite => Err(ApiError::no_such_site()),
        Access::Granted(_) if site.is_none() => Err(ApiError::no_such_site()),
        Access::Granted(caller) => Ok(caller),
    }
}

fn token(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, secret) = value.trim().split_once(' ')?;
    let secret = secret.trim();
    (scheme.eq_ignore_ascii_case("Token") && !secret.is_empty()).then_some(secret)
}

/// `api.{first four groups of the site id}.<anything>`.
pub(super) fn site_in_host(origin: &Origin) -> SiteSelector {
    let prefix = origin.host.as_deref().and_then(|host| {
        let mut labels = host.splitn(3, '.');
        let api = labels.next()?;
        let prefix = labels.next()?;
        labels.next()?;
        api.eq_ignore_ascii_case("api").then(|| SiteSelector::from_prefix(prefix))?
    });
    prefix.unwrap_or(SiteSelector::Default)
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderName, HeaderValue};

    use super::*;

    fn headers(name: HeaderName, value: &str) -> HeaderMap {
        [(name, HeaderValue::from_str(value).unwrap())].into_iter().collect()
    }

    #[test]
    fn only_the_token_scheme_counts() {
        for (value, expected) in [
            ("Token abc", Some("abc")),
            ("token  abc ", Some("abc")),
            ("Bearer abc", None),
            ("Token", None),
            ("Token ", None),
            ("abc", None),
        ] {
            assert_eq!(token(&headers(AUTHORIZATION, value)), expected, "{value}");
        }
        assert_eq!(token(&HeaderMap::new()), None);
    }

    #[test]
    fn a_host_names_a_site_only_in_full() {
        let site = |host: &str| site_in_host(&Origin { client: None, scheme: "http", host: Some(host.to_owned()) });
        let named = SiteSelector::from_prefix("000f0174-bdf0-47b3-bb3e").unwrap();
        assert_eq!(site("api.000f0174-bdf0-47b3-bb3e.customers.example.com"), named);
        assert_eq!(site("API.000f0174-bdf0-47b3-bb3e.localhost:8080"), named);
        for other in
            ["localhost:8080", "api.example.com", "000f0174-bdf0-47b3-bb3e.example.com", "api.000f0174-bdf0-47b3-bb3e"]
        {
            assert_eq!(site(other), SiteSelector::Default, "{other}");
        }
    }
}
