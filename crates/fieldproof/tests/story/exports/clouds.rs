//! Exports by the clients of Google and Microsoft.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use fieldproof_app::{Ambient as _, SystemAmbient};
use fieldproof_testkit::{Client, Scene};
use hmac::{Hmac, KeyInit as _, Mac as _};
use hyper::Method;
use serde_json::{Value, json};
use sha2::Sha256;

use super::place::{make, runs_in};
use crate::{bucket::Bucket, server};

/// Names Azure's emulator (`http://127.0.0.1:PORT/devstoreaccount1`). `cargo xtask test` starts one.
const AZURE: &str = "FIELDPROOF_TEST_AZURE";
/// Of the emulator, the same everywhere and no secret: see Azurite's own pages.
const ACCOUNT: &str = "devstoreaccount1";
const KEY: &str = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

/// A work order with a photo, exported there; the window.
async fn exported(uri: &str, credentials: Value) -> Value {
    let server = server().option("--allow-address", "127.0.0.0/8").start().await;
    let client = server.client();
    let id = client.create(&json!({"name": "w"})).await;
    client.analyse(&id, "before", &Scene::new(1).photo()).await.expect(200);
    let fields = json!({
        "connector_type": "cloud_storage", "interval": "once", "storage_uri": uri, "export_images": true,
        "storage_credentials": credentials,
    });
    let export = make(&client, &fields).await;
    let tried = client.post(&format!("{export}/test"), &json!({})).await.expect(200).json();
    assert_eq!(tried["ok"], true, "{tried:#}");
    runs_in(&client, &export, "delivered", 1).await.remove(0)
}

/// Google's storage speaks an interface of XML that is much like Amazon's: its client signs with a key of its own kind, and
/// the server here takes any. What Google says to a wrong key is not tried.
#[tokio::test]
async fn google_s_client_delivers() {
    let Some(bucket) = Bucket::make().await else { return };
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("key");
    let mut command = std::process::Command::new("ssh-keygen");
    command.args(["-q", "-t", "rsa", "-b", "2048", "-m", "PKCS8", "-N", "", "-f"]).arg(&file);
    assert!(command.status().unwrap().success());
    let key = json!({
        "type": "service_account", "client_email": "fieldproof@example.com", "private_key_id": "1",
        "private_key": std::fs::read_to_string(file).unwrap(), "gcs_base_url": bucket.endpoint,
    });
    let uri = bucket.uri("lake").replace("s3://", "gs://");
    let run = exported(&uri, json!({"google_service_account_key": key, "google_allow_http": "true"})).await;
    let keys = bucket.keys("lake/").await;
    assert!(keys.len() == 3 && keys.iter().any(|key| *key == run["file"]), "{keys:#?}");
}

#[tokio::test]
async fn microsoft_s_client_delivers() {
    let Some(endpoint) = std::env::var(AZURE).ok().filter(|endpoint| !endpoint.is_empty()) else {
        eprintln!("skipped: no emulator of Azure");
        return;
    };
    let container = format!("test-{}", std::process::id());
    signed(Method::PUT, &endpoint, &container, "?restype=container", "restype:container").await;
    let credentials = json!({
        "azure_storage_account_name": ACCOUNT, "azure_storage_account_key": KEY, "azure_storage_endpoint": endpoint,
        "azure_allow_http": true,
    });
    let run = exported(&format!("az://{container}/lake"), credentials).await;
    let listed =
        signed(Method::GET, &endpoint, &container, "?restype=container&comp=list", "comp:list\nrestype:container");
    let listed = listed.await;
    let blobs: Vec<_> = listed.split("<Name>").skip(1).filter_map(|rest| rest.split("</Name>").next()).collect();
    let expected = format!("lake/{}", run["file"].as_str().unwrap());
    assert!(blobs.len() == 3 && blobs.contains(&expected.as_str()), "{blobs:#?}");
}

/// A request to a container, signed as the emulator wants it; the answer's text.
async fn signed(method: Method, endpoint: &str, container: &str, query: &str, resource: &str) -> String {
    let date = SystemAmbient.now().format("%a, %d %b %Y %H:%M:%S GMT").to_string();
    let version = "2021-08-06";
    let path = format!("/{ACCOUNT}/{ACCOUNT}/{container}");
    let text = format!("{method}\n\n\n\n\n\n\n\n\n\n\n\nx-ms-date:{date}\nx-ms-version:{version}\n{path}\n{resource}");
    let mut mac = Hmac::<Sha256>::new_from_slice(&STANDARD.decode(KEY).unwrap()).unwrap();
    mac.update(text.as_bytes());
    let signature = format!("SharedKey {ACCOUNT}:{}", STANDARD.encode(mac.finalize().into_bytes()));
    let headers = [("x-ms-date", date.as_str()), ("x-ms-version", version), ("Authorization", &signature)];
    let answer = Client::new(endpoint).send(method, &format!("/{container}{query}"), &headers, "").await;
    assert!((200..300).contains(&answer.status), "{}", answer.text());
    answer.text()
}
