//! Fills a database with work orders as the use cases would have left them: the same rows by the same functions of the
//! store, only many in each transaction.

use std::{collections::HashMap, sync::Arc, time::Instant};

use anyhow::Result;
use fieldproof_app::{
    applications::LoadedApplication,
    work_orders::{StoredState, progress},
};
use fieldproof_domain::ids::{SiteId, UserId, WorkOrderId};
use fieldproof_store::{Store, work_orders::FieldEngineer, work_orders::WorkOrder};

use super::{
    batch::Batch,
    outcomes::Outcomes,
    sample::{self, MAINTENANCE, Sample, Stage},
    taken::Taken,
};

/// Work orders of one transaction.
const BATCH: u32 = 1_000;
/// Work orders after which a line tells how far it is.
const STEP: u32 = 50_000;

/// Whose work orders they are.
pub(crate) struct Owner {
    pub(crate) site: SiteId,
    /// Who sends everything.
    pub(crate) user: UserId,
    pub(crate) engineers: Vec<FieldEngineer>,
}

/// Everything that a fill needs to know.
pub(crate) struct Fill {
    pub(crate) store: Store,
    pub(crate) application: Arc<LoadedApplication>,
    pub(crate) outcomes: Outcomes,
    pub(crate) owner: Owner,
    pub(crate) sample: Sample,
    /// How far all work orders are; `None`: as the sample says.
    pub(crate) stage: Option<Stage>,
}

impl Fill {
    /// Writes all work orders, over so many connections, and says how far it is.
    pub(crate) async fn run(self, writers: u32) -> Result<()> {
        let (fill, started) = (Arc::new(self), Instant::now());
        let part = |number| tokio::spawn(Arc::clone(&fill).part(number, writers, started));
        for part in (0..writers).map(part).collect::<Vec<_>>() {
            part.await??;
        }
        fill.store.close().await;
        Ok(())
    }

    /// Every `parts`-th batch, from the `number`-th on.
    async fn part(self: Arc<Self>, number: u32, parts: u32, started: Instant) -> Result<()> {
        let size = self.sample.size;
        for first in (number * BATCH..size).step_by((parts * BATCH) as usize) {
            let last = size.min(first + BATCH);
            let mut batch = Batch::new(self.owner.site, self.owner.user);
            for n in first..last {
                self.add(&mut batch, n);
            }
            let mut writer = self.store.write().await?;
            batch.write(&mut writer, &self.application.application).await?;
            writer.commit().await?;
            if last.is_multiple_of(STEP) {
                eprintln!("  {last} of {size} after {:.0} s", started.elapsed().as_secs_f64());
            }
        }
        Ok(())
    }

    /// Work order `n`, as `create_work_order` and `analyse` leave it.
    fn add(&self, batch: &mut Batch, n: u32) {
        let sample = &self.sample;
        let created_at = sample.created_at(n);
        let id = WorkOrderId(sample::id(created_at, n, 0));
        let photos = self.outcomes.photos(self.stage.unwrap_or(sample.stage(n))).into_iter();
        let taken: Vec<_> = (0..).zip(photos).map(|(at, photo)| Taken::new(sample, (id, n), at, photo)).collect();
        let states = taken.iter().flat_map(Taken::states);
        let states: HashMap<String, StoredState> = states.map(|stored| (stored.task.clone(), stored)).collect();
        let kind = if self.stage.is_some() { MAINTENANCE } else { sample.kind(n) };
        let types = vec![kind.to_owned()];
        batch.add_order(WorkOrder {
            id,
            site: self.owner.site,
            app_version: self.application.id,
            name: sample.name(n),
            metadata: sample.metadata(n),
            tags: sample.tags(n),
            progress_score: progress(&self.application.application, &types, &states),
            types,
            user_group_ids: sample.teams(n),
            parameters: None,
            field_engineer: self.owner.engineers.get(sample.engineer(n) as usize).cloned(),
            review_date: sample.is_reviewed(n).then_some(created_at),
            first_analysis: taken.first().map(|taken| taken.analysis),
            latest_analysis: taken.last().map(|taken| taken.analysis),
            created_at,
            updated_at: taken.last().map_or(created_at, |taken| taken.at),
        });
        batch.add_states(id, states.into_values());
        for taken in &taken {
            batch.add_photo(taken, self.application.id);
        }
    }
}
