//! What the server adds to the cost of a photo.

use std::time::Duration;

use anyhow::{Result, ensure};
use fieldproof_app::applications::LoadedApplication;
use fieldproof_domain::{application::TaskGroup, check::Level};
use hyper::Method;
use serde_json::{Map, Value, json};

use crate::{
    bare::{self, Stages},
    client::Client,
    cpu::CpuClock,
    figures::Comparison,
    pages::recycle,
    photos,
    server::Server,
};

/// Photos of one round. Each round sends the same scenes in other bytes, to a new work order.
const PHOTOS: u32 = 8;

/// What was found.
pub(crate) struct PhotoCost {
    /// One photo is one piece.
    pub(crate) comparison: Comparison,
    /// The bare pipeline, by stage.
    pub(crate) stages: Stages,
    /// Task group that the photos were sent for.
    pub(crate) task_group: String,
    /// Mean size of a photo, in bytes.
    pub(crate) photo_bytes: usize,
}

/// Measures in turns, after one round that does not count.
pub(crate) async fn measure(
    server: &Server,
    client: &Client,
    application: &LoadedApplication,
    rounds: usize,
) -> Result<PhotoCost> {
    let group = task_group(application)?;
    let scenes = (0..PHOTOS).map(photos::jpeg).collect::<Result<Vec<_>>>()?;
    let photo_bytes = scenes.iter().map(Vec::len).sum::<usize>() / scenes.len();
    let mut comparison = Comparison::default();
    let mut stages = Stages::default();
    let own = CpuClock::own();
    for round in 0..=rounds {
        let comment = format!("round {round}");
        let jpegs: Vec<_> = scenes.iter().map(|scene| photos::with_comment(scene, &comment)).collect();
        let bodies: Vec<_> = jpegs.iter().map(|jpeg| photos::body(&group.name, jpeg)).collect();
        let order = client.call(Method::POST, "/v0.2/work-orders/", new_work_order(application, &comment)).await?;
        let path = format!("/v0.2/work-orders/{}/analyze/", order["id"].as_str().unwrap_or_default());

        let mut warm_up = Stages::default();
        let (mut bare, mut served) = (Duration::ZERO, Duration::ZERO);
        // Photo by photo, so that both sides meet the machine in the same mood.
        for (jpeg, body) in jpegs.iter().zip(bodies) {
            let start = own.read()?;
            bare::look(application, group, jpeg, if round == 0 { &mut warm_up } else { &mut stages })?;
            bare += own.read()? - start;

            recycle(server.folder(), body.len())?;
            let start = server.cpu.read()?;
            let verdict = client.call(Method::POST, &path, body).await?;
            served += server.cpu.read()? - start;
            let tasks = verdict["tasks"].as_array().map_or(0, Vec::len);
            ensure!(tasks > 0, "level 1 refused the photo, so less was done than is compared: {verdict}");
        }
        if round > 0 {
            comparison.add(served, bare, jpegs.len());
        }
    }
    Ok(PhotoCost { comparison, stages, task_group: group.name.clone(), photo_bytes })
}

/// The body that creates a work order: its name, and the metadata that the application demands.
pub(crate) fn new_work_order(application: &LoadedApplication, name: &str) -> bytes::Bytes {
    let metadata = metadata(application);
    json!({"name": name.replace(' ', "-"), "metadata": metadata}).to_string().into()
}

/// The application's own examples of what a work order says about itself.
pub(crate) fn metadata(application: &LoadedApplication) -> Map<String, Value> {
    let entries = application.application.metadata.iter();
    entries.filter_map(|spec| Some((spec.name.clone(), spec.example.first()?.clone()))).collect()
}

/// The first task group with a model where a photo like an earlier one is let through to it.
pub(crate) fn task_group(application: &LoadedApplication) -> Result<&TaskGroup> {
    let mut groups = application.application.task_groups.iter();
    let found = groups.find(|group| !group.observe.is_empty() && group.checks.duplicate.level != Level::Error);
    found.ok_or_else(|| anyhow::anyhow!("no task group has a model and lets duplicates through: use another --app"))
}
