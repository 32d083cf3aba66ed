//! The job of an export on a site: its windows that have ended, one after the other. A window that cannot be delivered holds
//! up those behind it, and is tried again until it can be.

use chrono::{DateTime, TimeDelta, Utc};
use fieldproof_domain::ids::{ExportId, SiteId};
use fieldproof_store::{
    Writer,
    exports::{self, Export, Run, RunState},
    jobs::{self, Leased},
};
use serde_json::Map;

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
        if !exports::sites_of(&mut writer, id).await?.iter().any(|known| known.site == site) {
            // It was taken out of the export, whose settings are none of its business any more.
            return self.rest(writer, leased, None).await;
        }
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
        let mut stored = export.settings.clone();
        stored.extend(secrets);
        Settings::read(stored, Map::new(), &self.exports)
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
