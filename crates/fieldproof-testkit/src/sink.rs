//! A small HTTP server on the loopback, for photos that are sent as URLs. Reach it with `--allow-address 127.0.0.0/8`.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use bytes::Bytes;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

/// What is answered at a path.
#[derive(Clone, Debug)]
pub enum Reply {
    /// 200 with these bytes, as `image/jpeg`.
    File(Bytes),
    /// 200 with these bytes, without `Content-Length`: it ends with the connection.
    Unannounced(Bytes),
    /// 200 with these bytes, after a while: keeps an analysis in flight for as long.
    Late(Duration, Bytes),
    /// 302 to a URL.
    Redirect(String),
    /// A status with an empty body.
    Status(u16),
    /// 200 and bytes without end.
    Endless,
    /// 200 with a `Content-Length` that is longer than what comes.
    CutOff(Bytes),
    /// Nothing, and the connection stays open.
    Silent,
}

/// The server; it ends when dropped.
pub struct Sink {
    url: String,
    shared: Arc<Mutex<Shared>>,
    task: JoinHandle<()>,
}

#[derive(Default)]
struct Shared {
    replies: HashMap<String, Reply>,
    hits: HashMap<String, usize>,
}

impl Sink {
    /// Listens on a free port.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let shared = Arc::new(Mutex::new(Shared::default()));
        let task = tokio::spawn(accept(listener, Arc::clone(&shared)));
        Self { url, shared, task }
    }

    /// Answers `path` (with its leading slash) so from now on; gives back the whole URL.
    pub fn serve(&self, path: &str, reply: Reply) -> String {
        self.shared.lock().expect("the lock").replies.insert(path.to_owned(), reply);
        self.url(path)
    }

    /// The whole URL of a path; one that is not served is answered 404.
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.url)
    }

    /// How often a path was asked for.
    pub fn hits(&self, path: &str) -> usize {
        self.shared.lock().expect("the lock").hits.get(path).copied().unwrap_or_default()
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn accept(listener: TcpListener, shared: Arc<Mutex<Shared>>) {
    while let Ok((stream, _)) = listener.accept().await {
        // A client that goes away in the middle is the business of the client.
        tokio::spawn(answer(stream, Arc::clone(&shared)));
    }
}

async fn answer(mut stream: TcpStream, shared: Arc<Mutex<Shared>>) -> std::io::Result<()> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await?);
    }
    let head = String::from_utf8_lossy(&head);
    let path = head.split(' ').nth(1).unwrap_or_default().to_owned();
    let reply = {
        let mut shared = shared.lock().expect("the lock");
        *shared.hits.entry(path.clone()).or_default() += 1;
        shared.replies.get(&path).cloned().unwrap_or(Reply::Status(404))
    };
    let start = |status: u16, headers: &str| format!("HTTP/1.1 {status} X\r\nConnection: close\r\n{headers}\r\n");
    let image = |length: usize| start(200, &format!("Content-Type: image/jpeg\r\nContent-Length: {length}\r\n"));
    match reply {
        Reply::File(bytes) => {
            stream.write_all(image(bytes.len()).as_bytes()).await?;
            stream.write_all(&bytes).await?;
        }
        Reply::Late(wait, bytes) => {
            tokio::time::sleep(wait).await;
            stream.write_all(image(bytes.len()).as_bytes()).await?;
            stream.write_all(&bytes).await?;
        }
        Reply::Unannounced(bytes) => {
            stream.write_all(start(200, "Content-Type: image/jpeg\r\n").as_bytes()).await?;
            stream.write_all(&bytes).await?;
        }
        Reply::Redirect(url) => {
            let headers = format!("Location: {url}\r\nContent-Length: 0\r\n");
            stream.write_all(start(302, &headers).as_bytes()).await?;
        }
        Reply::Status(status) => stream.write_all(start(status, "Content-Length: 0\r\n").as_bytes()).await?,
        Reply::Endless => {
            stream.write_all(start(200, "Content-Type: image/jpeg\r\n").as_bytes()).await?;
            loop {
                stream.write_all(&[0xFF; 16 * 1024]).await?;
            }
        }
        Reply::CutOff(bytes) => {
            stream.write_all(image(bytes.len() + 1000).as_bytes()).await?;
            stream.write_all(&bytes).await?;
        }
        Reply::Silent => {
            // Until the client goes.
            let mut rest = Vec::new();
            stream.read_to_end(&mut rest).await?;
        }
    }
    stream.shutdown().await
}
