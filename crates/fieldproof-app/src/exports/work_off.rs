//! Delivering at a command line: by this process, or by a server that is faster.

use std::{sync::Arc, time::Duration};

use fieldproof_domain::ids::{ExportId, RunId};
use fieldproof_store::exports::{self, Run, RunState};
use tokio::time::sleep;

use crate::{AppError, Fieldproof, jobs::Job};

/// How often it is looked whether a server has done it.
const LOOK_EVERY: Duration = Duration::from_millis(300);

impl Fieldproof {
    /// Delivers what an export has to deliver, here where no server does it, until it is done or has failed. Answers the
    /// windows that were asked for.
    ///
    /// # Errors
    /// [`AppError::Store`].
    pub async fn work_off_export(self: &Arc<Self>, id: ExportId, asked: &[RunId]) -> Result<Vec<Run>, AppError> {
        loop {
            let mut snapshot = self.store.snapshot().await?;
            let sites = exports::sites_of(&mut snapshot, id).await?;
            let export = exports::get(&mut snapshot, id).await?;
            let mut is_settled = true;
            for site in &sites {
                let pending = exports::next_pending(&mut snapshot, id, site.site).await?;
                // One that has failed holds up those behind it.
                is_settled &= pending.is_none_or(|run| run.state == RunState::Failed && self.waits(&run));
            }
            if is_settled || export.is_none_or(|export| export.is_paused) {
                let mut runs = Vec::with_capacity(asked.len());
                for run in asked {
                    runs.extend(exports::run(&mut snapshot, *run).await?);
                }
                return Ok(runs);
            }
            drop(snapshot);
            let mut was_done_here = false;
            for site in sites {
                was_done_here |= self.do_job_here(Job::Export(id, site.site)).await?;
            }
            if !was_done_here {
                sleep(LOOK_EVERY).await;
            }
        }
    }

    /// Whether a window is to be tried again later.
    fn waits(&self, run: &Run) -> bool {
        run.next_try_at.is_some_and(|at| at > self.ambient.now())
    }
}
