//! The workers.

use std::{future::Future, sync::Arc, time::Duration};

use fieldproof_domain::retry::{MOST_ATTEMPTS, backoff};
use fieldproof_store::{
    Writer,
    jobs::{self, Lane, Leased},
};
use tokio::{task::JoinSet, time::timeout};

use super::{Job, kind::EXPORT};
use crate::{AppError, Fieldproof};

/// How long a worker that is killed keeps its job from the others.
pub(crate) const LEASE: Duration = Duration::from_secs(60);
/// How often a worker renews its lease.
const HEARTBEAT: Duration = Duration::from_secs(20);
/// How often the list is looked at: jobs that other processes add tell nobody here.
const POLL: Duration = Duration::from_secs(1);

/// Exports at once, besides other jobs: most of their time they wait for a place that may be slow, and nothing else should
/// wait with them; nor they for the thousands of work orders of a batch.
const EXPORTS: usize = 4;

impl Fieldproof {
    /// Does jobs until `stop` completes, `workers` at once, and some exports besides; what is running then is finished.
    pub async fn run_jobs(self: Arc<Self>, workers: usize, stop: impl Future<Output = ()>) {
        let (stopping, stopped) = tokio::sync::watch::channel(false);
        let mut running = JoinSet::new();
        running.spawn(Arc::clone(&self).keep_jobs(stopped.clone()));
        let others = (0..workers).map(|_| Lane::AllBut(EXPORT));
        let exports = (0..EXPORTS).map(|_| Lane::Only(EXPORT));
        for lane in others.chain(exports).filter(|_| workers > 0) {
            running.spawn(Arc::clone(&self).work(lane, stopped.clone()));
        }
        stop.await;
        stopping.send_replace(true);
        running.join_all().await;
    }

    async fn work(self: Arc<Self>, lane: Lane, mut stopped: tokio::sync::watch::Receiver<bool>) {
        while !*stopped.borrow() {
            match self.take_job(lane).await {
                Ok(Some(job)) => Arc::clone(&self).do_job(job).await,
                taken => {
                    if let Err(error) = taken {
                        tracing::warn!(%error, "cannot look for jobs; trying again");
                    }
                    // An error means that the sender is gone, which is a stop too.
                    drop(timeout(POLL, stopped.wait_for(|stop| *stop)).await);
                }
            }
        }
    }

    pub(super) async fn take_job(&self, lane: Lane) -> Result<Option<Leased>, AppError> {
        let now = self.ambient.now();
        // Readers are many and the writer is one: it is not asked for nothing every second.
        if !jobs::is_any_due(&mut self.store.read().await?, lane, now).await? {
            return Ok(None);
        }
        let mut writer = self.store.write().await?;
        let job = jobs::take(&mut writer, lane, self.ambient.new_id(), now, now + LEASE).await?;
        writer.commit().await?;
        Ok(job)
    }

    /// Does a job if it may run and nobody else does it; `false`: it was not done here.
    pub(crate) async fn do_job_here(self: &Arc<Self>, job: Job) -> Result<bool, AppError> {
        let Some(key) = job.dedup_key() else { return Ok(false) };
        let now = self.ambient.now();
        let mut writer = self.store.write().await?;
        let leased = jobs::take_one(&mut writer, &key, self.ambient.new_id(), now, now + LEASE).await?;
        writer.commit().await?;
        let Some(leased) = leased else { return Ok(false) };
        Arc::clone(self).do_job(leased).await;
        Ok(true)
    }

