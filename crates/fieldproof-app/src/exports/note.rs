//! Noting what came of a window.

use chrono::TimeDelta;
use fieldproof_domain::retry::backoff;
use fieldproof_store::{
    Writer,
    audit::{self, Entry},
    exports::{self, Run, RunState},
};
use serde_json::json;

use crate::{AppError, Fieldproof};

impl Fieldproof {
    pub(super) async fn note_delivered(&self, mut run: Run, keep_days: u32) -> Result<(), AppError> {
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

    pub(super) async fn note_undelivered(&self, mut run: Run, reason: String) -> Result<(), AppError> {
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
        if let Some(stored) = exports::run_for_change(writer, run.id).await? {
            exports::update_run(writer, &Run { blob_key: stored.blob_key, ..run.clone() }).await?;
        }
        Ok(())
    }
}
