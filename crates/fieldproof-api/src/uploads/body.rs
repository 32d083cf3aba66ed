//! The frames of a body, as long as they keep coming.

use axum::body::Body;
use bytes::Bytes;
use fieldproof_app::batch::BodyBreak;
use futures::{Stream, stream};
use http_body_util::BodyExt as _;

use crate::request::SILENCE;

/// The frames of a body; after a break there are no more.
pub(super) fn frames(body: Body) -> impl Stream<Item = Result<Bytes, BodyBreak>> + Send + 'static {
    stream::unfold(Some(body), |body| async {
        let mut body = body?;
        loop {
            return match tokio::time::timeout(SILENCE, body.frame()).await {
                Err(_) => Some((Err(BodyBreak::Silent), None)),
                Ok(None) => None,
                Ok(Some(Err(_))) => Some((Err(BodyBreak::Cut), None)),
                Ok(Some(Ok(frame))) => match frame.into_data() {
                    Ok(data) => Some((Ok(data), Some(body))),
                    Err(_trailers) => continue,
                },
            };
        }
    })
}