    pub(super) async fn do_job(self: Arc<Self>, leased: Leased) {
        let start = tokio::time::Instant::now();
        // On a task of its own, so that a panic is a failure like others.
        let mut doing = tokio::spawn({
            let (system, leased) = (Arc::clone(&self), leased.clone());
            async move { system.perform(&leased).await }
        });
        let result = loop {
            match timeout(HEARTBEAT, &mut doing).await {
                Ok(Ok(result)) => break result,
                Ok(Err(panic)) => break Err(AppError::Internal(panic.to_string())),
                Err(_) => match self.hold_job(&leased).await {
                    Ok(false) => {
                        doing.abort();
                        tracing::warn!(job = %leased.id, kind = leased.kind, "another worker has taken the job over");
                        return;
                    }
                    Ok(true) => {}
                    Err(error) => tracing::warn!(%error, job = %leased.id, "cannot renew a lease; trying again"),
                },
            }
        };
        let kind = leased.kind.clone();
        let outcome = if result.is_ok() { "done" } else { "failed" };
        metrics::counter!("fieldproof_jobs_total", "kind" => kind.clone(), "outcome" => outcome).increment(1);
        metrics::histogram!("fieldproof_job_seconds", "kind" => kind).record(start.elapsed());
        if let Err(error) = result {
            self.note_failure(&leased, &error).await;
        }
    }

    pub(super) async fn perform(&self, leased: &Leased) -> Result<(), AppError> {
        let job = Job::of(leased)?;
        match job {
            Job::ErasePhotos => self.erase_all_listed_photos().await?,
            Job::SweepOrphans => {
                self.sweep_orphans().await?;
                self.sweep_uploads().await?;
            }
            Job::ForgetAnswers => drop(self.forget_answers().await?),
            Job::ExpireUploads => self.expire_uploads().await?,
            Job::EraseUpload(batch) => self.erase_upload(batch).await?,
            Job::KeepExports => self.keep_exports().await?,
            // These are struck off with what they record last.
            Job::Export(export, site) => return self.export_site(export, site, leased).await,
            Job::UnpackBatch(batch) => return self.unpack_batch(batch, leased).await,
            Job::BatchWorkOrder(batch, position) => return self.process_work_order(batch, position, leased).await,
        }
        let mut writer = self.store.write().await?;
        finish(&mut writer, leased).await?;
        if let Some(period) = job.period() {
            self.add_job(&mut writer, job, self.ambient.now() + period).await?;
        }
        Ok(writer.commit().await?)
    }

    async fn hold_job(&self, leased: &Leased) -> Result<bool, AppError> {
        let mut writer = self.store.write().await?;
        let held = jobs::hold(&mut writer, leased, self.ambient.now() + LEASE).await?;
        writer.commit().await?;
        Ok(held)
    }

    async fn note_failure(&self, leased: &Leased, error: &AppError) {
        let again = (leased.attempts < MOST_ATTEMPTS).then(|| self.ambient.now() + backoff(leased.attempts));
        tracing::warn!(%error, job = %leased.id, kind = leased.kind, attempts = leased.attempts, "a job failed");
        let noted = async {
            let mut writer = self.store.write().await?;
            jobs::fail(&mut writer, leased, &error.to_string(), again).await?;
            if again.is_none() {
                self.given_up(&mut writer, leased).await?;
            }
            Ok::<_, AppError>(writer.commit().await?)
        };
        // The lease ends by itself, and the job is taken again then.
        if let Err(error) = noted.await {
            tracing::warn!(%error, job = %leased.id, "cannot note that a job failed");
        }
    }

    /// What others wait for must not wait for a job that was given up.
    async fn given_up(&self, writer: &mut Writer, leased: &Leased) -> Result<(), AppError> {
        match Job::of(leased) {
            Ok(Job::UnpackBatch(batch)) => self.give_up_unpacking(writer, batch).await,
            Ok(Job::BatchWorkOrder(batch, position)) => self.give_up_work_order(writer, batch, position).await,
            _ => Ok(()),
        }
    }
}

/// Strikes a job off with its effect.
///
/// # Errors
/// [`AppError::Internal`] when another worker has taken it over: nothing may be committed then.
pub(crate) async fn finish(writer: &mut Writer, leased: &Leased) -> Result<(), AppError> {
    if jobs::finish(writer, leased).await? {
        Ok(())
    } else {
        Err(AppError::Internal("another worker has taken the job over".to_owned()))
    }
}
