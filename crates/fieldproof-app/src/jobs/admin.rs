//! What an operator sees of the jobs, and does about those that were given up.

use fieldproof_store::{audit, jobs};
use serde_json::json;
use uuid::Uuid;

use super::JobLine;
use crate::{AppError, Fieldproof};

/// Most jobs that are listed.
const MOST: u32 = 1000;

impl Fieldproof {
    /// The jobs, those that were given up first; the first thousand.
    pub async fn jobs(&self) -> Result<Vec<JobLine>, AppError> {
        Ok(jobs::list(&mut self.store.read().await?, MOST).await?)
    }

    /// Makes jobs that were given up wait again, one or all of them; answers how many.
    ///
    /// # Errors
    /// [`AppError::Invalid`] when the one was not given up.
    pub async fn retry_jobs(&self, id: Option<Uuid>) -> Result<u64, AppError> {
        let now = self.ambient.now();
        let mut writer = self.store.write().await?;
        let retried = jobs::retry(&mut writer, id, now).await?;
        if let Some(id) = id.filter(|_| retried == 0) {
            return Err(AppError::field("job", format!("There is no job {id} that was given up.")));
        }
        let entry = audit::Entry::new(now, "job.retry", id.unwrap_or_default()).with(json!({"jobs": retried}));
        audit::record(&mut writer, entry).await?;
        writer.commit().await?;
        Ok(retried)
    }
}
