//! Many photos at once: what one costs when every core is busy, and how long senders wait when most of them are.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, anyhow};
use bytes::Bytes;
use fieldproof_app::applications::LoadedApplication;
use fieldproof_domain::application::TaskGroup;
use hyper::Method;

use crate::{
    bare::{self, Stages},
    client::Client,
    cpu::CpuClock,
    figures::{Comparison, Rounds},
    pages::recycle,
    peer::Peer,
    photo_cost::{new_work_order, task_group},
    photos,
    server::Server,
};

/// Different scenes; every photo is one of them in other bytes.
const SCENES: u32 = 8;
/// Photos that each sender sends in a round while all cores are busy.
const EACH: usize = 8;
/// Photos of a round of steady load: the second longest wait of a hundred is the 99th percentile.
const STEADY: usize = 100;
/// Of what the server can do at most.
const STEADY_SHARE: f64 = 0.7;

/// What was found.
pub(crate) struct LoadCost {
    /// One photo is one piece; as many senders, or bare threads, as there are cores.
    pub(crate) comparison: Comparison,
    /// Photos a second with every core busy.
    pub(crate) rate: Rounds,
    /// Wait for a verdict under steady load, in seconds: the middle one.
    pub(crate) median: Rounds,
    /// As `median`: the 99th percentile.
    pub(crate) p99: Rounds,
    /// The second by the first, of the same round.
    pub(crate) tail: Rounds,
    /// The same photos, and one model, on another server.
    pub(crate) peer: Option<PeerCost>,
}

/// The same model on another server.
pub(crate) struct PeerCost {
    /// Name and version.
    pub(crate) name: String,
    /// Ours is held against the other's; one photo is one piece.
    pub(crate) comparison: Comparison,
    /// Photos a second of the other with every core busy.
    pub(crate) rate: Rounds,
}

/// Measures in turns, after one round that does not count.
pub(crate) async fn measure(
    server: &Server,
    client: &Client,
    application: &LoadedApplication,
    peer: Option<&Peer>,
    rounds: usize,
) -> Result<LoadCost> {
    let group = task_group(application)?;
    let scenes = (0..SCENES).map(photos::jpeg).collect::<Result<Vec<_>>>()?;
    let senders = std::thread::available_parallelism().map_or(1, usize::from);
    let mut cost = LoadCost {
        comparison: Comparison::default(),
        rate: Rounds::default(),
        median: Rounds::default(),
        p99: Rounds::default(),
        tail: Rounds::default(),
        peer: peer.map(|peer| PeerCost {
            name: peer.name.clone(),
            comparison: Comparison::default(),
            rate: Rounds::default(),
        }),
    };
    for round in 0..=rounds {
        let maker = Maker { application, group, scenes: &scenes, round };
        let photos: Vec<_> = (0..senders).map(|sender| maker.photos(&format!("busy {sender}"), EACH)).collect();
        let pieces = senders * EACH;
        let bare = bare_of(application, group, &photos)?;

        let path = maker.analyze_path(client, "busy").await?;
        let bodies: Vec<Vec<_>> = photos.iter().map(|some| maker.bodies(some)).collect();
        recycle(server.folder(), bodies.iter().flatten().map(Bytes::len).sum())?;
        let (before, start) = (server.cpu.read()?, Instant::now());
        send_all(client, &path, bodies).await?;
        let took = start.elapsed();
        let served = server.cpu.read()? - before;
        let rate = pieces as f64 / took.as_secs_f64();

        let of_peer = match peer {
            Some(peer) => {
                let bodies = photos.iter().map(|some| some.iter().map(|photo| peer.body(photo)).collect()).collect();
                let (before, start) = (peer.cpu()?, Instant::now());
                send_all(&peer.client, peer.path(), bodies).await?;
                let took = start.elapsed();
                Some((peer.cpu()? - before, pieces as f64 / took.as_secs_f64()))
            }
            None => None,
        };

        let waits = maker.steady(client, STEADY_SHARE * rate).await?;
        if round > 0 {
            cost.comparison.add(served, bare, pieces);
            cost.rate.add(rate);
            let (median, p99) = (percentile(&waits, 50)?, percentile(&waits, 99)?);
            cost.median.add(median);
            cost.p99.add(p99);
            cost.tail.add(p99 / median);
            if let (Some(cost), Some((theirs, rate))) = (&mut cost.peer, of_peer) {
                cost.comparison.add(served, theirs, pieces);
                cost.rate.add(rate);
            }
        }
    }
    Ok(cost)
}

