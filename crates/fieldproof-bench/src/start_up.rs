//! How long the server takes to get ready, and how much memory it holds when it has nothing to do.

use std::{path::Path, time::Duration};

use anyhow::Result;

use crate::{figures::Rounds, server::Server};

/// Start-up leaves things to tidy; after this it is over.
const SETTLE: Duration = Duration::from_secs(2);

/// What was found.
#[derive(Default)]
pub(crate) struct StartUp {
    /// From the start of the process to the first 200 of `/readyz`, in seconds.
    pub(crate) ready: Rounds,
    /// Resident memory of the idle server, in bytes.
    pub(crate) memory: Rounds,
}

/// Starts the server on `data` several times.
pub(crate) async fn measure(data: &Path, rounds: usize) -> Result<StartUp> {
    let mut found = StartUp::default();
    for _ in 0..rounds {
        let server = Server::start(data, None)?;
        found.ready.add(server.ready().await?.as_secs_f64());
        tokio::time::sleep(SETTLE).await;
        found.memory.add(server.memory()? as f64);
    }
    Ok(found)
}
