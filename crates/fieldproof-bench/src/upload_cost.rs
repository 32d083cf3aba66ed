//! What stands between a sender and the disk when an archive comes in chunks.

use std::{
    fs::File,
    io::Write as _,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, ensure};
use bytes::Bytes;
use hyper::{Method, StatusCode};

use crate::{client::Client, figures::Rounds, server::Server};

/// Sizes of chunks, in bytes: as the contract's script sends them, and as large senders do.
const CHUNKS: [usize; 2] = [512 * 1024, 8 * 1024 * 1024];
/// Bytes of an archive.
const ARCHIVE: usize = 64 * 1024 * 1024;

/// What was found for one size of chunks.
pub(crate) struct UploadCost {
    /// Bytes of a chunk.
    pub(crate) chunk: usize,
    /// Bytes a second over HTTP, from the first byte sent to the archive's completion.
    pub(crate) server: Rounds,
    /// Bytes a second of a program that writes each chunk behind the one before and syncs the file.
    pub(crate) bare: Rounds,
    /// The first by the second, of the same round.
    pub(crate) ratio: Rounds,
}

/// Measures in turns, after one round that does not count.
pub(crate) async fn measure(server: &Server, client: &Client, rounds: usize) -> Result<Vec<UploadCost>> {
    let archive = Bytes::from(noise(ARCHIVE));
    let mut costs = Vec::new();
    for chunk in CHUNKS {
        let mut cost =
            UploadCost { chunk, server: Rounds::default(), bare: Rounds::default(), ratio: Rounds::default() };
        for round in 0..=rounds {
            let (served, bare) = one_round(server, client, &archive, chunk).await?;
            if round > 0 {
                let rate = |took: Duration| archive.len() as f64 / took.as_secs_f64();
                cost.server.add(rate(served));
                cost.bare.add(rate(bare));
                cost.ratio.add(rate(served) / rate(bare));
            }
        }
        costs.push(cost);
    }
    Ok(costs)
}

async fn one_round(server: &Server, client: &Client, archive: &Bytes, chunk: usize) -> Result<(Duration, Duration)> {
    let batch = client.call(Method::POST, "/v0.2/batches", Bytes::new()).await?;
    let url = batch["upload_url"].as_str().context("a batch without an address")?;
    let path = server.folder().join("bench.archive");
    let mut file = File::create(&path)?;
    let (mut served, mut bare) = (Duration::ZERO, Duration::ZERO);
    // Chunk by chunk, so that both sides meet the disk in the same mood.
    for first in (0..archive.len()).step_by(chunk) {
        let end = (first + chunk).min(archive.len());
        let bytes = archive.slice(first..end);
        let start = Instant::now();
        file.write_all(&bytes)?;
        file.sync_all()?;
        bare += start.elapsed();

        let range = format!("bytes {first}-{}/{}", end - 1, archive.len());
        let start = Instant::now();
        let status = client.put(url, &range, bytes).await?;
        served += start.elapsed();
        let expected = if end == archive.len() { StatusCode::OK } else { StatusCode::PERMANENT_REDIRECT };
        ensure!(status == expected, "a chunk was answered {status} instead of {expected}");
    }
    drop(file);
    std::fs::remove_file(path)?;
    // What is done about it next is not to be measured with the next round.
    let batch = format!("/v0.2/batches/{}", batch["batch_id"].as_str().unwrap_or_default());
    while client.call(Method::GET, &batch, Bytes::new()).await?["end_date"].is_null() {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    Ok((served, bare))
}

/// Bytes that nothing can make smaller.
fn noise(length: usize) -> Vec<u8> {
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()
    };
    (0..length.div_ceil(8)).flat_map(|_| next()).take(length).collect()
}
