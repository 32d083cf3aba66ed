//! Links to photos and examples, as callers can open them.

use std::{collections::HashMap, convert::Infallible, sync::Arc};

use axum::{extract::FromRequestParts, http::request::Parts};
use fieldproof_app::{
    AppError, Fieldproof,
    links::Link,
    work_orders::{Input, InputData},
};

use super::Origin;
use crate::ApiState;

/// Makes links: to the bucket that photos are in, or to this server by its public URL or the host that the caller used.
pub(crate) struct PhotoLinks {
    base: String,
    system: Arc<Fieldproof>,
}

/// The links that one answer shows, by the key of their blob.
#[derive(Default)]
pub(crate) struct LinkTable(HashMap<String, String>);

impl PhotoLinks {
    /// The signed links to these blobs.
    pub(crate) async fn to(&self, blob_keys: Vec<String>) -> Result<LinkTable, AppError> {
        let mut links = HashMap::new();
        for key in blob_keys {
            let link = match self.system.link(&key).await? {
                Link::Bucket(link) => link,
                Link::Here(path) => format!("{}{path}", self.base),
            };
            links.insert(key, link);
        }
        Ok(LinkTable(links))
    }

    /// The signed links to the photos among these inputs.
    pub(crate) async fn to_photos(&self, inputs: &[Input]) -> Result<LinkTable, AppError> {
        let keys = inputs.iter().filter_map(|input| match &input.data {
            InputData::Image { blob_key, .. } => Some(blob_key.clone()),
            InputData::Text(_) => None,
        });
        self.to(keys.collect()).await
    }
}

impl LinkTable {
    /// The link to a blob that the table was made for.
    pub(crate) fn get(&self, blob_key: &str) -> String {
        self.0.get(blob_key).cloned().unwrap_or_default()
    }
}

impl FromRequestParts<ApiState> for PhotoLinks {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &ApiState) -> Result<Self, Infallible> {
        Ok(Self { base: base(parts, state), system: Arc::clone(&state.system) })
    }
}

/// What links to this server start with: the public URL, or the host that the caller used.
pub(super) fn base(parts: &Parts, state: &ApiState) -> String {
    match &state.public_url {
        Some(url) => url.to_string(),
        None => Origin::of(parts).base(),
    }
}
