//! Holding photos while a backup copies them: the lease of `fieldproof_store::holds`, taken and renewed.

use chrono::{DateTime, TimeDelta, Utc};
use fieldproof_store::{Condition, StoreError, holds};
use uuid::Uuid;

use super::KeepingError;
use crate::Fieldproof;

/// How long a hold lasts without being renewed: longer than the largest blob takes to copy.
const LEASE: TimeDelta = TimeDelta::minutes(15);
/// How often it is renewed.
const RENEW_EVERY: TimeDelta = TimeDelta::seconds(30);

/// A hold that is in force until it is released or not renewed in time.
pub(super) struct Hold<'a> {
    system: &'a Fieldproof,
    id: Uuid,
    renewed: DateTime<Utc>,
}

impl<'a> Hold<'a> {
    /// Takes a hold. What is read after this names no photo that goes.
    pub(super) async fn take(system: &'a Fieldproof, reason: &str) -> Result<Self, KeepingError> {
        let (id, now) = (system.ambient.new_id(), system.ambient.now());
        let mut writer = system.store.write().await?;
        holds::take(&mut writer, id, reason, now, now + LEASE).await?;
        writer.commit().await?;
        Ok(Self { system, id, renewed: now })
    }

    /// To be called between any two steps: renews the hold when it is time to.
    ///
    /// # Errors
    /// [`KeepingError::HoldLost`] when it has run out, as after a laptop's sleep.
    pub(super) async fn keep(&mut self) -> Result<(), KeepingError> {
        if self.system.ambient.now() - self.renewed < RENEW_EVERY {
            return Ok(());
        }
        self.renew_in_time().await
    }

    /// Makes sure that it was in force all the time, and ends it.
    pub(super) async fn release(mut self) -> Result<(), KeepingError> {
        self.renew_in_time().await?;
        self.give_up().await;
        Ok(())
    }

    /// Ends it after a failure, if that is possible: else it runs out.
    pub(super) async fn give_up(&self) {
        let release = async {
            let mut writer = self.system.store.write().await?;
            holds::release(&mut writer, self.id).await?;
            writer.commit().await
        };
        let released: Result<(), StoreError> = release.await;
        if let Err(error) = released {
            tracing::warn!(%error, "photos of deleted work orders are held for some more minutes");
        }
    }

    async fn renew_in_time(&mut self) -> Result<(), KeepingError> {
        match self.renew().await {
            // A database that is busy has until the end of the lease.
            Err(KeepingError::Store(error))
                if error.condition() == Condition::Unavailable && self.system.ambient.now() - self.renewed < LEASE =>
            {
                tracing::warn!(%error, "the hold on photos could not be renewed; trying again");
                Ok(())
            }
            result => result,
        }
    }

    async fn renew(&mut self) -> Result<(), KeepingError> {
        let mut writer = self.system.store.write().await?;
        let now = self.system.ambient.now();
        let renewed = holds::renew(&mut writer, self.id, now, now + LEASE).await?;
        writer.commit().await?;
        if !renewed {
            return Err(KeepingError::HoldLost);
        }
        self.renewed = now;
        Ok(())
    }
}
