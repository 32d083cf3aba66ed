//! A small client of the API, as an integrator would write it. It follows no redirect: the API must never send one.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::{HeaderMap, Method, Request};
use hyper_util::{
    client::legacy::{Client as HttpClient, connect::HttpConnector},
    rt::TokioExecutor,
};
use serde_json::{Value, json};

/// A client; clones share their connections.
#[derive(Clone)]
pub struct Client {
    http: HttpClient<HttpConnector, Full<Bytes>>,
    url: String,
    headers: Vec<(String, String)>,
}

/// What came back.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body's bytes.
    pub body: Bytes,
}

impl Answer {
    /// The body as JSON.
    ///
    /// # Panics
    /// When it is none.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("{} with a body that is not JSON ({error}): {}", self.status, self.text()))
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// A header as text; empty when it is not there.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// Itself, when the status is this one.
    ///
    /// # Panics
    /// When it is another one, showing the body.
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.text());
        self
    }
}

impl Client {
    /// A client without a token for the server at `url` (`http://host:port`, without a final slash).
    pub fn new(url: &str) -> Self {
        let http = HttpClient::builder(TokioExecutor::new()).build_http();
        Self { http, url: url.to_owned(), headers: Vec::new() }
    }

    /// Sends one more header with every request, in place of an earlier one of that name.
    #[must_use]
    pub fn with_header(mut self, name: &str, value: &str) -> Self {
        self.headers.retain(|(known, _)| !known.eq_ignore_ascii_case(name));
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Sends `Authorization: Token …`.
    #[must_use]
    pub fn with_token(self, token: &str) -> Self {
        self.with_header("Authorization", &format!("Token {token}"))
    }

    /// Sends no `Authorization`.
    #[must_use]
    pub fn without_token(mut self) -> Self {
        self.headers.retain(|(known, _)| known != "Authorization");
        self
    }

    /// Sends `Accept-Language`.
    #[must_use]
    pub fn with_language(self, language: &str) -> Self {
        self.with_header("Accept-Language", language)
    }

    /// Sends another `Host` than the one that it connects to.
    #[must_use]
    pub fn with_host(self, host: &str) -> Self {
        self.with_header("Host", host)
    }

    /// Puts something before every path, such as `/sites/{site_id}`.
    #[must_use]
    pub fn with_prefix(mut self, prefix: &str) -> Self {
        self.url.push_str(prefix);
        self
    }

    /// GET; `path` may also be a whole `http://…` link.
    pub async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, &[], Bytes::new()).await
    }

    /// POST with JSON.
    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        self.send(Method::POST, path, &[("Content-Type", "application/json")], body.to_string()).await
    }

    /// PATCH with JSON.
    pub async fn patch(&self, path: &str, body: &Value) -> Answer {
        self.send(Method::PATCH, path, &[("Content-Type", "application/json")], body.to_string()).await
    }

    /// DELETE.
    pub async fn delete(&self, path: &str) -> Answer {
        self.send(Method::DELETE, path, &[], Bytes::new()).await
    }

    /// Any request. Header names given here win over those of the client.
    ///
    /// # Panics
    /// When nothing comes back.
    pub async fn send(&self, method: Method, path: &str, headers: &[(&str, &str)], body: impl Into<Bytes>) -> Answer {
        self.try_send(method, path, headers, body).await.unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    /// Any request; `Err` when no answer came back, as from a server that was killed.
    pub async fn try_send(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: impl Into<Bytes>,
    ) -> Result<Answer, String> {
        let uri = if path.starts_with("http://") { path.to_owned() } else { format!("{}{path}", self.url) };
        let mut request = Request::builder().method(method).uri(uri);
        let given = |name: &str| headers.iter().any(|(known, _)| known.eq_ignore_ascii_case(name));
        for (name, value) in self.headers.iter().filter(|(name, _)| !given(name)) {
            request = request.header(name, value);
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Full::new(body.into())).map_err(|error| error.to_string())?;
        let response = self.http.request(request).await.map_err(|error| format!("{error:?}"))?;
        let (parts, body) = response.into_parts();
        let body = body.collect().await.map_err(|error| error.to_string())?.to_bytes();
        Ok(Answer { status: parts.status.as_u16(), headers: parts.headers, body })
    }

    /// Creates a work order; answers its id.
    ///
    /// # Panics
    /// When the answer is not 201.
    pub async fn create(&self, body: &Value) -> String {
        let order = self.post("/v0.2/work-orders/", body).await.expect(201).json();
        order["id"].as_str().expect("an id").to_owned()
    }

    /// The work order with its inputs.
    ///
    /// # Panics
    /// When the answer is not 200.
    pub async fn work_order(&self, id: &str) -> Value {
        self.get(&format!("/v0.2/work-orders/{id}/")).await.expect(200).json()
    }

    /// Analyses a photo, sent as a Base64 data URI.
    pub async fn analyse(&self, id: &str, group: &str, photo: &[u8]) -> Answer {
        self.analyse_value(id, group, &data_uri(photo)).await
    }

    /// Analyses whatever `value` says: a data URI, a URL, or something wrong.
    pub async fn analyse_value(&self, id: &str, group: &str, value: &str) -> Answer {
        self.post(&format!("/v0.2/work-orders/{id}/analyze/"), &analysis_body(group, value)).await
    }

    /// As [`Client::analyse`], but `Err` when no answer came back.
    pub async fn try_analyse(&self, id: &str, group: &str, photo: &[u8]) -> Result<Answer, String> {
        let body = analysis_body(group, &data_uri(photo)).to_string();
        let path = format!("/v0.2/work-orders/{id}/analyze/");
        self.try_send(Method::POST, &path, &[("Content-Type", "application/json")], body).await
    }
}

/// The body of an analysis with one `context` and one image.
pub fn analysis_body(group: &str, value: &str) -> Value {
    json!({"inputs": [
        {"name": "context", "data": {"type": "text", "value": group}},
        {"name": "image_input", "data": {"type": "image", "value": value}},
    ]})
}

/// `data:image/…;base64,…`.
pub fn data_uri(photo: &[u8]) -> String {
    let kind = match photo {
        [0x89, b'P', b'N', b'G', ..] => "image/png",
        [b'%', b'P', b'D', b'F', ..] => "application/pdf",
        _ => "image/jpeg",
    };
    format!("data:{kind};base64,{}", STANDARD.encode(photo))
}
