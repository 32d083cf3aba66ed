//! What a request says before its body.

use axum::http::{HeaderMap, HeaderName, StatusCode, header};
use fieldproof_app::batch::UploadRequest;
use fieldproof_domain::batch::{ContentRange, ObjectHash};

use crate::error::ApiError;

const HASH: HeaderName = HeaderName::from_static("x-goog-hash");

/// Reads the headers of a request.
///
/// # Errors
/// 400 with what is wrong with which of them.
pub(super) fn read(headers: &HeaderMap) -> Result<UploadRequest, ApiError> {
    let refuse = |reason: String| ApiError::detail(StatusCode::BAD_REQUEST, reason);
    let ranges: Vec<_> = headers.get_all(header::CONTENT_RANGE).iter().collect();
    let range = match ranges[..] {
        [] => None,
        // What is no text is no range either; its own words are of no help.
        [range] => Some(range.to_str().unwrap_or("?")),
        _ => return Err(refuse("The request has several headers Content-Range: send one.".to_owned())),
    };
    let length = headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
    let hashes = headers.get_all(HASH).iter().map(|hash| hash.to_str().unwrap_or("?"));
    Ok(UploadRequest {
        range: ContentRange::read(range).map_err(refuse)?,
        // A body of unknown length says so with another header; without either there is none.
        length: length.or((!headers.contains_key(header::TRANSFER_ENCODING)).then_some(0)),
        hash: ObjectHash::read(hashes).map_err(refuse)?,
    })
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn of(headers: &[(&'static str, &'static str)]) -> Result<UploadRequest, ApiError> {
        let pair = |(name, value): &(&'static str, &'static str)| {
            (HeaderName::from_static(name), HeaderValue::from_static(value))
        };
        read(&headers.iter().map(pair).collect())
    }

    #[test]
    fn lengths_are_announced_or_unknown_or_zero() {
        for (headers, length) in
            [(&[("content-length", "17")][..], Some(17)), (&[("transfer-encoding", "chunked")], None), (&[], Some(0))]
        {
            assert_eq!(of(headers).unwrap().length, length, "{headers:?}");
        }
        assert_eq!(of(&[]).unwrap().range, ContentRange::Whole);
    }

    #[test]
    fn what_cannot_be_read_is_refused() {
        assert!(of(&[("content-range", "bytes 5-3/10")]).is_err());
        assert!(of(&[("x-goog-hash", "md5=short")]).is_err());
        let mut twice = HeaderMap::new();
        twice.append(header::CONTENT_RANGE, HeaderValue::from_static("bytes 0-4/10"));
        twice.append(header::CONTENT_RANGE, HeaderValue::from_static("bytes 5-9/10"));
        assert!(read(&twice).is_err());
        let strange = [(header::CONTENT_RANGE, HeaderValue::from_bytes(b"bytes \xff-4/10").unwrap())];
        assert!(read(&strange.into_iter().collect()).is_err());
    }
}
