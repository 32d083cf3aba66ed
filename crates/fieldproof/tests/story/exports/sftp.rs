//! Exports to OpenSSH's server.

use fieldproof_testkit::{Cut, CuttingProxy, Scene, SftpServer, TestServer};
use serde_json::{Value, json};

use super::place::{files_below, make, runs, runs_in};
use crate::server;

/// A server with the user's key in its folder for credentials, and that folder.
async fn fieldproof(sftp: &SftpServer) -> (TestServer, tempfile::TempDir) {
    let credentials = tempfile::tempdir().unwrap();
    std::fs::create_dir(credentials.path().join("keys")).unwrap();
    std::fs::write(credentials.path().join("keys/id_ed25519"), sftp.private_key()).unwrap();
    let server = server()
        .option("--export-credentials", credentials.path().to_str().unwrap())
        .option("--allow-address", "127.0.0.0/8")
        .start()
        .await;
    (server, credentials)
}

fn to(sftp: &SftpServer, more: &Value) -> Value {
    let mut fields = json!({
        "connector_type": "sftp", "interval": "once", "sftp_host": "127.0.0.1", "sftp_port": sftp.port(),
        "sftp_username": sftp.username(), "sftp_private_key_path": "keys/id_ed25519",
        "sftp_private_key_passphrase": "a passphrase", "sftp_remote_path": sftp.files(),
    });
    fields.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    fields
}

#[tokio::test]
async fn files_lie_on_the_server_as_documented() {
    let Some(sftp) = SftpServer::start() else { return };
    let (server, _credentials) = fieldproof(&sftp).await;
    let client = server.client();
    let id = client.create(&json!({"name": "w"})).await;
    let photo = Scene::new(1).photo();
    client.analyse(&id, "before", &photo).await.expect(200);
    let export = make(&client, &to(&sftp, &json!({"export_images": true}))).await;
    let run = runs_in(&client, &export, "delivered", 1).await.remove(0);
    let file = run["file"].as_str().unwrap();
    let site = server.site_id();
    let files = files_below(&sftp.files());
    assert_eq!(files.len(), 3, "{files:#?}");
    assert_eq!((files[0].as_str(), &files[1]), (file, &file.replace(".json", ".manifest.json")));
    assert!(files[2].starts_with(&format!("{site}/inputs/")) && files[2].ends_with(".jpeg"), "{files:#?}");
    assert_eq!(std::fs::read(sftp.files().join(&files[2])).unwrap(), photo);
    let bytes = std::fs::read(sftp.files().join(file)).unwrap();
    assert_eq!(super::lines_of(&String::from_utf8(bytes.clone()).unwrap()).len(), 1);

    // Once more, over what is there.
    std::fs::write(sftp.files().join(file), "spoilt").unwrap();
    let key = json!({"sftp_private_key_path": null, "sftp_private_key": sftp.private_key()});
    client.patch(&export, &key).await.expect(200);
    client.post(&format!("{export}/run"), &json!({"from": run["from"], "to": run["to"]})).await.expect(202);
    runs_in(&client, &export, "delivered", 1).await;
    assert_eq!(std::fs::read(sftp.files().join(file)).unwrap(), bytes);
    let answered = client.get(&export).await.expect(200).text();
    assert!(!answered.contains("passphrase") && !answered.contains("OPENSSH"), "{answered}");
}

#[tokio::test]
async fn a_server_is_trusted_when_it_is_first_reached_and_no_other_after() {
    let Some(mut sftp) = SftpServer::start() else { return };
    let (server, _credentials) = fieldproof(&sftp).await;
    let client = server.client();
    let export = make(&client, &to(&sftp, &json!({}))).await;
    runs_in(&client, &export, "delivered", 1).await;
    let first = sftp.host_key();
    let pinned = client.get(&export).await.expect(200).json()["sftp_host_key"].as_str().unwrap().to_owned();
    assert!(first.starts_with(&pinned), "{pinned}");

    sftp.renew_host_key();
    client.post(&format!("{export}/run"), &json!({})).await.expect(202);
    let run = runs_in(&client, &export, "failed", 1).await.remove(0);
    assert!(run["error"].as_str().unwrap().contains("somebody may be in between"), "{run:#}");
    let tried = client.post(&format!("{export}/test"), &json!({})).await.expect(200).json();
    assert_eq!((&tried["steps"][0]["step"], &tried["steps"][0]["code"]), (&json!("connect"), &json!("identity")));
    assert_eq!(client.get(&export).await.json()["sftp_host_key"], pinned.as_str());

    client.patch(&export, &json!({"sftp_host_key": sftp.host_key()})).await.expect(200);
    client.post(&format!("{export}/run"), &json!({})).await.expect(202);
    runs_in(&client, &export, "delivered", 1).await;
}

