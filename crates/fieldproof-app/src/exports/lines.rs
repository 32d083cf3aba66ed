//! The lines of a window, page by page.

use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
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

/// The applications that lines are told by.
type Applications = HashMap<AppVersionId, Arc<LoadedApplication>>;

/// A page on its way, and what the next one is read from.
type Reading = JoinHandle<Result<(Snapshot, Vec<Changed>), StoreError>>;

/// The lines of a window, page by page, all of one moment. While a page is told, the next one is read.
pub(super) struct Lines {
    site: SiteId,
    window: Window,
    kind: ExportType,
    ahead: Option<Reading>,
    count: u64,
    versions: BTreeSet<AppVersionId>,
}

impl Lines {
    /// From its first line on; what is committed later is not in it.
    pub(super) fn new(snapshot: Snapshot, site: SiteId, window: Window, kind: ExportType) -> Self {
        let ahead = Some(read(snapshot, site, window, None));
        Self { site, window, kind, ahead, count: 0, versions: BTreeSet::new() }
    }

    /// Some more lines, each with its end; `None`: there are no more.
    pub(super) async fn next(&mut self, system: &Fieldproof) -> Result<Option<Vec<u8>>, AppError> {
        let Some(ahead) = self.ahead.take() else { return Ok(None) };
        let (snapshot, page) = ahead.await.map_err(died)??;
        if page.len() == PAGE as usize {
            let after = page.last().map(Changed::place);
            self.ahead = Some(read(snapshot, self.site, self.window, after));
        }
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

fn read(mut snapshot: Snapshot, site: SiteId, window: Window, after: Option<Place>) -> Reading {
    tokio::spawn(async move {
        let page = changed(&mut snapshot, site, window, after, PAGE).await?;
        Ok((snapshot, page))
    })
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
