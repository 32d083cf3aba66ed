//! Buckets for tests, where the environment names an S3 server.

use std::sync::atomic::{AtomicU32, Ordering};

use fieldproof_testkit::{Answer, Client, TestServerBuilder};
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
        // Google's client escapes everything else, which not every S3 server reads.
        let name = format!("test{}x{}", std::process::id(), MADE.fetch_add(1, Ordering::Relaxed));
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

    /// The address of a folder in it.
    pub(crate) fn uri(&self, folder: &str) -> String {
        format!("s3://{}/{folder}", self.name)
    }

    /// What is under a key.
    pub(crate) async fn get(&self, key: &str) -> Answer {
        let client = Client::new(&self.endpoint).with_header("Authorization", "AWS test:test");
        client.get(&format!("/{}/{key}", self.name)).await.expect(200)
    }

    /// What lies in a folder, in the order of the keys, which are told without it.
    pub(crate) async fn keys(&self, folder: &str) -> Vec<String> {
        let path = format!("/{}?list-type=2&prefix={folder}", self.name);
        let listed = Client::new(&self.endpoint).get(&path).await.expect(200).text();
        let keys = listed.split("<Key>").skip(1).filter_map(|rest| rest.split("</Key>").next());
        keys.filter_map(|key| key.strip_prefix(folder)).map(str::to_owned).collect()
    }
}
