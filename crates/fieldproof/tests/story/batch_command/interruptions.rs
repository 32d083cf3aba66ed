//! What a sender does when something ends in the middle: the connection, the server, or the sender himself.

use std::process::{Child, Stdio};

use fieldproof_testkit::{CliOutput, Cut, CuttingProxy, TestServer};
use serde_json::{Value, json};

use super::{Machine, heavy, said_id, upload::by_hand};
use crate::server;

/// Bytes of the archives, so that there are a dozen chunks.
const BYTES: usize = 3_000_000;
const CHUNK: [&str; 2] = ["--chunk", "256KiB"];

/// The command as it runs beside the test; ended with it.
struct Sender(Option<Child>);

impl Sender {
    fn start(machine: &Machine, arguments: &[&str]) -> Self {
        let mut command = machine.command(arguments);
        Self(Some(command.args(CHUNK).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()))
    }

    /// Ends it as a power cut would; what it had said.
    async fn kill(mut self) -> CliOutput {
        self.0.as_mut().unwrap().kill().unwrap();
        self.end().await
    }

    async fn end(mut self) -> CliOutput {
        let child = self.0.take().unwrap();
        tokio::task::spawn_blocking(|| child.wait_with_output().unwrap()).await.unwrap().into()
    }
}

impl Drop for Sender {
    fn drop(&mut self) {
        if let Some(mut child) = self.0.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// A machine whose way to the server leads through a proxy.
async fn behind(server: &TestServer, cuts: &[Cut]) -> (Machine, CuttingProxy) {
    let proxy = CuttingProxy::start(server.url(), cuts).await;
    (Machine::at(proxy.url(), server.token()), proxy)
}

/// The site has one batch, of this archive and no other.
async fn assert_arrived(server: &TestServer, batch: &Value, archive: &[u8]) {
    let client = server.client();
    let batches = client.get("/v0.2/batches").await.expect(200).json();
    assert_eq!(batches["results"].as_array().map(Vec::len), Some(1), "{batches:#}");
    let whole = by_hand(&client, archive).await;
    assert_eq!((&batch["archive_bytes"], &batch["crc32c"]), (&json!(archive.len()), &whole["crc32c"]), "{batch:#}");
}

#[tokio::test]
async fn cut_anywhere_it_goes_on_where_the_server_stands() {
    let server = server().env("FIELDPROOF_JOB_WORKERS", "0").start().await;
    let cuts = [
        // The batch is made, and nobody hears of it.
        Cut::Answer(0),
        Cut::After(100_000),
        Cut::Answer(900_000),
        Cut::After(1_000_000),
        Cut::After(1_000_100),
        Cut::After(2_500_000),
    ];
    let (machine, proxy) = behind(&server, &cuts).await;
    let archive = heavy(BYTES);
    machine.write("may.zip", &archive);
    let sent = Sender::start(&machine, &["upload", "may.zip", "--json"]).end().await;
    proxy.has_cut(cuts.len()).await;
    assert_arrived(&server, &sent.clone().ok_json(), &archive).await;
    assert!(sent.stderr.contains("trying again"), "{}", sent.stderr);
    // A cut costs what was under way, and no more.
    let most = archive.len() as u64 + cuts.len() as u64 * (256 * 1024 + 2000) + 12 * 2000;
    assert!(proxy.sent() < most, "{} bytes were sent", proxy.sent());
}

#[tokio::test]
async fn a_server_that_is_killed_and_comes_back_is_sent_the_rest() {
    let mut server = server().env("FIELDPROOF_JOB_WORKERS", "0").start().await;
    let (machine, proxy) = behind(&server, &[Cut::AndDown(1_500_000)]).await;
    let archive = heavy(BYTES);
    machine.write("may.zip", &archive);
    let sender = Sender::start(&machine, &["upload", "may.zip", "--json"]);
    proxy.has_cut(1).await;
    server.kill9();
    server.restart().await;
    proxy.lead_to(Some(server.url()));
    assert_arrived(&server, &sender.end().await.ok_json(), &archive).await;
    assert!(proxy.sent() < 2 * BYTES as u64, "{} bytes were sent", proxy.sent());
}

#[tokio::test]
async fn a_sender_that_was_killed_goes_on_by_the_command_it_has_printed() {
    let server = server().env("FIELDPROOF_JOB_WORKERS", "0").start().await;
    let (machine, proxy) = behind(&server, &[Cut::AndDown(2_000_000)]).await;
    let archive = heavy(BYTES);
    machine.write("may.zip", &archive);
    let sender = Sender::start(&machine, &["upload", "may.zip"]);
    proxy.has_cut(1).await;
    let id = said_id(&sender.kill().await.stderr);
    proxy.lead_to(Some(server.url()));
    let before = proxy.sent();
    let batch = machine.batch(&["upload", "may.zip", "--batch", &id, "--json"]).await.ok_json();
    assert_eq!(batch["batch_id"], id);
    assert_arrived(&server, &batch, &archive).await;
    let again = proxy.sent() - before;
    assert!(again < BYTES as u64 / 2, "{again} bytes were sent again");
}

#[tokio::test]
async fn a_sender_that_is_stopped_says_how_to_go_on() {
    let server = server().env("FIELDPROOF_JOB_WORKERS", "0").start().await;
    let (machine, proxy) = behind(&server, &[Cut::AndDown(2_000_000)]).await;
    machine.write("may.zip", heavy(BYTES));
    let stopped = Sender::start(&machine, &["upload", "may.zip", "--give-up-after", "2s"]).end().await;
    assert_eq!(stopped.status, 1);
    let id = said_id(&stopped.stderr);
    let again = format!("Go on with:\n  fieldproof batch upload may.zip --batch {id} --server {}", proxy.url());
    assert!(stopped.stderr.contains(&again), "{}", stopped.stderr);
}

#[tokio::test]
async fn another_archive_of_the_same_size_arrives_whole_and_one_of_another_size_not_at_all() {
    let server = server().env("FIELDPROOF_JOB_WORKERS", "0").start().await;
    let (machine, proxy) = behind(&server, &[Cut::AndDown(1_500_000)]).await;
    let archive = heavy(BYTES);
    machine.write("may.zip", &archive);
    let sender = Sender::start(&machine, &["upload", "may.zip"]);
    proxy.has_cut(1).await;
    let id = said_id(&sender.kill().await.stderr);
    proxy.lead_to(Some(server.url()));

    machine.write("longer.zip", heavy(BYTES + 1000));
    let refused = machine.batch(&["upload", "longer.zip", "--batch", &id]).await;
    assert_eq!(refused.status, 1);
    assert!(refused.stderr.contains("both must say the same"), "{}", refused.stderr);

    let mut other = archive.clone();
    other[1000] ^= 1;
    machine.write("other.zip", &other);
    let sent = machine.batch(&["upload", "other.zip", "--batch", &id, "--json"]).await;
    assert_arrived(&server, &sent.clone().ok_json(), &other).await;
    assert!(sent.stderr.contains("by X-Goog-Hash"), "{}", sent.stderr);
}
