//! A client that keeps its connections.

use anyhow::{Context as _, Result, bail};
use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::{Method, Request, StatusCode};
use hyper_util::{
    client::legacy::{Client as HttpClient, connect::HttpConnector},
    rt::TokioExecutor,
};
use serde_json::Value;

/// A client with a token.
#[derive(Clone)]
pub(crate) struct Client {
    http: HttpClient<HttpConnector, Full<Bytes>>,
    url: String,
    token: String,
}

impl Client {
    /// A client for the server at `url`.
    pub(crate) fn new(url: &str, token: &str) -> Self {
        let mut connector = HttpConnector::new();
        connector.set_nodelay(true);
        let http = HttpClient::builder(TokioExecutor::new()).build(connector);
        Self { http, url: url.to_owned(), token: token.to_owned() }
    }

    /// Calls the API; `path` may also be a whole `http://…` address.
    ///
    /// # Errors
    /// Every answer that is no success, with its body.
    pub(crate) async fn call(&self, method: Method, path: &str, body: Bytes) -> Result<Value> {
        let bytes = self.bytes(method, path, body).await?;
        serde_json::from_slice(&bytes).with_context(|| path.to_owned())
    }

    /// As [`Client::call`], for an answer of any kind.
    pub(crate) async fn bytes(&self, method: Method, path: &str, body: Bytes) -> Result<Bytes> {
        let what = format!("{method} {path}");
        let uri = if path.starts_with("http://") { path.to_owned() } else { format!("{}{path}", self.url) };
        let request = Request::builder()
            .method(method)
            .uri(uri)
            .header("Authorization", format!("Token {}", self.token))
            .header("Content-Type", "application/json")
            .body(Full::from(body))?;
        let response = self.http.request(request).await.with_context(|| what.clone())?;
        let status = response.status();
        let bytes = response.into_body().collect().await?.to_bytes();
        if !status.is_success() {
            bail!("{what}: {status}: {}", String::from_utf8_lossy(&bytes));
        }
        Ok(bytes)
    }

    /// Sends a part of an archive to its address; answers the status.
    pub(crate) async fn put(&self, url: &str, range: &str, body: Bytes) -> Result<StatusCode> {
        let request = Request::builder().method(Method::PUT).uri(url).header("Content-Range", range);
        let response = self.http.request(request.body(Full::from(body))?).await.with_context(|| range.to_owned())?;
        let status = response.status();
        response.into_body().collect().await?;
        Ok(status)
    }
}
