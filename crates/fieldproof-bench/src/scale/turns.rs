//! The same on both sides, in turns.

use std::ops::Range;

use anyhow::{Result, ensure};
use futures::{StreamExt as _, TryStreamExt as _, stream};

use super::{
    operations::Operation,
    side::{Served, Spent},
};
use crate::figures::Comparison;

/// Callers at once.
pub(crate) const CLIENTS: usize = 4;

/// What an operation costs on the large side (`cost`) and on the small one (`base`).
pub(crate) struct Cost {
    pub(crate) operation: Operation,
    /// Of the server.
    pub(crate) server: Comparison,
    /// Of the server and the database's processes.
    pub(crate) all: Comparison,
}

/// Measures one operation, after some requests that do not count.
pub(crate) async fn measure(operation: Operation, [small, large]: [&Served<'_>; 2], rounds: usize) -> Result<Cost> {
    let (mut server, mut all) = (Comparison::default(), Comparison::default());
    for side in [small, large] {
        turn(&operation, side, 0..operation.before).await?;
    }
    for round in 0..rounds as u32 {
        // No request is made twice.
        let first = operation.before + round * operation.times;
        let some = first..first + operation.times;
        let on_small = turn(&operation, small, some.clone()).await?;
        let on_large = turn(&operation, large, some).await?;
        let times = operation.times as usize;
        server.add(on_large.server, on_small.server, times);
        all.add(on_large.all, on_small.all, times);
    }
    Ok(Cost { operation, server, all })
}

async fn turn(operation: &Operation, served: &Served<'_>, some: Range<u32>) -> Result<Spent> {
    let start = served.read()?;
    let calls = some.map(|at| async move {
        let request = operation.request(&served.side.sample, at);
        let answer = served.client.call(request.method, &request.path, request.body).await?;
        let shown = answer["results"].as_array().map(Vec::len);
        let (name, path) = (&operation.name, &request.path);
        ensure!(shown == operation.shows, "{name}: {path} shows {shown:?} and not {:?}", operation.shows);
        Ok(())
    });
    stream::iter(calls).buffer_unordered(CLIENTS).try_collect::<Vec<()>>().await?;
    served.since(&start)
}