/// CPU time of the bare pipeline on as many threads as there are lists.
fn bare_of(application: &LoadedApplication, group: &TaskGroup, photos: &[Vec<Vec<u8>>]) -> Result<Duration> {
    let own = CpuClock::own();
    let start = own.read()?;
    std::thread::scope(|scope| {
        let look = |some: &Vec<Vec<u8>>| {
            some.iter().try_for_each(|jpeg| bare::look(application, group, jpeg, &mut Stages::default()))
        };
        let threads: Vec<_> = photos.iter().map(|some| scope.spawn(move || look(some))).collect();
        threads.into_iter().try_for_each(|thread| thread.join().map_err(|_| anyhow!("a thread panicked"))?)
    })?;
    Ok(own.read()? - start)
}

/// Sends each list one after the other, all lists at once.
async fn send_all(client: &Client, path: &str, lists: Vec<Vec<Bytes>>) -> Result<()> {
    let senders = lists.into_iter().map(|bodies| async {
        for body in bodies {
            client.bytes(Method::POST, path, body).await?;
        }
        Ok::<_, anyhow::Error>(())
    });
    futures::future::try_join_all(senders).await?;
    Ok(())
}

/// Makes what one round sends.
struct Maker<'a> {
    application: &'a LoadedApplication,
    group: &'a TaskGroup,
    scenes: &'a [Vec<u8>],
    round: usize,
}

impl Maker<'_> {
    fn photos(&self, purpose: &str, number: usize) -> Vec<Vec<u8>> {
        photos::in_other_bytes(self.scenes, &format!("{purpose} {}", self.round), number)
    }

    fn bodies(&self, photos: &[Vec<u8>]) -> Vec<Bytes> {
        photos.iter().map(|photo| photos::body(&self.group.name, photo)).collect()
    }

    async fn analyze_path(&self, client: &Client, purpose: &str) -> Result<String> {
        let body = new_work_order(self.application, &format!("{purpose}-{}", self.round));
        let order = client.call(Method::POST, "/v0.2/work-orders/", body).await?;
        Ok(format!("/v0.2/work-orders/{}/analyze/", order["id"].as_str().context("no id")?))
    }

    /// Sends so many photos a second, whether or not the ones before are answered; answers the waits in seconds, the
    /// shortest first.
    async fn steady(&self, client: &Client, rate: f64) -> Result<Vec<f64>> {
        let path = self.analyze_path(client, "steady").await?;
        let bodies = self.bodies(&self.photos("steady", STEADY));
        let start = Instant::now();
        let mut sent = Vec::with_capacity(STEADY);
        for (at, body) in bodies.into_iter().enumerate() {
            let due = start + Duration::from_secs_f64(at as f64 / rate);
            tokio::time::sleep_until(due.into()).await;
            let (client, path) = (client.clone(), path.clone());
            sent.push(tokio::spawn(async move {
                client.bytes(Method::POST, &path, body).await?;
                Ok::<_, anyhow::Error>(due.elapsed().as_secs_f64())
            }));
        }
        let mut waits = Vec::with_capacity(STEADY);
        for one in sent {
            waits.push(one.await??);
        }
        waits.sort_by(f64::total_cmp);
        Ok(waits)
    }
}

/// Of figures in order.
fn percentile(sorted: &[f64], percent: usize) -> Result<f64> {
    let at = (sorted.len() * percent).div_ceil(100).saturating_sub(1);
    sorted.get(at).copied().context("nothing was measured")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles() {
        let hundred: Vec<f64> = (1..=100).map(f64::from).collect();
        assert_eq!((percentile(&hundred, 50).unwrap(), percentile(&hundred, 99).unwrap()), (50.0, 99.0));
        assert!(percentile(&[], 50).is_err());
    }
}
