//! From an address to the right to send to it.

use axum::{extract::FromRequestParts, http::request::Parts, response::Response};
use fieldproof_app::batch::{Upload, UploadError};
use fieldproof_domain::ids::BatchId;

use super::answer::refused;
use crate::{ApiState, request::IdPath};

/// The upload at the request's address. A wrong secret looks like a batch that does not exist.
pub(super) struct OpenUpload(pub(super) Upload);

impl FromRequestParts<ApiState> for OpenUpload {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &ApiState) -> Result<Self, Response> {
        let open = async {
            let id = IdPath::<BatchId>::from_request_parts(parts, state).await;
            let IdPath(id) = id.map_err(|_| UploadError::NotFound)?;
            let query = parts.uri.query().unwrap_or_default();
            let secret = url::form_urlencoded::parse(query.as_bytes()).find(|(key, _)| key == "upload_id");
            let (_, secret) = secret.ok_or(UploadError::NotFound)?;
            state.system.open_upload(id, &secret).await
        };
        open.await.map(Self).map_err(refused)
    }
}
