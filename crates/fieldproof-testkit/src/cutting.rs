//! A proxy that cuts connections in the middle of what is sent, and stays where it is while servers come and go.

use std::{collections::VecDeque, sync::Arc};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{
        TcpListener, TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
    sync::watch,
    task::JoinHandle,
};

/// What is cut, and when: after so many bytes that clients have sent in all, over whatever connections, which they keep or
/// open as they like.
#[derive(Clone, Copy, Debug)]
pub enum Cut {
    /// The connection on which the last of them comes. The server gets it and nothing behind it.
    After(u64),
    /// The same; and then there is no server, until [`CuttingProxy::lead_to`] names one.
    AndDown(u64),
    /// The connection on which the next answer comes, of which the client hears nothing.
    Answer(u64),
}

/// A proxy on the loopback; stopped when dropped.
pub struct CuttingProxy {
    url: String,
    plan: Arc<watch::Sender<Plan>>,
    accepting: JoinHandle<()>,
}

struct Plan {
    /// `127.0.0.1:PORT`; without one, callers are hung up on.
    server: Option<String>,
    next: VecDeque<Cut>,
    /// Bytes that clients have sent.
    sent: u64,
    cuts: usize,
}

impl CuttingProxy {
    /// A proxy to the server at `url` that makes all of `cuts`, in their order, once each.
    ///
    /// # Panics
    /// When no port is free.
    pub async fn start(url: &str, cuts: &[Cut]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let own = format!("http://{}", listener.local_addr().expect("an address"));
        let plan = Plan { server: Some(address(url)), next: cuts.iter().copied().collect(), sent: 0, cuts: 0 };
        let plan = Arc::new(watch::Sender::new(plan));
        let shared = Arc::clone(&plan);
        let accepting = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let plan = Arc::clone(&shared);
                tokio::spawn(async move {
                    // A side that hangs up ends the exchange, which is what proxies see.
                    let _ = exchange(client, &plan).await;
                });
            }
        });
        Self { url: own, plan, accepting }
    }

    /// `http://127.0.0.1:PORT`
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Leads to another server from the next connection on, or to none.
    pub fn lead_to(&self, url: Option<&str>) {
        self.plan.send_modify(|plan| plan.server = url.map(address));
    }

    /// Waits until so many cuts were made.
    ///
    /// # Panics
    /// Never.
    pub async fn has_cut(&self, count: usize) {
        self.plan.subscribe().wait_for(|plan| plan.cuts >= count).await.expect("a plan");
    }

    /// Bytes that clients have sent so far, heads included.
    pub fn sent(&self) -> u64 {
        self.plan.borrow().sent
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

/// Passes everything on until either side hangs up, or a cut is made.
async fn exchange(client: TcpStream, plan: &watch::Sender<Plan>) -> std::io::Result<()> {
    let server = plan.borrow().server.clone();
    let Some(server) = server else { return Ok(()) };
    let (from_server, to_server) = TcpStream::connect(&server).await?.into_split();
    let (from_client, to_client) = client.into_split();
    let mut changes = plan.subscribe();
    tokio::select! {
        // Clients keep connections that are not cut themselves: those to a server that is down end too.
        _ = changes.wait_for(|plan| plan.server.as_ref() != Some(&server)) => Ok(()),
        ended = pass(from_client, to_server, |bytes| plan.sending(bytes)) => ended,
        ended = pass(from_server, to_client, |bytes| plan.answering(bytes)) => ended,
    }
}

/// Passes bytes on from one side to the other; `most` says how many of those that came may go on, and fewer than all of
/// them are the last.
async fn pass(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, most: impl Fn(usize) -> usize) -> std::io::Result<()> {
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let came = from.read(&mut buffer).await?;
        let goes = most(came);
        to.write_all(&buffer[..goes]).await?;
        if came == 0 || goes < came {
            return Ok(());
        }
    }
}

/// Decisions about bytes that came.
trait Deciding {
    /// How many of `bytes` from a client go on.
    fn sending(&self, bytes: usize) -> usize;
    /// How many of `bytes` from the server go on.
    fn answering(&self, bytes: usize) -> usize;
}

impl Deciding for watch::Sender<Plan> {
    fn sending(&self, bytes: usize) -> usize {
        let mut goes = bytes;
        self.send_modify(|plan| {
            let before = plan.sent;
            plan.sent += bytes as u64;
            if let Some(Cut::After(at) | Cut::AndDown(at)) = plan.next.front().copied()
                && at < plan.sent
            {
                goes = at.saturating_sub(before) as usize;
                if matches!(plan.next.pop_front(), Some(Cut::AndDown(_))) {
                    plan.server = None;
                }
                plan.cuts += 1;
            }
        });
        goes
    }

    fn answering(&self, bytes: usize) -> usize {
        let mut goes = bytes;
        self.send_modify(|plan| {
            if let Some(Cut::Answer(at)) = plan.next.front().copied()
                && at <= plan.sent
                && bytes > 0
            {
                goes = 0;
                plan.next.pop_front();
                plan.cuts += 1;
            }
        });
        goes
    }
}
