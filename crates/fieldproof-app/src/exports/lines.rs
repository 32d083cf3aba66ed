//! The lines of a window, page by page.

use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
    time::Instant,
};

use fieldproof_domain::{
    export::{ExportType, Window},
    ids::{AppVersionId, SiteId},
};
use fieldproof_store::{
    Snapshot, StoreError,
    exports::{Changed, Place, changed},
};
use tokio::task::{JoinError, JoinHandle, spawn_blocking};

use super::record::record;
use crate::{AppError, Fieldproof, applications::LoadedApplication};

/// Work orders of a page, of which two are in memory at once.
const PAGE: u32 = 250;
/// And while somebody waits for an answer: work of a millisecond or two.
const SMALL_PAGE: u32 = 10;

/// The applications that lines are told by.
type Applications = HashMap<AppVersionId, Arc<LoadedApplication>>;

/// Some work orders.
struct Page {
    orders: Vec<Changed>,
    /// What the next ones are read from, and behind which place.
    more: Option<(Snapshot, Option<Place>)>,
}

/// Where the next page comes from.
enum Next {
    /// It is being read.
    Ahead(JoinHandle<Result<Page, StoreError>>),
    /// It is behind this place.
    Behind(Snapshot, Option<Place>),
}

/// The lines of a window, page by page, all of one moment. While a page is told, the next one is read, on a second processor.
/// Where somebody waits for an answer they come more slowly, in small pages with pauses.
pub(super) struct Lines {
    site: SiteId,
    window: Window,
    kind: ExportType,
    next: Option<Next>,
    /// When the last page was begun.
    began: Instant,
    count: u64,
    versions: BTreeSet<AppVersionId>,
}

impl Lines {
    /// From its first line on; what is committed later is not in it.
    pub(super) fn new(snapshot: Snapshot, site: SiteId, window: Window, kind: ExportType) -> Self {
        let next = Some(Next::Behind(snapshot, None));
        Self { site, window, kind, next, began: Instant::now(), count: 0, versions: BTreeSet::new() }
    }

    /// Some more lines, each with its end; `None`: there are no more.
    pub(super) async fn next(&mut self, system: &Fieldproof) -> Result<Option<Vec<u8>>, AppError> {
        let (site, window) = (self.site, self.window);
        let make_way = system.callers.are_there();
        let Page { orders: page, more } = match self.next.take() {
            Some(Next::Ahead(reading)) => reading.await.map_err(died)??,
            Some(Next::Behind(snapshot, after)) => {
                system.callers.make_way(self.began.elapsed()).await;
                self.began = Instant::now();
                read(snapshot, site, window, after, if make_way { SMALL_PAGE } else { PAGE }).await?
            }
            None => return Ok(None),
        };
        self.next = more.map(|(snapshot, after)| {
            if make_way {
                Next::Behind(snapshot, after)
            } else {
                Next::Ahead(tokio::spawn(read(snapshot, site, window, after, PAGE)))
            }
        });
        if page.is_empty() {
            return Ok(None);
        }
        self.count += page.len() as u64;
        let versions: BTreeSet<_> = page.iter().map(|found| found.order.app_version).collect();
        let mut applications = Applications::new();
        for id in &versions {
            applications.insert(*id, system.application(*id).await?);
        }
        self.versions.extend(versions);
        let kind = self.kind;
        // On a thread that may be busy with it, so that nobody else waits.
        let text = spawn_blocking(move || text(&page, &applications, kind)).await.map_err(died)?;
        text.map(Some).map_err(|error| AppError::Internal(error.to_string()))
    }

    /// How many there were so far.
    pub(super) fn count(&self) -> u64 {
        self.count
    }

    /// The versions of the applications that they were told by.
    pub(super) fn versions(&self) -> &BTreeSet<AppVersionId> {
        &self.versions
    }
}

async fn read(
    mut snapshot: Snapshot,
    site: SiteId,
    window: Window,
    after: Option<Place>,
    limit: u32,
) -> Result<Page, StoreError> {
    let orders = changed(&mut snapshot, site, window, after, limit).await?;
    let more = (orders.len() == limit as usize).then(|| (snapshot, orders.last().map(Changed::place)));
    Ok(Page { orders, more })
}

fn text(page: &[Changed], applications: &Applications, kind: ExportType) -> serde_json::Result<Vec<u8>> {
    let mut text = Vec::new();
    for found in page {
        if let Some(application) = applications.get(&found.order.app_version) {
            serde_json::to_writer(&mut text, &record(found, application, kind))?;
            text.push(b'\n');
        }
    }
    Ok(text)
}

fn died(error: JoinError) -> AppError {
    AppError::Internal(error.to_string())
}
