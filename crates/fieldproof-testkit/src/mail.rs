//! A mail server on the loopback that keeps what it gets.

use std::{
    collections::HashSet,
    sync::{Arc, Mutex},
};

use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

/// A message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mail {
    /// To whom.
    pub to: String,
    /// Headers and text, as they came.
    pub text: String,
}

/// The server; it ends when dropped. Addresses that begin with `refused` do not exist there; those that begin with `busy` are
/// put off the first time.
pub struct MailServer {
    url: String,
    kept: Arc<Mutex<Vec<Mail>>>,
    task: JoinHandle<()>,
}

impl MailServer {
    /// A server on a port of its own.
    ///
    /// # Panics
    /// When no port is free.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("smtp://{}", listener.local_addr().expect("an address"));
        let kept = Arc::new(Mutex::new(Vec::new()));
        let shared = Arc::clone(&kept);
        let put_off = Arc::new(Mutex::new(HashSet::new()));
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (kept, put_off) = (Arc::clone(&shared), Arc::clone(&put_off));
                tokio::spawn(async move {
                    // A client that hangs up ends it.
                    let _ = converse(stream, &kept, &put_off).await;
                });
            }
        });
        Self { url, kept, task }
    }

    /// `smtp://127.0.0.1:PORT`
    pub fn url(&self) -> &str {
        &self.url
    }

    /// What came so far.
    ///
    /// # Panics
    /// Never.
    pub fn kept(&self) -> Vec<Mail> {
        self.kept.lock().expect("what came").clone()
    }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn converse(stream: TcpStream, kept: &Mutex<Vec<Mail>>, put_off: &Mutex<HashSet<String>>) -> std::io::Result<()> {
    let (from, mut to) = stream.into_split();
    let mut lines = BufReader::new(from).lines();
    to.write_all(b"220 tests.example.com\r\n").await?;
    let mut recipients = Vec::new();
    while let Some(line) = lines.next_line().await? {
        let command = line.to_ascii_uppercase();
        let answer = if let Some(address) = command.strip_prefix("RCPT TO:") {
            let address = address.trim_matches(['<', '>', ' ']).to_ascii_lowercase();
            if address.starts_with("refused") {
                "550 no such mailbox"
            } else if address.starts_with("busy") && put_off.lock().expect("who was").insert(address.clone()) {
                "451 the mailbox is busy"
            } else {
                recipients.push(address);
                "250 ok"
            }
        } else if command == "DATA" {
            to.write_all(b"354 go on\r\n").await?;
            let mut text = String::new();
            while let Some(line) = lines.next_line().await?.filter(|line| line != ".") {
                text.push_str(line.strip_prefix('.').unwrap_or(&line));
                text.push('\n');
            }
            for to in recipients.drain(..) {
                kept.lock().expect("what came").push(Mail { to, text: text.clone() });
            }
            "250 kept"
        } else if command == "QUIT" {
            to.write_all(b"221 bye\r\n").await?;
            return Ok(());
        } else {
            "250 ok"
        };
        to.write_all(format!("{answer}\r\n").as_bytes()).await?;
    }
    Ok(())
}