#[tokio::test]
async fn what_a_server_does_not_let_happen_is_said() {
    let (Some(sftp), Some(closed)) = (SftpServer::start(), SftpServer::start_with(&["-R"])) else { return };
    let (server, _credentials) = fieldproof(&sftp).await;
    let client = server.client();
    let taken = closed.port();
    let (port, folder) = (sftp.port(), sftp.files());
    for (fields, step, code, said) in [
        (json!({"sftp_private_key_passphrase": "another"}), "connect", "settings", "passphrase is right"),
        (json!({"sftp_private_key_path": "keys/none"}), "connect", "settings", "keys/none"),
        (json!({"sftp_username": "nobody-of-that-name"}), "connect", "identity", "authorized_keys"),
        (json!({"sftp_port": taken, "sftp_username": "nobody"}), "connect", "identity", "does not let nobody in"),
        (json!({"sftp_port": 1}), "connect", "unreachable", "check host and port"),
        (json!({"sftp_host": "0.0.0.1"}), "connect", "forbidden_address", "--allow-address"),
        (json!({"sftp_remote_path": "/no/such/folder"}), "write", "missing", "make it first"),
    ] {
        let export = make(&client, &to(&sftp, &fields)).await;
        let tried = client.post(&format!("{export}/test"), &json!({})).await.expect(200).json();
        let last = tried["steps"].as_array().unwrap().last().unwrap();
        assert_eq!((last["step"].as_str(), last["code"].as_str()), (Some(step), Some(code)), "{fields}: {tried:#}");
        assert!(last["error"].as_str().unwrap().contains(said), "{fields}: {tried:#}");
        client.delete(&export).await.expect(204);
    }
    assert_eq!(files_below(&folder), [""; 0]);

    // With another key, of another server, which may be read from only.
    let fields = json!({
        "sftp_port": taken, "sftp_private_key": closed.private_key(), "sftp_remote_path": closed.files(),
        "sftp_private_key_path": null,
    });
    let export = make(&client, &to(&sftp, &fields)).await;
    let tried = client.post(&format!("{export}/test"), &json!({})).await.expect(200).json();
    let refused = &tried["steps"][1];
    assert_eq!((refused["step"].as_str(), refused["code"].as_str()), (Some("write"), Some("refused")), "{tried:#}");
    assert!(refused["error"].as_str().unwrap().contains("right to do so"), "{tried:#}");
    assert_ne!(taken, port);
}

#[tokio::test]
async fn a_window_that_is_cut_or_killed_goes_on_where_it_was() {
    let Some(sftp) = SftpServer::start() else { return };
    let (mut server, _credentials) = fieldproof(&sftp).await;
    let client = server.client();
    let id = client.create(&json!({"name": "w"})).await;
    let mut sizes = 0;
    for seed in 0..12 {
        let photo = Scene::new(20 + seed).photo();
        sizes += photo.len() as u64;
        client.analyse(&id, "before", &photo).await.expect(200);
    }
    // In the middle of a photo, then in the middle of another, and the line is dead.
    let address = format!("127.0.0.1:{}", sftp.port());
    let cuts = [Cut::After(sizes / 3), Cut::AndDown(sizes * 2 / 3)];
    let proxy = CuttingProxy::start(&address, &cuts).await;
    let port: u16 = proxy.url().rsplit(':').next().unwrap().parse().unwrap();
    let fields = json!({"export_images": true, "sftp_port": port, "sftp_host_key": sftp.host_key()});
    let export = make(&client, &to(&sftp, &fields)).await;
    proxy.has_cut(2).await;
    server.kill9();
    let whole = |path: &&String| !path.rsplit('/').next().unwrap().starts_with('.');
    let before = files_below(&sftp.files());
    assert!(before.iter().filter(whole).all(|path| path.contains("/inputs/")), "nothing looks complete: {before:#?}");

    proxy.lead_to(Some(&address));
    server.restart().await;
    let client = server.client();
    // Whoever was killed has a lease of a minute.
    server.sql("UPDATE jobs SET lease_until = 0 WHERE state = 'running'").await;
    let start = std::time::Instant::now();
    while runs(&client, &export).await[0]["status"] != "delivered" {
        assert!(start.elapsed().as_secs() < 120, "{:#?}", runs(&client, &export).await);
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    let run = runs(&client, &export).await.remove(0);
    let after = files_below(&sftp.files());
    let photos: Vec<_> = after.iter().filter(|path| path.contains("/inputs/")).collect();
    assert_eq!((photos.len(), after.len(), &run["images"]), (12, 14, &json!(12)), "{after:#?}");
    for path in photos {
        let name = path.rsplit('/').next().unwrap();
        let kept = std::fs::read(server.data().join("blobs/inputs").join(name)).unwrap();
        assert!(std::fs::read(sftp.files().join(path)).unwrap() == kept, "{path}");
    }
    assert!(proxy.sent() < sizes * 3, "{} bytes were sent for {sizes}", proxy.sent());
}
