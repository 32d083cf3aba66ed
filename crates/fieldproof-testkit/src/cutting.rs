//! A proxy that cuts connections in the middle of what is sent, and stays where it is while servers come and go.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
};

use tokio::{
    io::{AsyncReadExt as _, copy_bidirectional},
    net::{TcpListener, TcpStream},
    sync::watch,
    task::JoinHandle,
};

/// Where a connection is cut.
#[derive(Clone, Copy, Debug)]
pub enum Cut {
    /// When so many bytes have come from its client and gone to the server.
    After(usize),
    /// When the server's first answer has come, of which the client hears nothing.
    BeforeAnswer,
}

/// A proxy on the loopback; stopped when dropped.
pub struct CuttingProxy {
    url: String,
    plan: Arc<Mutex<Plan>>,
    cuts: watch::Receiver<usize>,
    accepting: JoinHandle<()>,
}

struct Plan {
    /// `127.0.0.1:PORT`; without one, callers are hung up on.
    server: Option<String>,
    /// The next connections are cut like this; those after them are left alone.
    next: VecDeque<Cut>,
}

impl CuttingProxy {
    /// A proxy to the server at `url` that cuts one connection for each of `cuts`, in their order.
    pub async fn start(url: &str, cuts: &[Cut]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let own = format!("http://{}", listener.local_addr().expect("an address"));
        let plan = Plan { server: Some(address(url)), next: cuts.iter().copied().collect() };
        let plan = Arc::new(Mutex::new(plan));
        let (counted, cuts) = watch::channel(0);
        let shared = Arc::clone(&plan);
        let accepting = tokio::spawn(async move {
            let counted = Arc::new(counted);
            while let Ok((client, _)) = listener.accept().await {
                let (server, cut) = {
                    let mut plan = shared.lock().expect("the plan");
                    let server = plan.server.clone();
                    (server.clone(), server.and_then(|_| plan.next.pop_front()))
                };
                let counted = Arc::clone(&counted);
                tokio::spawn(async move {
                    // A side that hangs up ends the exchange, which is what proxies see.
                    let Some(server) = server else { return };
                    if exchange(client, &server, cut).await.is_ok_and(|was_cut| was_cut) {
                        counted.send_modify(|count| *count += 1);
                    }
                });
            }
        });
        Self { url: own, plan, cuts, accepting }
    }

    /// `http://127.0.0.1:PORT`
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Leads to another server from the next connection on, or to none.
    ///
    /// # Panics
    /// After a panic elsewhere.
    pub fn lead_to(&self, url: Option<&str>) {
        self.plan.lock().expect("the plan").server = url.map(address);
    }

    /// Waits until so many connections have been cut.
    ///
    /// # Panics
    /// When the proxy has stopped.
    pub async fn has_cut(&self, count: usize) {
        self.cuts.clone().wait_for(|cuts| *cuts >= count).await.expect("a running proxy");
    }
}

impl Drop for CuttingProxy {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

fn address(url: &str) -> String {
    url.trim_start_matches("http://").to_owned()
}

/// Passes everything on, and answers whether it was cut.
async fn exchange(mut client: TcpStream, server: &str, cut: Option<Cut>) -> std::io::Result<bool> {
    let mut server = TcpStream::connect(server).await?;
    let Some(cut) = cut else {
        copy_bidirectional(&mut client, &mut server).await?;
        return Ok(false);
    };
    let (mut from_client, mut to_client) = client.split();
    let (mut from_server, mut to_server) = server.split();
    match cut {
        Cut::After(bytes) => {
            let mut some = from_client.take(bytes as u64);
            tokio::select! {
                sent = tokio::io::copy(&mut some, &mut to_server) => sent.map(|sent| sent == bytes as u64),
                copied = tokio::io::copy(&mut from_server, &mut to_client) => copied.map(|_| false),
            }
        }
        Cut::BeforeAnswer => {
            tokio::select! {
                sent = tokio::io::copy(&mut from_client, &mut to_server) => sent.map(|_| false),
                answered = from_server.read_u8() => answered.map(|_| true),
            }
        }
    }
}
