//! Looking after the list: workers that vanished, jobs that recur, figures for operators.

use std::{sync::Arc, time::Duration};

use fieldproof_domain::retry::MOST_ATTEMPTS;
use fieldproof_store::{exports, jobs};
use tokio::{sync::watch::Receiver, time::timeout};

use super::Job;
use crate::{AppError, Fieldproof};

/// How often.
const EVERY: Duration = Duration::from_secs(10);

impl Fieldproof {
    pub(super) async fn keep_jobs(self: Arc<Self>, mut stopped: Receiver<bool>) {
        loop {
            if let Err(error) = self.keep_jobs_once().await {
                tracing::warn!(%error, "cannot look after the jobs; trying again");
            }
            // An error means that the sender is gone, which is a stop too.
            if timeout(EVERY, stopped.wait_for(|stop| *stop)).await.is_ok() {
                return;
            }
        }
    }

    async fn keep_jobs_once(&self) -> Result<(), AppError> {
        let now = self.ambient.now();
        let mut writer = self.store.write().await?;
        let recovered = jobs::recover(&mut writer, now, MOST_ATTEMPTS).await?;
        for job in Job::RECURRING {
            self.add_job(&mut writer, job, now).await?;
        }
        writer.commit().await?;
        if recovered > 0 {
            tracing::warn!(jobs = recovered, "took over jobs of workers that vanished");
        }
        let mut reader = self.store.read().await?;
        metrics::gauge!("fieldproof_export_windows_failed").set(exports::failed(&mut reader).await? as f64);
        let counts = jobs::counts(&mut reader).await?;
        for state in ["waiting", "running", "dead"] {
            let number = counts.iter().find(|(name, _)| name == state).map_or(0, |(_, number)| *number);
            metrics::gauge!("fieldproof_jobs", "state" => state).set(number as f64);
        }
        Ok(())
    }
}
