//! What a photo costs as part of a batch, and what people on site feel of one.

use std::{
    io::{Cursor, Write as _},
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, ensure};
use bytes::Bytes;
use fieldproof_app::applications::LoadedApplication;
use fieldproof_domain::application::TaskGroup;
use hyper::Method;
use serde_json::{Value, json};
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

use crate::{
    bare::{self, Stages},
    client::Client,
    cpu::CpuClock,
    figures::{Comparison, Rounds},
    pages::recycle,
    photo_cost::{metadata, new_work_order, task_group},
    photos,
    server::Server,
};

/// Different scenes; every photo of a batch is one of them in other bytes.
const SCENES: u32 = 8;
/// Work orders of a batch.
const WORK_ORDERS: usize = 8;
/// Photos of each.
const EACH: usize = 4;
/// Photos that a person sends, with and without a batch.
const PROBES: usize = 40;

/// What was found.
pub(crate) struct BatchCost {
    /// One photo is one piece.
    pub(crate) comparison: Comparison,
    /// 95th percentile of an analysis over HTTP, in seconds, with nothing else to do, and while a batch is worked off.
    pub(crate) alone: Rounds,
    /// See `alone`.
    pub(crate) beside: Rounds,
    /// The second by the first, of the same round.
    pub(crate) slower: Rounds,
}

/// Measures in turns, after one round that does not count.
pub(crate) async fn measure(
    server: &Server,
    client: &Client,
    application: &LoadedApplication,
    rounds: usize,
) -> Result<BatchCost> {
    let group = task_group(application)?;
    let scenes = (0..SCENES).map(photos::jpeg).collect::<Result<Vec<_>>>()?;
    let own = CpuClock::own();
    let mut cost = BatchCost {
        comparison: Comparison::default(),
        alone: Rounds::default(),
        beside: Rounds::default(),
        slower: Rounds::default(),
    };
    for round in 0..=rounds {
        let maker = Maker { application, group, scenes: &scenes, round };
        let jpegs = maker.photos("cost");
        let archive = maker.archive("cost", &jpegs)?;
        let mut stages = Stages::default();
        let start = own.read()?;
        for jpeg in &jpegs {
            bare::look(application, group, jpeg, &mut stages)?;
        }
        let bare = own.read()? - start;
        // The archive as it comes, and the photos that are in it.
        recycle(server.folder(), 2 * archive.len())?;
        let start = server.cpu.read()?;
        let batch = send(client, archive).await?;
        let ended = end_of(client, &batch).await?;
        let served = server.cpu.read()? - start;
        ensure!(ended["status"] == "done", "the batch did not do what is compared: {ended}");
        if round > 0 {
            cost.comparison.add(served, bare, jpegs.len());
        }

        let alone = maker.probe(client, "alone").await?;
        let batch = send(client, maker.archive("beside", &maker.photos("beside"))?).await?;
        while retrieve(client, &batch).await?["photos"]["done"] == 0 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let beside = maker.probe(client, "beside-probe").await?;
        end_of(client, &batch).await?;
        if round > 0 {
            cost.alone.add(alone);
            cost.beside.add(beside);
            cost.slower.add(beside / alone);
        }
    }
    Ok(cost)
}

/// Makes what one round sends.
struct Maker<'a> {
    application: &'a LoadedApplication,
    group: &'a TaskGroup,
    scenes: &'a [Vec<u8>],
    round: usize,
}

impl Maker<'_> {
    /// The photos of a batch, in bytes of their own.
    fn photos(&self, purpose: &str) -> Vec<Vec<u8>> {
        photos::in_other_bytes(self.scenes, &format!("{purpose} {}", self.round), WORK_ORDERS * EACH)
    }

    fn archive(&self, purpose: &str, jpegs: &[Vec<u8>]) -> Result<Bytes> {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
        for (number, photos) in jpegs.chunks(EACH).enumerate() {
            let folder = format!("{purpose}-{}-{number}", self.round);
            zip.start_file(format!("{folder}/metadata.json"), options)?;
            zip.write_all(Value::Object(metadata(self.application)).to_string().as_bytes())?;
            for (at, photo) in photos.iter().enumerate() {
                zip.start_file(format!("{folder}/{}-{at}.jpg", self.group.name), options)?;
                zip.write_all(photo)?;
            }
        }
        Ok(zip.finish()?.into_inner().into())
    }

    /// 95th percentile of the time that one person waits for each of some verdicts, in seconds.
    async fn probe(&self, client: &Client, purpose: &str) -> Result<f64> {
        let order = client.call(Method::POST, "/v0.2/work-orders/", new_work_order(self.application, purpose)).await?;
        let path = format!("/v0.2/work-orders/{}/analyze/", order["id"].as_str().unwrap_or_default());
        let mut waits = Vec::with_capacity(PROBES);
        for (at, scene) in self.scenes.iter().cycle().take(PROBES).enumerate() {
            let photo = photos::with_comment(scene, &format!("{purpose} {} {at}", self.round));
            let body = photos::body(&self.group.name, &photo);
            let start = Instant::now();
            client.call(Method::POST, &path, body).await?;
            waits.push(start.elapsed().as_secs_f64());
        }
        waits.sort_by(f64::total_cmp);
        waits.get(PROBES * 95 / 100).copied().context("no probes")
    }
}

async fn send(client: &Client, archive: Bytes) -> Result<Value> {
    let batch = client.call(Method::POST, "/v0.2/batches", json!({}).to_string().into()).await?;
    let url = batch["upload_url"].as_str().context("no upload_url")?;
    client.call(Method::PUT, url, archive).await?;
    Ok(batch)
}

async fn retrieve(client: &Client, batch: &Value) -> Result<Value> {
    let path = format!("/v0.2/batches/{}", batch["batch_id"].as_str().unwrap_or_default());
    client.call(Method::GET, &path, Bytes::new()).await
}

async fn end_of(client: &Client, batch: &Value) -> Result<Value> {
    loop {
        let now = retrieve(client, batch).await?;
        if now["end_date"].is_string() {
            return Ok(now);
        }
        // Asking costs the server something too.
        tokio::time::sleep(Duration::from_millis(250)).await;
    }
}
