//! The batches of a server, over HTTP.

use std::time::Duration;

use reqwest::{
    Client, Method, RequestBuilder, Response,
    header::{AUTHORIZATION, HeaderValue},
};
use serde_json::Value;
use url::Url;

use super::{failure::Failure, options::ServerOptions};

/// For a whole exchange of a few kilobytes.
const CALL_TIMEOUT: Duration = Duration::from_secs(60);
/// The largest answer that is taken: a page of batches has a hundredth of it.
const ANSWER_BYTES: usize = 4 * 1024 * 1024;

/// A client of a server's batches.
pub(super) struct Api {
    http: Client,
    batches: Url,
    authorization: Option<HeaderValue>,
}

impl Api {
    /// A client for the server that the options name.
    ///
    /// # Errors
    /// They make no sense.
    pub(super) fn new(options: &ServerOptions) -> anyhow::Result<Self> {
        let batches = options.batches()?;
        let http = fieldproof_outbound::server_client(&batches)?;
        let authorization = match &options.token {
            Some(token) => {
                let value = HeaderValue::try_from(format!("Token {}", token.trim()));
                let mut value = value.map_err(|_| anyhow::anyhow!("the token holds characters that no token has"))?;
                value.set_sensitive(true);
                Some(value)
            }
            None => None,
        };
        Ok(Self { http, batches, authorization })
    }

    /// The client for another address: this one with its open connection, unless the address is on another host.
    ///
    /// # Errors
    /// TLS or the HTTP library refused its settings.
    pub(super) fn client_for(&self, url: &Url) -> anyhow::Result<Client> {
        if url.host() == self.batches.host() {
            return Ok(self.http.clone());
        }
        Ok(fieldproof_outbound::server_client(url)?)
    }

    /// Whether there is a token, without which the server answers nothing but uploads.
    pub(super) fn has_token(&self) -> bool {
        self.authorization.is_some()
    }

    /// Asks for JSON. `path` follows `/v0.2/batches`.
    ///
    /// # Errors
    /// There is no answer, or none of the 2xx.
    pub(super) async fn get(&self, path: &str) -> Result<Value, Failure> {
        self.json(self.request(Method::GET, path).timeout(CALL_TIMEOUT)).await
    }

    /// Sends JSON. Sent again with the same `key` it is done once.
    ///
    /// # Errors
    /// As [`Api::get`].
    pub(super) async fn post(&self, path: &str, body: &Value, key: &str) -> Result<Value, Failure> {
        let request = self.request(Method::POST, path).timeout(CALL_TIMEOUT).header("Idempotency-Key", key);
        self.json(request.header("Content-Type", "application/json").body(body.to_string())).await
    }

    /// Begins to read something long.
    ///
    /// # Errors
    /// As [`Api::get`].
    pub(super) async fn download(&self, path: &str) -> Result<Response, Failure> {
        self.answer(self.request(Method::GET, path)).await
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.http.request(method, format!("{}{path}", self.batches));
        match &self.authorization {
            Some(value) => request.header(AUTHORIZATION, value.clone()),
            None => request,
        }
    }

    async fn json(&self, request: RequestBuilder) -> Result<Value, Failure> {
        let answer = self.answer(request).await?;
        read_json(answer, &self.batches).await
    }

    async fn answer(&self, request: RequestBuilder) -> Result<Response, Failure> {
        let answer = request.send().await.map_err(|error| Failure::of_error(&error, &self.batches))?;
        if answer.status().is_success() { Ok(answer) } else { Err(Failure::of_answer(answer).await) }
    }
}

/// The body of an answer from `url`, as JSON.
pub(super) async fn read_json(mut answer: Response, url: &Url) -> Result<Value, Failure> {
    let mut body = Vec::new();
    while let Some(piece) = answer.chunk().await.map_err(|error| Failure::of_error(&error, url))? {
        body.extend_from_slice(&piece);
        if body.len() > ANSWER_BYTES {
            return Err(not_fieldproof());
        }
    }
    serde_json::from_slice(&body).map_err(|_| not_fieldproof())
}

/// An answer that Fieldproof does not give.
pub(super) fn not_fieldproof() -> Failure {
    Failure::Final(
        "what answers there is no Fieldproof server: correct --server, such as https://photos.example.com".to_owned(),
    )
}
