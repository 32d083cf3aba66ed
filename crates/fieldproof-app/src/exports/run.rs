//! Delivering when somebody says so.

use fieldproof_domain::{export::Window, ids::ExportId};
use fieldproof_store::{
    Writer,
    audit::{self, Entry},
    exports::{self, Export, ExportSite, Run, RunState},
};

use super::{Manager, settings::Settings, view::view};
use crate::{AppError, Fieldproof, GivenTime, repeat::Keep};

impl Fieldproof {
    /// Delivers at once, on every site: the window from one time to another, also when it was delivered before, days by the
    /// export's clocks; else what waits for another try; else the last window again. Answers which windows these are.
    ///
    /// # Errors
    /// [`AppError::Invalid`] for a window that is not over and when there is none, [`crate::Missing::Export`].
    pub async fn run_export(
        &self,
        by: Manager<'_>,
        id: ExportId,
        window: Option<(GivenTime, GivenTime)>,
        keep: &impl Keep<Vec<Run>>,
    ) -> Result<Vec<Run>, AppError> {
        let now = self.ambient.now();
        let mut writer = self.store.write().await?;
        let (export, sites) = self.lock_managed(&mut writer, by, id).await?;
        // Before anything is changed: what was right when it was set may not be here, such as the folder for exports.
        let settings = self.settings_of(&export)?;
        let zone = settings.schedule.zone;
        let window = window.map(|(from, to)| Window { from: from.by(zone), to: to.by(zone) });
        if window.is_some_and(|window| window.to > now || window.to <= window.from) {
            let message =
                "Field 'to' must be later than 'from' and not in the future: a window is exported when it is over.";
            return Err(AppError::field("to", message));
        }
        if export.is_paused {
            return Err(AppError::field("state", "The export is paused: resume it first."));
        }
        let mut runs = Vec::new();
        for site in &sites {
            // What failed holds up those behind it.
            exports::try_now(&mut writer, id, site.site, now).await?;
            runs.extend(match window {
                Some(window) => Some(self.run_window(&mut writer, &export, &settings, site, window).await?),
                None => self.run_what_is_there(&mut writer, &export, &settings, site).await?,
            });
        }
        if runs.is_empty() {
            let next = view(&mut writer, export, sites).await?.next_end;
            let when = next.map(|end| format!(": the first ends at {end}")).unwrap_or_default();
            let message = format!("No window is over yet{when}. Give 'from' and 'to' to export another one.");
            return Err(AppError::field("from", message));
        }
        self.wake(&mut writer, id, &sites).await?;
        audit::record(&mut writer, by.sign(Entry::new(now, "export.run", id))).await?;
        keep.keep(&mut writer, &runs).await?;
        writer.commit().await?;
        Ok(runs)
    }

    async fn run_window(
        &self,
        writer: &mut Writer,
        export: &Export,
        settings: &Settings,
        site: &ExportSite,
        window: Window,
    ) -> Result<Run, AppError> {
        let name = settings.file_name.name(window, settings.schedule.zone);
        let like = exports::runs_like(writer, (export.id, site.site, settings.kind), window, &name).await?;
        match like.into_iter().next() {
            Some(known) if known.window == window => self.run_again(writer, known).await,
            Some(other) => {
                let message = format!(
                    "The file of this window would be called '{name}', as that from {} to {} is: set another \
                     'file_name', with more of the date in it.",
                    other.window.from, other.window.to
                );
                Err(AppError::field("from", message))
            }
            None => self.list_run(writer, (export.id, site.site), settings, window, name).await,
        }
    }

    /// What waits for another try or its turn, or else the last window.
    async fn run_what_is_there(
        &self,
        writer: &mut Writer,
        export: &Export,
        settings: &Settings,
        site: &ExportSite,
    ) -> Result<Option<Run>, AppError> {
        if let Some(pending) = self.pending_run(writer, settings, export.id, site.site).await? {
            return Ok(Some(pending));
        }
        match exports::latest_delivered(writer, export.id, site.site).await? {
            Some(last) => Ok(Some(self.run_again(writer, last).await?)),
            None => Ok(None),
        }
    }

    async fn run_again(&self, writer: &mut Writer, mut run: Run) -> Result<Run, AppError> {
        if run.state == RunState::Delivered {
            // Everybody gets it again.
            run.mailed.clear();
        }
        if run.state != RunState::Running {
            run.state = RunState::Waiting;
            run.refused.clear();
            run.attempts = 0;
            run.error = None;
            run.next_try_at = Some(self.ambient.now());
            run.finished_at = None;
            exports::update_run(writer, &run).await?;
        }
        Ok(run)
    }
}
