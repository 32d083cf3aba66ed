//! The search for pictures that look like the one that was sent, among all that the site has.

use anyhow::{Context as _, Result, ensure};
use fieldproof_app::applications::LoadedApplication;
use hyper::Method;

use super::{
    outcomes::BEFORE,
    side::{Served, Side},
};
use crate::{
    figures::{Comparison, Rounds},
    photo_cost::new_work_order,
    photos,
};

/// Scenes that are sent by turns, in other bytes each time.
const SCENES: u32 = 3;
/// The stage of an analysis that the search is, in the server's metrics.
const STAGE: &str = "search";

/// What was found. Times are those that the server notes of itself, in seconds: the search computes on one thread, and
/// a turn of it is over before a neighbour can do much harm.
pub(crate) struct Search {
    /// Of a photo that is sent as soon as the server on the large side is ready.
    pub(crate) first: f64,
    /// Of each later one, on the large side.
    pub(crate) large: Rounds,
    /// Of each later one, on the small side.
    pub(crate) small: Rounds,
    /// Everything about the photo, in CPU of the server.
    pub(crate) analyse: Comparison,
    /// Resident memory of the servers after a photo, on the small side and on the large one, in bytes.
    pub(crate) memory: [u64; 2],
    /// The most that the latter had until then, in bytes.
    pub(crate) peak: u64,
}

/// Measures on servers that were just started.
pub(crate) async fn measure(sides: [&Side; 2], application: &LoadedApplication, rounds: usize) -> Result<Search> {
    let scenes = (0..SCENES).map(photos::jpeg).collect::<Result<Vec<_>>>()?;
    let photo = |round: usize| {
        let scene = scenes.get(round % scenes.len()).map(Vec::as_slice).unwrap_or_default();
        photos::with_comment(scene, &format!("search {round}"))
    };
    let [small, large] = sides;
    let small = small.serve().await?;
    analyse(&small, application, &photo(0)).await?;
    let large = large.serve().await?;
    analyse(&large, application, &photo(0)).await?;
    let first = large.stage(STAGE).await?;
    let memory = [small.server.memory()?, large.server.memory()?];
    let peak = large.server.peak_memory()?;

    let mut found = Search {
        first,
        memory,
        peak,
        large: Rounds::default(),
        small: Rounds::default(),
        analyse: Comparison::default(),
    };
    for round in 1..=rounds {
        let photo = photo(round);
        let (on_small, search_of_small) = turn(&small, application, &photo).await?;
        let (on_large, search_of_large) = turn(&large, application, &photo).await?;
        found.small.add(search_of_small);
        found.large.add(search_of_large);
        found.analyse.add(on_large, on_small, 1);
    }
    Ok(found)
}

/// CPU of the server, and the time of the search.
async fn turn(
    served: &Served<'_>,
    application: &LoadedApplication,
    photo: &[u8],
) -> Result<(std::time::Duration, f64)> {
    let before = served.stage(STAGE).await?;
    let spent = analyse(served, application, photo).await?;
    Ok((spent, served.stage(STAGE).await? - before))
}

/// Sends a photo to a new work order; answers what the analysis has cost the server.
async fn analyse(served: &Served<'_>, application: &LoadedApplication, photo: &[u8]) -> Result<std::time::Duration> {
    let client = &served.client;
    let order = client.call(Method::POST, "/v0.2/work-orders/", new_work_order(application, "search")).await?;
    let path = format!("/v0.2/work-orders/{}/analyze/", order["id"].as_str().unwrap_or_default());
    let body = photos::body(BEFORE, photo);
    let start = served.server.cpu.read()?;
    let verdict = client.call(Method::POST, &path, body).await?;
    let spent = served.server.cpu.read()? - start;
    ensure!(verdict["tasks"].as_array().is_some_and(|tasks| !tasks.is_empty()), "level 1 refused the photo: {verdict}");
    Ok(spent)
}

impl Served<'_> {
    /// Seconds that analyses have spent in a stage so far.
    async fn stage(&self, stage: &str) -> Result<f64> {
        let metrics = self.client.bytes(Method::GET, "/metrics", Default::default()).await?;
        let name = format!("fieldproof_analysis_stage_seconds_sum{{stage=\"{stage}\"}} ");
        let text = String::from_utf8_lossy(&metrics);
        let sum =
            text.lines().find_map(|line| line.strip_prefix(&name)).with_context(|| format!("no metric {name}"))?;
        Ok(sum.trim().parse()?)
    }
}
