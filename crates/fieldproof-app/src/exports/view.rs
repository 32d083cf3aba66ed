//! Exports and their windows, as who manages them sees them.

use chrono::{DateTime, Utc};
use fieldproof_domain::{
    export::{Interval, Schedule},
    ids::ExportId,
    paging::{Cursor, Neighbours},
};
pub use fieldproof_store::exports::{Export, ExportSite, RefusedMail, Run, RunState, Written};
use fieldproof_store::{Session, exports};
use serde_json::{Map, Value as Json};

use super::{Manager, manager::is_managed};
use crate::{AppError, Fieldproof};

/// An export and how far it is.
#[derive(Clone, Debug, PartialEq)]
pub struct ExportView {
    /// What it is set to.
    pub export: Export,
    /// Its sites.
    pub sites: Vec<ExportSite>,
    /// Whether it goes on, waits, or has nothing more to do.
    pub state: ExportState,
    /// When its next window ends.
    pub next_end: Option<DateTime<Utc>>,
    /// The window that was listed last, of its sites.
    pub last_run: Option<Run>,
}

/// Whether an export goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExportState {
    /// It does.
    Active,
    /// Its windows wait until somebody lets it go on.
    Paused,
    /// All of it is delivered.
    Done,
}

impl ExportState {
    /// The word in answers.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Paused => "paused",
            Self::Done => "done",
        }
    }
}

/// A page of windows.
#[derive(Clone, Debug, PartialEq)]
pub struct RunPage {
    /// Newest first.
    pub runs: Vec<Run>,
    /// Where the pages beside it begin.
    pub neighbours: Neighbours,
}

impl Fieldproof {
    /// An export.
    ///
    /// # Errors
    /// [`crate::Missing::Export`].
    pub async fn export(&self, by: Manager<'_>, id: ExportId) -> Result<ExportView, AppError> {
        let mut snapshot = self.store.snapshot().await?;
        let (export, sites) = self.managed_export(&mut snapshot, by, id).await?;
        view(&mut snapshot, export, sites).await
    }

    /// The exports of the caller's site that the caller may manage, newest first.
    pub async fn list_exports(&self, by: Manager<'_>) -> Result<Vec<ExportView>, AppError> {
        let mut snapshot = self.store.snapshot().await?;
        let own = by.sites(&mut snapshot).await?;
        let site = match by {
            Manager::Caller(caller) => Some(caller.site),
            Manager::Operator => None,
        };
        let mut views = Vec::new();
        for export in exports::list(&mut snapshot, site).await? {
            let sites = exports::sites_of(&mut snapshot, export.id).await?;
            if is_managed(by, &sites, &own) {
                views.push(view(&mut snapshot, export, sites).await?);
            }
        }
        Ok(views)
    }

    /// The windows of an export, newest first; `limit` at most, and fewer where some are of a site that was taken out of the
    /// export and that is not the caller's to manage.
    ///
    /// # Errors
    /// [`crate::Missing::Export`].
    pub async fn export_runs(
        &self,
        by: Manager<'_>,
        id: ExportId,
        cursor: Option<Cursor>,
        limit: u32,
    ) -> Result<RunPage, AppError> {
        let mut snapshot = self.store.snapshot().await?;
        self.managed_export(&mut snapshot, by, id).await?;
        let own = by.sites(&mut snapshot).await?;
        let (mut runs, neighbours) = exports::page_of_runs(&mut snapshot, id, cursor, limit).await?;
        runs.retain(|run| own.contains(&run.site));
        Ok(RunPage { runs, neighbours })
    }
}

pub(super) async fn view(
    session: &mut impl Session,
    export: Export,
    sites: Vec<ExportSite>,
) -> Result<ExportView, AppError> {
    let is_over = sites.iter().all(|site| site.next_from.is_none());
    let state = if export.is_paused {
        ExportState::Paused
    } else if is_over && !exports::is_any_pending(session, export.id).await? {
        ExportState::Done
    } else {
        ExportState::Active
    };
    let schedule = schedule(&export.settings);
    let next_end = |site: &ExportSite| match (site.next_to, &schedule) {
        (Some(to), _) => Some(to),
        (None, Some(schedule)) => schedule.after(site.next_from?),
        (None, None) => None,
    };
    let next_end = sites.iter().filter_map(next_end).min();
    let last_run = exports::latest(session, export.id).await?;
    Ok(ExportView { export, sites, state, next_end, last_run })
}

/// When the windows of an export end.
pub(super) fn schedule(settings: &Map<String, Json>) -> Option<Schedule> {
    let text = |name: &str| settings.get(name)?.as_str();
    let interval: Interval = text("interval")?.parse().ok()?;
    Some(Schedule { interval, zone: text("time_zone")?.parse().ok()? })
}
