//! Bytes on a connection, for what no decent client sends.

use std::{
    io::{Read as _, Write as _},
    net::{Shutdown, TcpStream},
    time::Duration,
};

use fieldproof_testkit::TestServer;
use serde_json::Value;

/// A connection on which anything can be said.
pub(crate) struct Wire {
    stream: TcpStream,
    /// Whether everything could be sent before the server closed.
    pub(crate) all_sent: bool,
}

/// Everything that came back.
#[derive(Debug)]
pub(crate) struct Said(pub(crate) String);

impl Wire {
    pub(crate) fn open(server: &TestServer) -> Self {
        let stream = TcpStream::connect(server.url().trim_start_matches("http://")).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(40))).unwrap();
        stream.set_nodelay(true).unwrap();
        Self { stream, all_sent: true }
    }

    /// Sends bytes; goes on when the server does not want them.
    pub(crate) fn say(mut self, bytes: impl AsRef<[u8]>) -> Self {
        self.all_sent &= self.stream.write_all(bytes.as_ref()).is_ok();
        self
    }

    /// Says that nothing more comes.
    pub(crate) fn cut(self) -> Self {
        // The server may have closed already.
        let _ = self.stream.shutdown(Shutdown::Write);
        self
    }

    /// Everything until the server closes.
    pub(crate) fn hear(mut self) -> Said {
        let mut bytes = Vec::new();
        // What was read before a reset is kept.
        let _ = self.stream.read_to_end(&mut bytes);
        Said(String::from_utf8_lossy(&bytes).into_owned())
    }
}

impl Said {
    /// The status of the first answer; 0 when there was none.
    pub(crate) fn status(&self) -> u16 {
        self.0.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or_default()
    }

    /// The body of the last answer as JSON.
    pub(crate) fn json(&self) -> Value {
        let body = self.0.rsplit("\r\n\r\n").next().unwrap_or_default();
        serde_json::from_str(body).unwrap_or_else(|_| panic!("no JSON: {}", self.0))
    }
}

/// The start of a request with a token, up to and without the blank line.
pub(crate) fn head(server: &TestServer, line: &str) -> String {
    format!("{line} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Token {}\r\n", server.token())
}
