//! The job of an export on a site: its windows that have ended, one after the other. A window that cannot be delivered holds
//! up those behind it, and is tried again until it can be.

use chrono::{DateTime, TimeDelta, Utc};
use fieldproof_domain::{
    export::{NamePattern, Window},
    ids::{ExportId, SiteId},
    retry::backoff,
};
use fieldproof_store::{
    Writer,
    audit::{self, Entry},
    exports::{self, Export, Run, RunState},
    jobs::{self, Leased},
};
use serde_json::json;

use super::{Undelivered, settings::Settings};
use crate::{
    AppError, FieldErrors, Fieldproof,
    jobs::{Job, LEASE, finish},
};

/// What is to be done next.
enum Step {
    /// Deliver a window.
    Deliver(Box<Run>, Box<Settings>),
    /// Nothing now: the job is struck off, and listed again for later where there is something to come.
    Rest,
}

impl Fieldproof {
    /// Delivers what there is to deliver.
    ///
    /// # Errors
    /// Failures of our own storage, which the job is tried again for. Those of the place are noted with the window.
    pub(crate) async fn export_site(&self, id: ExportId, site: SiteId, leased: &Leased) -> Result<(), AppError> {
        while let Step::Deliver(mut run, settings) = self.next_step(id, site, leased).await? {
            match self.deliver(&mut run, &settings).await {
                Ok(()) => self.note_delivered(*run, settings.keep_days).await?,
                Err(Undelivered::Place(error)) => self.note_undelivered(*run, error.reason).await?,
                Err(Undelivered::Own(error)) => {
                    tracing::error!(%error, export = %id, %site, "a window of an export cannot be delivered");
                    let reason = "The server itself could not do it: its log says why. It is tried again.";
                    self.note_undelivered(*run, reason.to_owned()).await?;
                }
            }
        }
        Ok(())
    }

    async fn next_step(&self, id: ExportId, site: SiteId, leased: &Leased) -> Result<Step, AppError> {
        let now = self.ambient.now();
        let mut writer = self.store.write().await?;
        let Some(export) = exports::get_for_change(&mut writer, id).await?.filter(|export| !export.is_paused) else {
            return self.rest(writer, leased, None).await;
        };
        if !jobs::hold(&mut writer, leased, now + LEASE).await? {
            return Err(AppError::Internal("another worker has taken the job over".to_owned()));
        }
        let settings = match self.settings_of(&export) {
            Ok(settings) => settings,
            // What was right when it was set may not be any more, such as a folder that the operator has closed.
            Err(errors) => return self.rest_unusable(writer, leased, (id, site), &errors).await,
        };
        let Some(mut run) = self.pending_run(&mut writer, &settings, id, site).await? else {
            let next = self.next_window(&mut writer, &settings, id, site).await?;
            return self.rest(writer, leased, next.map(|window| (id, site, window.to))).await;
        };
        if let Some(at) = run.next_try_at.filter(|at| *at > now) {
            return self.rest(writer, leased, Some((id, site, at))).await;
        }
        run.state = RunState::Running;
        run.attempts += 1;
        run.started_at = Some(now);
        exports::update_run(&mut writer, &run).await?;
        writer.commit().await?;
        Ok(Step::Deliver(Box::new(run), Box::new(settings)))
    }

    /// What an export is set to, with its secrets.
    pub(super) fn settings_of(&self, export: &Export) -> Result<Settings, FieldErrors> {
        let secrets = self.unseal(export.id, export.secrets.as_deref());
        let Ok(Some(secrets)) = secrets else {
            let reason = "The secrets of this export were encrypted with another key of the server: give them again.";
            return Err(FieldErrors::one("connector_type", reason));
        };
        let mut fields = export.settings.clone();
        fields.extend(secrets);
        Settings::read(fields, &self.exports)
    }

    /// The oldest window that is not delivered; the next one is listed once it is over.
    async fn pending_run(
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
        let name = settings.file_name.name(window, settings.schedule.zone);
        let like = exports::runs_like(writer, (id, site, settings.kind), window, &name).await?;
        if like.iter().any(|run| run.window == window) {
            // Somebody has asked for it by its dates.
            return Ok(());
        }
        let mut settings = settings.clone();
        if !like.is_empty() {
            // Somebody has asked for another window that took its name; the documented one says more.
            settings.file_name = NamePattern::default();
        }
        self.list_run(writer, id, site, &settings, window).await?;
        Ok(())
    }

