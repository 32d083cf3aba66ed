//! A proxy to a server that takes its time.

use std::time::Duration;

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _, copy},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
    time::sleep,
};

/// A proxy on the loopback; stopped when dropped.
pub struct SlowProxy {
    url: String,
    accepting: JoinHandle<()>,
}

impl SlowProxy {
    /// A proxy to the server at `url`, whose every word comes so much later.
    ///
    /// # Panics
    /// When no port is free.
    pub async fn start(url: &str, delay: Duration) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let own = format!("http://{}", listener.local_addr().expect("an address"));
        let server = url.trim_start_matches("http://").to_owned();
        let accepting = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let server = server.clone();
                tokio::spawn(async move {
                    // A side that hangs up ends the exchange.
                    let _ = exchange(client, &server, delay).await;
                });
            }
        });
        Self { url: own, accepting }
    }

    /// `http://127.0.0.1:PORT`
    pub fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for SlowProxy {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn exchange(client: TcpStream, server: &str, delay: Duration) -> std::io::Result<()> {
    let (mut from_server, mut to_server) = TcpStream::connect(server).await?.into_split();
    let (mut from_client, mut to_client) = client.into_split();
    let asking = async { copy(&mut from_client, &mut to_server).await.map(|_| ()) };
    let answering = async {
        let mut buffer = vec![0; 64 * 1024];
        loop {
            let came = from_server.read(&mut buffer).await?;
            if came == 0 {
                return Ok(());
            }
            sleep(delay).await;
            to_client.write_all(&buffer[..came]).await?;
        }
    };
    tokio::select! {
        ended = asking => ended,
        ended = answering => ended,
    }
}
