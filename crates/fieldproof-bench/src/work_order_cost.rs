//! What HTTP adds to the cost of a work order's statements.

use std::{future::Future, sync::Arc};

use anyhow::{Context as _, Result, bail};
use fieldproof_app::{
    Fieldproof,
    access::{Access, SiteSelector},
    applications::LoadedApplication,
    repeat::Unkept,
    work_orders::NewWorkOrder,
};
use fieldproof_domain::ids::WorkOrderId;
use futures::future::try_join_all;
use hyper::Method;

use crate::{
    client::Client,
    cpu::CpuClock,
    figures::Comparison,
    photo_cost::{metadata, new_work_order},
    place::explain,
    server::Server,
};

/// Callers at once.
pub(crate) const CLIENTS: usize = 16;
/// Work orders that each caller makes, and then retrieves, in a round.
const EACH: usize = 40;

/// What was found.
#[derive(Default)]
pub(crate) struct WorkOrderCost {
    /// One work order created is one piece.
    pub(crate) create: Comparison,
    /// One work order retrieved is one piece.
    pub(crate) retrieve: Comparison,
}

/// Measures in turns, after one round that does not count. `system` has a data folder of its own.
pub(crate) async fn measure(
    server: &Server,
    client: &Client,
    (system, token): (Arc<Fieldproof>, &str),
    application: &LoadedApplication,
    rounds: usize,
) -> Result<WorkOrderCost> {
    let body = new_work_order(application, "bench");
    let new =
        NewWorkOrder { name: "bench".to_owned(), metadata: Some(metadata(application)), ..NewWorkOrder::default() };
    let (own, token) = (CpuClock::own(), Arc::<str>::from(token));
    let mut cost = WorkOrderCost::default();
    for round in 0..=rounds {
        let start = own.read()?;
        let ours = at_once(CLIENTS, || create(Arc::clone(&system), Arc::clone(&token), new.clone())).await?;
        let bare_create = own.read()? - start;
        let start = server.cpu.read()?;
        let theirs = at_once(CLIENTS, || create_over_http(client.clone(), body.clone())).await?;
        let served_create = server.cpu.read()? - start;

        let mut lists = ours.into_iter();
        let start = own.read()?;
        at_once(CLIENTS, || retrieve(Arc::clone(&system), Arc::clone(&token), lists.next().unwrap_or_default()))
            .await?;
        let bare_retrieve = own.read()? - start;
        let mut lists = theirs.into_iter();
        let start = server.cpu.read()?;
        at_once(CLIENTS, || retrieve_over_http(client.clone(), lists.next().unwrap_or_default())).await?;
        let served_retrieve = server.cpu.read()? - start;
        if round > 0 {
            cost.create.add(served_create, bare_create, CLIENTS * EACH);
            cost.retrieve.add(served_retrieve, bare_retrieve, CLIENTS * EACH);
        }
    }
    Ok(cost)
}

async fn at_once<T, F>(number: usize, mut caller: impl FnMut() -> F) -> Result<Vec<T>>
where
    T: Send + 'static,
    F: Future<Output = Result<T>> + Send + 'static,
{
    let running: Vec<_> = (0..number).map(|_| tokio::spawn(caller())).collect();
    try_join_all(running).await?.into_iter().collect()
}

/// The same statements: who calls, then the transaction with its audit row.
async fn create(system: Arc<Fieldproof>, token: Arc<str>, new: NewWorkOrder) -> Result<Vec<WorkOrderId>> {
    let mut made = Vec::with_capacity(EACH);
    for _ in 0..EACH {
        let caller = caller(&system, &token).await?;
        made.push(system.create_work_order(&caller.may()?, new.clone(), &Unkept).await.map_err(explain)?.order.id);
    }
    Ok(made)
}

async fn retrieve(system: Arc<Fieldproof>, token: Arc<str>, ids: Vec<WorkOrderId>) -> Result<()> {
    for id in ids {
        let caller = caller(&system, &token).await?;
        system.retrieve_work_order(&caller.may()?, id, true).await.map_err(explain)?;
    }
    Ok(())
}

async fn caller(system: &Fieldproof, token: &str) -> Result<fieldproof_app::access::Caller> {
    match system.access(token, SiteSelector::Default).await.map_err(explain)? {
        Access::Granted(caller) => Ok(caller),
        other => bail!("the token does not work: {other:?}"),
    }
}

async fn create_over_http(client: Client, body: bytes::Bytes) -> Result<Vec<String>> {
    let mut made = Vec::with_capacity(EACH);
    for _ in 0..EACH {
        let order = client.call(Method::POST, "/v0.2/work-orders/", body.clone()).await?;
        made.push(order["id"].as_str().context("a work order without an id")?.to_owned());
    }
    Ok(made)
}

async fn retrieve_over_http(client: Client, ids: Vec<String>) -> Result<()> {
    for id in ids {
        client.call(Method::GET, &format!("/v0.2/work-orders/{id}/"), Default::default()).await?;
    }
    Ok(())
}
