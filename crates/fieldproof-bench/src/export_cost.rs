//! What an export costs beside reading the rows and writing them out, and what the API feels of one.

use std::{
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, ensure};
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
/// Calls of the API whose 95th percentile is taken, of each kind.
const PROBES: usize = 150;

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
    for round in 0..=rounds {
        let until = SystemAmbient.now();
        let start = Instant::now();
        let lines = export_bare::write(&place.places().folder, place.site.id, until, &root.path().join("bare")).await?;
        let bare = start.elapsed();
        let run = exports.run(until).await?;
        ensure!(run["rows"] == lines, "the export has {} lines, and the bare loop {lines}", run["rows"]);
        let served = took(&run)?;

        let idle = probe(&exports.client, &order, PROBES).await?;
        let (beside, run) = tokio::join!(
            async {
                tokio::time::sleep(Duration::from_millis(50)).await;
                probe(&exports.client, &order, PROBES).await
            },
            exports.run_on_and_on(until)
        );
        run?;
        if round > 0 {
            let rate = |took: Duration| lines as f64 / took.as_secs_f64();
            cost.served.add(rate(served));
            cost.bare.add(rate(bare));
            cost.ratio.add(rate(served) / rate(bare));
            let (idle, beside) = (idle.as_secs_f64(), beside?.as_secs_f64());
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
                _ => tokio::time::sleep(Duration::from_millis(200)).await,
            }
        };
        self.client.bytes(Method::DELETE, &export, Default::default()).await?;
        std::fs::remove_dir_all(self.root.join("out"))?;
        Ok(run)
    }

    /// As often as it takes for calls of the API to be made beside it.
    async fn run_on_and_on(&self, until: DateTime<Utc>) -> Result<()> {
        for _ in 0..2 {
            self.run(until).await?;
        }
        Ok(())
    }
}

fn took(run: &Value) -> Result<Duration> {
    let time = |name: &str| Ok::<_, anyhow::Error>(run[name].as_str().context("a date")?.parse::<DateTime<Utc>>()?);
    Ok((time("end_date")? - time("start_date")?).to_std()?)
}

/// 95th percentile of the time that a call takes, of so many that create a work order and as many that retrieve it.
async fn probe(client: &Client, order: &bytes::Bytes, calls: usize) -> Result<Duration> {
    let mut took = Vec::with_capacity(calls * 2);
    for _ in 0..calls {
        let start = Instant::now();
        let made = client.call(Method::POST, "/v0.2/work-orders/", order.clone()).await?;
        took.push(start.elapsed());
        let path = format!("/v0.2/work-orders/{}/", made["id"].as_str().context("a work order without an id")?);
        let start = Instant::now();
        client.call(Method::GET, &path, Default::default()).await?;
        took.push(start.elapsed());
    }
    took.sort();
    took.get(took.len() * 95 / 100).copied().context("no calls")
}
