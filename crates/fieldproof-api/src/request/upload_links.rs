//! Addresses that take archives, as callers can send to them.

use std::{convert::Infallible, sync::Arc};

use axum::{extract::FromRequestParts, http::request::Parts};
use fieldproof_app::Fieldproof;
use fieldproof_domain::ids::BatchId;

use super::photo_links::base;
use crate::ApiState;

/// Makes the addresses, starting with the public URL or the host that the caller used.
pub(crate) struct UploadLinks {
    base: String,
    system: Arc<Fieldproof>,
}

impl UploadLinks {
    /// The address that takes a batch's archive.
    pub(crate) fn to(&self, batch: BatchId) -> String {
        format!("{}{}", self.base, self.system.upload_path(batch))
    }
}

impl FromRequestParts<ApiState> for UploadLinks {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &ApiState) -> Result<Self, Infallible> {
        Ok(Self { base: base(parts, state), system: Arc::clone(&state.system) })
    }
}
