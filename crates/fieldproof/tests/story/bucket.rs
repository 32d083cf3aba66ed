//! Buckets for tests, where the environment names an S3 server.

use std::sync::atomic::{AtomicU32, Ordering};

use fieldproof_testkit::{Client, TestServerBuilder};
use hyper::Method;

/// Names an S3 server (`http://127.0.0.1:PORT`) that tests may make buckets on. `cargo xtask test` starts one.
const S3: &str = "FIELDPROOF_TEST_S3";
/// Where keys begin.
const PREFIX: &str = "photos/of-tests";

/// A bucket of its own.
pub(crate) struct Bucket {
    /// The S3 server.
    pub(crate) endpoint: String,
    name: String,
}

impl Bucket {
    /// A new, empty one; `None`, and a word about it, where there is no S3 server.
    pub(crate) async fn make() -> Option<Self> {
        static MADE: AtomicU32 = AtomicU32::new(0);
        let Some(endpoint) = std::env::var(S3).ok().filter(|endpoint| !endpoint.is_empty()) else {
            eprintln!("skipped: no S3 server");
            return None;
        };
        let name = format!("test-{}-{}", std::process::id(), MADE.fetch_add(1, Ordering::Relaxed));
        let made = Client::new(&endpoint).send(Method::PUT, &format!("/{name}"), &[], "").await;
        assert_eq!(made.status, 200, "{}", made.text());
        Some(Self { endpoint, name })
    }

    /// A server that keeps its photos in it.
    pub(crate) fn of(&self, server: TestServerBuilder) -> TestServerBuilder {
        server
            .everywhere("FIELDPROOF_BLOB_URL", &format!("s3://{}/{PREFIX}", self.name))
            .everywhere("AWS_ENDPOINT_URL", &self.endpoint)
            .everywhere("AWS_ALLOW_HTTP", "true")
            .everywhere("AWS_ACCESS_KEY_ID", "test")
            .everywhere("AWS_SECRET_ACCESS_KEY", "test")
            .everywhere("AWS_REGION", "us-east-1")
    }

    /// Writes a blob behind the program's back.
    pub(crate) async fn put(&self, key: &str, bytes: Vec<u8>) {
        let path = format!("/{}/{PREFIX}/{key}", self.name);
        Client::new(&self.endpoint).send(Method::PUT, &path, &[], bytes).await.expect(200);
    }
}
