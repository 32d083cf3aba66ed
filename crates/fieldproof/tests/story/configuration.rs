//! Where options come from, and starts that are refused.

use fieldproof_testkit::{Scene, TestServer};
use serde_json::json;

use crate::{cli::refused, link, server};

async fn start_of_links(server: &TestServer) -> String {
    let client = server.client();
    let id = client.create(&json!({"name": "w"})).await;
    let verdict = client.analyse(&id, "papers", &Scene::new(1).photo()).await.expect(200).json();
    link(&verdict).split("/files/").next().unwrap().to_owned()
}

#[tokio::test]
async fn an_option_is_taken_from_the_flag_else_the_environment_else_the_file() {
    let mut server = server().file("fieldproof.toml", "public_url = \"https://file.example.com/\"\n").start().await;
    assert_eq!(start_of_links(&server).await, "https://file.example.com");
    server.set_env("FIELDPROOF_PUBLIC_URL", "https://env.example.com");
    server.restart().await;
    assert_eq!(start_of_links(&server).await, "https://env.example.com");
    server.set_option("--public-url", "https://flag.example.com/base/");
    server.restart().await;
    assert_eq!(start_of_links(&server).await, "https://flag.example.com/base");
    server.terminate().await;

    std::fs::write(server.data().join("fieldproof.toml"), "public-url = \"https://file.example.com\"\n").unwrap();
    refused(&server.cli(&["serve", "--listen", "127.0.0.1:0"]), &["fieldproof.toml", "public-url"]);
    refused(&server.cli(&["serve", "--config", "nowhere.toml"]), &["nowhere.toml"]);
    refused(
        &server.cli(&["serve", "--listen", "127.0.0.1:0", "--config", "/dev/null", "--secret-key", "short"]),
        &["32 characters"],
    );
}

#[tokio::test]
async fn a_folder_of_a_later_version_is_refused_and_left_alone() {
    let mut server = server().on_sqlite().start().await;
    assert_eq!(server.terminate().await, 0);
    let file = server.data().join("fieldproof.db");
    let mut bytes = std::fs::read(&file).unwrap();
    // `user_version` in the header of an SQLite file.
    bytes[60..64].copy_from_slice(&77u32.to_be_bytes());
    std::fs::write(&file, &bytes).unwrap();
    for command in [&["serve", "--listen", "127.0.0.1:0"][..], &["token", "list"]] {
        refused(&server.cli(command), &["schema version 77", "this program knows", "fieldproof.db"]);
    }
    assert!(std::fs::read(&file).unwrap() == bytes);
}

#[test]
fn a_taken_port_is_said() {
    let server = server().prepare();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    refused(&server.cli(&["serve", "--listen", &address]), &[&address, "--listen"]);
}
