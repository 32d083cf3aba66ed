//! Which window of a site comes next, and what its file is called.

use chrono_tz::Tz;
use fieldproof_domain::{
    export::{NamePattern, Window},
    ids::{ExportId, RunId, SiteId},
};
use fieldproof_store::{
    Writer,
    exports::{self, Run, RunState},
};

use super::settings::Settings;
use crate::{AppError, Fieldproof};

impl Fieldproof {
    /// The oldest window that is not delivered; the next one is listed once it is over.
    pub(super) async fn pending_run(
        &self,
        writer: &mut Writer,
        settings: &Settings,
        id: ExportId,
        site: SiteId,
    ) -> Result<Option<Run>, AppError> {
        loop {
            if let Some(run) = exports::next_pending(writer, id, site).await? {
                return Ok(Some(run));
            }
            let Some(window) = self.next_window(writer, settings, id, site).await? else { return Ok(None) };
            if window.to > self.ambient.now() {
                return Ok(None);
            }
            self.list_window(writer, settings, id, site, window).await?;
            let next_from = (!settings.schedule.interval.is_once()).then_some(window.to);
            exports::set_next(writer, id, site, next_from).await?;
        }
    }

    async fn list_window(
        &self,
        writer: &mut Writer,
        settings: &Settings,
        id: ExportId,
        site: SiteId,
        window: Window,
    ) -> Result<(), AppError> {
        let zone = settings.schedule.zone;
        // Another window may have the name: one that somebody asked for, or one of before the time zone was changed. The last
        // of these names is that of one window alone.
        let names = [
            settings.file_name.name(window, zone),
            NamePattern::default().name(window, zone),
            NamePattern::exact().name(window, Tz::UTC),
        ];
        for name in names {
            let like = exports::runs_like(writer, (id, site, settings.kind), window, &name).await?;
            if like.iter().any(|run| run.window == window) {
                // Somebody has asked for it by its dates.
                return Ok(());
            }
            if like.is_empty() {
                self.list_run(writer, (id, site), settings, window, name).await?;
                return Ok(());
            }
        }
        Err(AppError::Internal("every name of a window is taken".to_owned()))
    }

    /// The window that comes next.
    pub(super) async fn next_window(
        &self,
        writer: &mut Writer,
        settings: &Settings,
        id: ExportId,
        site: SiteId,
    ) -> Result<Option<Window>, AppError> {
        let sites = exports::sites_of(writer, id).await?;
        let Some(found) = sites.into_iter().find(|found| found.site == site) else { return Ok(None) };
        Ok(match (found.next_from, found.next_to) {
            (Some(from), Some(to)) => Some(Window { from, to }),
            (Some(from), None) => settings.schedule.window(from),
            (None, _) => None,
        })
    }

    /// Lists a window, whose file has its name from now on.
    pub(super) async fn list_run(
        &self,
        writer: &mut Writer,
        (export, site): (ExportId, SiteId),
        settings: &Settings,
        window: Window,
        name: String,
    ) -> Result<Run, AppError> {
        let now = self.ambient.now();
        let run = Run {
            id: RunId(self.ambient.new_id()),
            export,
            site,
            window,
            export_type: settings.kind,
            name,
            compression: settings.compression,
            state: RunState::Waiting,
            attempts: 0,
            next_try_at: Some(now),
            error: None,
            blob_key: None,
            written: None,
            photos: 0,
            mailed: Vec::new(),
            refused: Vec::new(),
            created_at: now,
            started_at: None,
            finished_at: None,
            keep_until: None,
        };
        exports::insert_run(writer, &run).await?;
        Ok(run)
    }
}
