//! Terms of work orders that were written by a version of the program that knew none: lists would not find them.

use fieldproof_store::terms;

use super::active_groups;
use crate::{AppError, Fieldproof};

/// Work orders in one transaction: others on the same database wait no longer than that takes.
const BATCH: u32 = 200;

impl Fieldproof {
    /// Writes the terms that are missing. There are some once, after the migration that made room for them; or when an
    /// older server was still at work on the same database.
    ///
    /// # Errors
    /// Of storage. A work order whose application cannot be loaded is left for the next time.
    pub(crate) async fn write_missing_terms(&self) -> Result<(), AppError> {
        if !terms::are_missing(&mut self.store.read().await?).await? {
            return Ok(());
        }
        tracing::info!("writing what lists find work orders by; this is done once");
        let (mut after, mut written) = (None, 0_usize);
        loop {
            let mut writer = self.store.write().await?;
            let orders = terms::missing(&mut writer, after, BATCH).await?;
            let Some(last) = orders.last() else { break };
            after = Some(last.id);
            for order in &orders {
                match self.application(order.app_version).await {
                    Ok(application) => {
                        let groups = active_groups(&application.application, &order.types);
                        terms::add(&mut writer, order, &groups).await?;
                        written += 1;
                    }
                    Err(error) => tracing::warn!(%error, work_order = %order.id, "lists do not find this work order"),
                }
            }
            writer.commit().await?;
        }
        tracing::info!(work_orders = written, "lists find all work orders");
        Ok(())
    }
}