    /// The window that comes next.
    async fn next_window(
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

    async fn rest(
        &self,
        mut writer: Writer,
        leased: &Leased,
        again: Option<(ExportId, SiteId, DateTime<Utc>)>,
    ) -> Result<Step, AppError> {
        finish(&mut writer, leased).await?;
        if let Some((export, site, at)) = again {
            self.add_job(&mut writer, Job::Export(export, site), at).await?;
        }
        writer.commit().await?;
        Ok(Step::Rest)
    }

    /// With settings that cannot be used any more a window waits, and says why, until somebody has set them right.
    async fn rest_unusable(
        &self,
        mut writer: Writer,
        leased: &Leased,
        (export, site): (ExportId, SiteId),
        errors: &FieldErrors,
    ) -> Result<Step, AppError> {
        let at = self.ambient.now() + TimeDelta::hours(1);
        let reason: Vec<_> = errors.0.values().flatten().map(String::as_str).collect();
        tracing::warn!(%export, reason = reason.join(" "), "an export cannot be used as it is set");
        if let Some(mut run) = exports::next_pending(&mut writer, export, site).await? {
            run.state = RunState::Failed;
            run.error = Some(reason.join(" "));
            run.next_try_at = Some(at);
            exports::update_run(&mut writer, &run).await?;
        }
        self.rest(writer, leased, Some((export, site, at))).await
    }

    async fn note_delivered(&self, mut run: Run, keep_days: u32) -> Result<(), AppError> {
        let now = self.ambient.now();
        let mut writer = self.store.write().await?;
        run.state = RunState::Delivered;
        run.next_try_at = None;
        run.error = None;
        run.finished_at = Some(now);
        run.keep_until = Some(now + TimeDelta::days(keep_days.into()));
        self.update_run(&mut writer, &run).await?;
        let details = json!({
            "run": run.id,
            "file": run.name,
            "lines": run.written.as_ref().map(|written| written.lines),
            "sha256": run.written.as_ref().map(|written| &written.sha256),
        });
        let entry = Entry::new(now, "export.deliver", run.export).on(run.site).with(details);
        audit::record(&mut writer, entry).await?;
        Ok(writer.commit().await?)
    }

    async fn note_undelivered(&self, mut run: Run, reason: String) -> Result<(), AppError> {
        tracing::warn!(export = %run.export, site = %run.site, attempts = run.attempts, reason, "a window was not delivered");
        let mut writer = self.store.write().await?;
        run.state = RunState::Failed;
        run.next_try_at = Some(self.ambient.now() + backoff(run.attempts));
        run.error = Some(reason);
        self.update_run(&mut writer, &run).await?;
        Ok(writer.commit().await?)
    }

    /// Notes how far a window is. Its bytes may have been erased meanwhile, with a work order that they told of: they stay
    /// erased then.
    pub(super) async fn update_run(&self, writer: &mut Writer, run: &Run) -> Result<(), AppError> {
        exports::get_for_change(writer, run.export).await?;
        if let Some(stored) = exports::run(writer, run.id).await? {
            exports::update_run(writer, &Run { blob_key: stored.blob_key, ..run.clone() }).await?;
        }
        Ok(())
    }

    /// Erases what was kept long enough, and makes sure that every export has its jobs: one may have been given up.
    pub(crate) async fn keep_exports(&self) -> Result<(), AppError> {
        let now = self.ambient.now();
        let mut writer = self.store.write().await?;
        if exports::erase_unwanted(&mut writer, now).await? {
            self.add_job(&mut writer, Job::ErasePhotos, now).await?;
        }
        for export in exports::list(&mut writer, None).await?.iter().filter(|export| !export.is_paused) {
            let is_pending = exports::is_any_pending(&mut writer, export.id).await?;
            for site in exports::sites_of(&mut writer, export.id).await? {
                if is_pending || site.next_from.is_some() {
                    self.add_job(&mut writer, Job::Export(export.id, site.site), now).await?;
                }
            }
        }
        Ok(writer.commit().await?)
    }
}
