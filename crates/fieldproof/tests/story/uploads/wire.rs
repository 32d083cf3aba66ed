//! Bodies as no client library sends them: broken off, or without a length.

use std::{
    io::{Read as _, Write as _},
    net::{Shutdown, TcpStream},
    time::Duration,
};

use fieldproof_testkit::TestServer;

/// Everything that came back.
pub(super) struct Said(pub(super) String);

impl Said {
    /// The status of the last answer; 0 when there was none.
    pub(super) fn status(&self) -> u16 {
        let last = self.0.rsplit("HTTP/1.1 ").next().unwrap_or_default();
        last.split(' ').next().and_then(|status| status.parse().ok()).unwrap_or_default()
    }
}

fn open(server: &TestServer) -> TcpStream {
    let stream = TcpStream::connect(server.url().trim_start_matches("http://")).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    stream
}

/// A body in chunks, whose length is known at its end.
pub(super) fn chunked(server: &TestServer, path: &str, headers: &str, body: &[u8]) -> Said {
    let mut stream = open(server);
    let head =
        format!("PUT {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{headers}Transfer-Encoding: chunked\r\n\r\n");
    let mut send = |bytes: &[u8]| stream.write_all(bytes);
    let mut all = vec![head.into_bytes()];
    for chunk in body.chunks(100_000) {
        all.push(format!("{:x}\r\n", chunk.len()).into_bytes());
        all.push([chunk, b"\r\n"].concat());
    }
    all.push(b"0\r\n\r\n".to_vec());
    // A server that refuses may close before the end.
    let _ = all.iter().try_for_each(|bytes| send(bytes));
    let mut said = Vec::new();
    let _ = stream.read_to_end(&mut said);
    Said(String::from_utf8_lossy(&said).into_owned())
}

/// How a sender leaves.
#[derive(Clone, Copy, Debug)]
pub(super) enum Leave {
    /// It says that nothing more comes, and is told what is held.
    Politely,
    /// It closes the connection.
    Abruptly,
}

/// A part that breaks off: `body` is what is sent of it. Answers what the server says, if it is listened to.
pub(super) fn broken(server: &TestServer, path: &str, range: &str, length: usize, body: &[u8], leave: Leave) -> Said {
    let mut stream = open(server);
    let head = format!(
        "PUT {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Range: {range}\r\nContent-Length: {length}\r\n\r\n"
    );
    let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body));
    let mut said = Vec::new();
    if let Leave::Politely = leave {
        let _ = stream.shutdown(Shutdown::Write);
        let _ = stream.read_to_end(&mut said);
    }
    Said(String::from_utf8_lossy(&said).into_owned())
}

/// A part whose sender says nothing more, and does not leave until the answer is dropped.
pub(super) fn hang(server: &TestServer, path: &str, range: &str, length: usize, body: &[u8]) -> TcpStream {
    let mut stream = open(server);
    let head = format!("PUT {path} HTTP/1.1\r\nHost: x\r\nContent-Range: {range}\r\nContent-Length: {length}\r\n\r\n");
    stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body)).unwrap();
    stream
}
