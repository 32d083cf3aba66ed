//! What an export costs beside reading the rows and writing them out, and what the API feels of one.

use std::{
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, ensure};
use bytes::Bytes;
use chrono::{DateTime, Utc};
use fieldproof_app::{
    Ambient as _, SystemAmbient,
    applications::{Bundle, LoadedApplication},
};
use fieldproof_store::Store;
use hyper::Method;
use serde_json::{Value, json};

use crate::{
    client::Client,
    export_bare,
    figures::Rounds,
    photo_cost::new_work_order,
    place::Place,
    scale::{Fill, Outcomes, Owner, Sample, Stage},
    server::Server,
};

/// Work orders of an export.
pub(crate) const SIZE: u32 = 20_000;
/// Calls of the API whose 95th percentile is taken, where nothing else ends them.
const PROBES: usize = 1_000;

/// What was found.
#[derive(Default)]
pub(crate) struct ExportCost {
    /// Work orders a second, from the beginning of the window's delivery to its end.
    pub(crate) served: Rounds,
    /// Work orders a second of one loop that reads the same rows and writes them.
    pub(crate) bare: Rounds,
    /// The first by the second, of the same round.
    pub(crate) ratio: Rounds,
    /// 95th percentile of calls over HTTP, in seconds, with nothing else to do.
    pub(crate) idle: Rounds,
    /// And during an export.
    pub(crate) beside: Rounds,
    /// The second by the first, of the same round.
    pub(crate) slower: Rounds,
}

/// Measures in turns, after one round that does not count.
pub(crate) async fn measure(
    parent: &Path,
    (bundle, application): (&Bundle, &Arc<LoadedApplication>),
    rounds: usize,
) -> Result<ExportCost> {
    let place = Place::make(parent, bundle, application, None).await?;
    fill(&place, application, SIZE).await?;
    let root = tempfile::tempdir_in(parent)?;
    let options = ["--export-root".as_ref(), root.path().as_os_str()];
    let server = Server::start_with(place.folder(), None, &options)?;
    server.ready().await?;
    let exports = Exports { client: Client::new(&server.url, &place.token), root: root.path() };
    let order = new_work_order(application, "bench");
    let mut cost = ExportCost::default();
    // Without what the calls of the API make.
    let until = SystemAmbient.now();
    for round in 0..=rounds {
        let start = Instant::now();
        let lines = export_bare::write(&place.places().folder, place.site.id, until, &root.path().join("bare")).await?;
        let bare = start.elapsed();
        let run = exports.run(until).await?;
        ensure!(run["rows"] == lines, "the export has {} lines, and the bare loop {lines}", run["rows"]);
        let (start, end) = times(&run)?;
        let served = (end - start).to_std()?;

        let mut idle = Probe::new(&exports.client, &order);
        while idle.calls.len() < PROBES {
            idle.call().await?;
        }
        let mut beside = Probe::new(&exports.client, &order);
        let run = exports.run(until);
        tokio::pin!(run);
        let run = loop {
            tokio::select! {
                biased;
                run = &mut run => break run?,
                called = beside.call() => called?,
            }
        };
        let (start, end) = times(&run)?;
        beside.calls.retain(|call| start <= call.start && call.end <= end);
        if round > 0 {
            let rate = |took: Duration| lines as f64 / took.as_secs_f64();
            cost.served.add(rate(served));
            cost.bare.add(rate(bare));
            cost.ratio.add(rate(served) / rate(bare));
            let (idle, beside) = (idle.p95()?.as_secs_f64(), beside.p95()?.as_secs_f64());
            cost.idle.add(idle);
            cost.beside.add(beside);
            cost.slower.add(beside / idle);
        }
    }
    Ok(cost)
}

/// Fills a place with work orders of three items, each with a photo.
pub(crate) async fn fill(place: &Place, application: &Arc<LoadedApplication>, size: u32) -> Result<()> {
    let owner = Owner { site: place.site.id, user: place.user.id, engineers: Vec::new() };
    let fill = Fill {
        store: Store::open(&place.places()).await?,
        application: Arc::clone(application),
        outcomes: Outcomes::of(application)?,
        owner,
        sample: Sample { size, end: SystemAmbient.now() },
        stage: Some(Stage::Full),
    };
    fill.run(1).await
}

/// Exports of a server.
pub(crate) struct Exports<'a> {
    pub(crate) client: Client,
    pub(crate) root: &'a Path,
}

impl Exports<'_> {
    /// Exports everything into a folder; the window as the server tells it when it is delivered.
    pub(crate) async fn run(&self, until: DateTime<Utc>) -> Result<Value> {
        let fields = json!({
            "connector_type": "cloud_storage", "interval": "once", "from": "2000-01-01", "to": until, "keep_days": 0,
            "storage_uri": format!("file://{}/out", self.root.display()),
        });
        let made = self.client.call(Method::POST, "/v0.2/exports", fields.to_string().into()).await?;
        let export = format!("/v0.2/exports/{}", made["id"].as_str().context("an export without an id")?);
        let run = loop {
            let mut page = self.client.call(Method::GET, &format!("{export}/runs"), Default::default()).await?;
            match page["results"][0]["status"].as_str() {
                Some("delivered") => break page["results"][0].take(),
                Some("failed") => anyhow::bail!("the export has failed: {page}"),
                // Rarely: where somebody asks, the export makes way for him.
                _ => tokio::time::sleep(Duration::from_secs(1)).await,
            }
        };
        self.client.bytes(Method::DELETE, &export, Default::default()).await?;
        std::fs::remove_dir_all(self.root.join("out"))?;
        Ok(run)
    }
}

/// When a window was begun, and when it was delivered.
fn times(run: &Value) -> Result<(DateTime<Utc>, DateTime<Utc>)> {
    let time = |name: &str| Ok::<_, anyhow::Error>(run[name].as_str().context("a date")?.parse::<DateTime<Utc>>()?);
    Ok((time("start_date")?, time("end_date")?))
}

/// One client that creates a work order and retrieves it, again and again.
struct Probe<'a> {
    client: &'a Client,
    order: &'a Bytes,
    calls: Vec<Call>,
}

struct Call {
    start: DateTime<Utc>,
    end: DateTime<Utc>,
    took: Duration,
}

impl<'a> Probe<'a> {
    fn new(client: &'a Client, order: &'a Bytes) -> Self {
        Self { client, order, calls: Vec::new() }
    }

    async fn call(&mut self) -> Result<()> {
        let made = self.time(Method::POST, "/v0.2/work-orders/", self.order.clone()).await?;
        let path = format!("/v0.2/work-orders/{}/", made["id"].as_str().context("a work order without an id")?);
        self.time(Method::GET, &path, Bytes::new()).await?;
        Ok(())
    }

    async fn time(&mut self, method: Method, path: &str, body: Bytes) -> Result<Value> {
        let (start, clock) = (SystemAmbient.now(), Instant::now());
        let answer = self.client.call(method, path, body).await?;
        self.calls.push(Call { start, end: SystemAmbient.now(), took: clock.elapsed() });
        Ok(answer)
    }

    /// The 95th percentile of the time that a call took.
    fn p95(&self) -> Result<Duration> {
        let mut took: Vec<_> = self.calls.iter().map(|call| call.took).collect();
        took.sort();
        took.get(took.len() * 95 / 100).copied().context("no calls")
    }
}
