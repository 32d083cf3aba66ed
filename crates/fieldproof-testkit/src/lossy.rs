//! A proxy that loses answers: what was asked for was done, and who asked does not hear of it.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

/// A proxy on the loopback; stopped when dropped.
pub struct LossyProxy {
    url: String,
    lost: Arc<AtomicU64>,
    accepting: JoinHandle<()>,
}

impl LossyProxy {
    /// A proxy to the server at `url` that loses every `one_in`th answer, after it has arrived from the server. Each
    /// connection carries one request: send `Connection: close`.
    pub async fn start(url: &str, one_in: u64) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let own = format!("http://{}", listener.local_addr().expect("an address"));
        let server = url.trim_start_matches("http://").to_owned();
        let lost = Arc::new(AtomicU64::new(0));
        let (counted, seen) = (Arc::clone(&lost), Arc::new(AtomicU64::new(0)));
        let accepting = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let (server, counted, seen) = (server.clone(), Arc::clone(&counted), Arc::clone(&seen));
                tokio::spawn(async move {
                    // A side that hangs up ends the exchange, which is what proxies see.
                    let _ = exchange(client, &server, one_in, &seen, &counted).await;
                });
            }
        });
        Self { url: own, lost, accepting }
    }

    /// `http://127.0.0.1:PORT`
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Answers lost so far.
    pub fn lost(&self) -> u64 {
        self.lost.load(Ordering::Relaxed)
    }
}

impl Drop for LossyProxy {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn exchange(
    client: TcpStream,
    server: &str,
    one_in: u64,
    seen: &AtomicU64,
    lost: &AtomicU64,
) -> std::io::Result<()> {
    let (mut from_client, mut to_client) = client.into_split();
    let (mut from_server, mut to_server) = TcpStream::connect(server).await?.into_split();
    let sending = tokio::spawn(async move { tokio::io::copy(&mut from_client, &mut to_server).await });
    let mut first = vec![0; 64 * 1024];
    let length = from_server.read(&mut first).await?;
    if seen.fetch_add(1, Ordering::Relaxed) % one_in == one_in - 1 {
        lost.fetch_add(1, Ordering::Relaxed);
    } else {
        to_client.write_all(&first[..length]).await?;
        tokio::io::copy(&mut from_server, &mut to_client).await?;
    }
    sending.abort();
    Ok(())
}
