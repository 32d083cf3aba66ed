//! What cannot be done is refused before anything is sent, with what to do about it.

use fieldproof_testkit::{Archive, Scene};

use super::{Machine, orders};
use crate::{cli::refused, server};

const ID: &str = "00000000-0000-4000-8000-000000000000";

#[tokio::test]
async fn what_is_no_archive_is_not_sent() {
    let server = server().start().await;
    let machine = Machine::of(&server);
    let whole = orders().zip();
    machine.write("notes.zip", "no archive, only a text that is called one");
    machine.write("photo.jpg", Scene::new(1).photo());
    machine.write("empty.zip", "");
    machine.write("half.zip", &whole[..whole.len() / 2]);
    machine.write("nothing.zip", Archive::new().zip());
    for (name, words) in [
        ("notes.zip", "not an archive"),
        ("photo.jpg", "not an archive"),
        ("empty.zip", "has no bytes"),
        ("half.zip", "cut off"),
        ("nothing.zip", "no files"),
        (".", "is no file"),
        ("missing.zip", "missing.zip"),
    ] {
        refused(&machine.batch(&["upload", name]).await, &[name, words]);
    }
    let list = machine.batch(&["list", "--json"]).await.ok_json();
    assert_eq!(list.as_array().unwrap().len(), 0, "no batch was made");
}

#[tokio::test]
async fn whoever_may_not_is_told_why() {
    let server = server().start().await;
    server.cli(&["user", "create", "jane.doe@example.com", "--role", "read-only", "--site", "site"]).ok();
    let reader = Machine::at(server.url(), &server.new_token("jane.doe@example.com", "site"));
    reader.write("may.zip", orders().zip());
    refused(&reader.batch(&["upload", "may.zip"]).await, &["(read-only) does not allow this"]);
    refused(&reader.batch(&["list"]).await, &["(read-only) does not allow this"]);
    let mut nobody = Machine::at(server.url(), "fp_wrong");
    nobody.write("may.zip", orders().zip());
    refused(&nobody.batch(&["upload", "may.zip"]).await, &["does not know this token"]);
    nobody.token = String::new();
    refused(&nobody.batch(&["status", ID]).await, &["FIELDPROOF_TOKEN"]);
    let machine = Machine::of(&server);
    refused(&machine.batch(&["status", ID]).await, &["no such batch"]);
    refused(&machine.batch(&["errors", ID]).await, &["no such batch"]);
    refused(&machine.batch(&["list", "--site", ID]).await, &["no such site"]);
    assert_eq!(machine.batch(&["list", "--site", server.site_id()]).await.ok().stdout, "no batches\n");
    for wrong in [&["status", "seven"][..], &["upload"], &["upload", "x", "--chunk", "1000"], &["list", "--limit", "0"]]
    {
        assert_eq!(machine.batch(wrong).await.status, 2, "{wrong:?}");
    }
}

#[tokio::test]
async fn a_wrong_address_is_told_at_once_and_a_silent_one_in_the_end() {
    let server = server().start().await;
    let mut machine = Machine::of(&server);
    machine.write("may.zip", orders().zip());
    machine.url = format!("{}/elsewhere", server.url());
    refused(&machine.batch(&["upload", "may.zip"]).await, &["--server must be that of a Fieldproof server"]);
    machine.url = "127.0.0.1:8080".to_owned();
    refused(&machine.batch(&["list"]).await, &["http(s)://"]);
    machine.url = server.url().replace("http:", "https:");
    refused(&machine.batch(&["upload", "may.zip"]).await, &["cannot be trusted"]);
    machine.url = "http://no-such-host.invalid".to_owned();
    refused(&machine.batch(&["upload", "may.zip"]).await, &["there is no host no-such-host.invalid"]);

    // A port that nobody listens on: taken, and given back.
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    machine.url = format!("http://127.0.0.1:{port}");
    refused(&machine.batch(&["list"]).await, &["nothing listens there"]);
    let given_up = machine.batch(&["upload", "may.zip", "--give-up-after", "1s"]).await;
    refused(&given_up, &["nothing listens there", "trying again", "nothing has moved for 1 s, so this gives up"]);
}
