//! Web servers that misbehave on purpose, and names that mean what a test says.

use fieldproof_outbound::{AddressGuard, FetchLimits, GuardedClient, Lookup, NameResolver};
use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

/// One thing a server does after it has read the head of a request. It closes the connection at the end.
#[derive(Clone)]
pub(crate) enum Act {
    Send(Vec<u8>),
    Wait(Duration),
    /// Goes on sending these bytes, with a pause in between, until the client hangs up.
    Repeat(Vec<u8>, Duration),
}

pub(crate) fn send(bytes: impl Into<Vec<u8>>) -> Act {
    Act::Send(bytes.into())
}

pub(crate) fn redirect(status: u16, location: &str) -> Vec<Act> {
    vec![send(format!(
        "HTTP/1.1 {status} Moved\r\nLocation: {location}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    ))]
}

pub(crate) fn photo(body: &[u8]) -> Vec<Act> {
    let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", body.len());
    vec![send(head), send(body)]
}

/// A server on an address of its own, so that a guard can open one and not another.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    /// The heads of all requests, in order.
    pub(crate) requests: Arc<Mutex<Vec<String>>>,
    /// Connections, with and without a request.
    pub(crate) connections: Arc<AtomicUsize>,
}

impl Server {
    pub(crate) async fn start(ip: &str, script: impl Fn(&str) -> Vec<Act> + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind((ip, 0)).await.unwrap();
        let server =
            Self { address: listener.local_addr().unwrap(), requests: Arc::default(), connections: Arc::default() };
        let (requests, connections) = (server.requests.clone(), server.connections.clone());
        let script = Arc::new(script);
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                connections.fetch_add(1, Ordering::SeqCst);
                let (requests, script) = (requests.clone(), script.clone());
                tokio::spawn(async move {
                    let mut head = Vec::new();
                    while !head.ends_with(b"\r\n\r\n") {
                        match stream.read_u8().await {
                            Ok(byte) => head.push(byte),
                            Err(_) => return,
                        }
                    }
                    let head = String::from_utf8(head).unwrap();
                    let path = head.split(' ').nth(1).unwrap().to_owned();
                    requests.lock().unwrap().push(head);
                    for act in script(&path) {
                        match act {
                            Act::Wait(pause) => tokio::time::sleep(pause).await,
                            Act::Send(bytes) if stream.write_all(&bytes).await.is_err() => return,
                            Act::Send(_) => {}
                            Act::Repeat(bytes, pause) => {
                                while stream.write_all(&bytes).await.is_ok() {
                                    tokio::time::sleep(pause).await;
                                }
                            }
                        }
                    }
                });
            }
        });
        server
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub(crate) fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }
}

/// Names with fixed answers, one list for each look-up; the last stays. An unknown name fails, as DNS would.
#[derive(Default)]
pub(crate) struct Names {
    answers: HashMap<String, Vec<Vec<IpAddr>>>,
    pub(crate) asked: Mutex<Vec<String>>,
}

impl Names {
    pub(crate) fn with(mut self, name: &str, answers: &[&[&str]]) -> Self {
        let parse = |list: &&[&str]| list.iter().map(|ip| ip.parse().unwrap()).collect();
        self.answers.insert(name.into(), answers.iter().map(parse).collect());
        self
    }
}

impl NameResolver for Names {
    fn lookup(&self, host: String) -> Lookup {
        let mut asked = self.asked.lock().unwrap();
        let before = asked.iter().filter(|name| **name == host).count();
        let answer = self.answers.get(&host).map(|lists| lists[before.min(lists.len() - 1)].clone());
        asked.push(host);
        Box::pin(async move { answer.ok_or_else(|| io::Error::from(io::ErrorKind::NotFound)) })
    }
}

pub(crate) fn limits() -> FetchLimits {
    FetchLimits {
        max_bytes: 1000,
        timeout: Duration::from_secs(5),
        connect_timeout: Duration::from_secs(5),
        max_redirects: 3,
    }
}

/// A client for which `allowed` is open besides the public internet.
pub(crate) fn client(allowed: &[&str], limits: FetchLimits, names: Arc<Names>) -> GuardedClient {
    let guard = AddressGuard::new(allowed.iter().map(|net| net.parse().unwrap()).collect());
    GuardedClient::with_resolver(guard, limits, names).unwrap()
}
