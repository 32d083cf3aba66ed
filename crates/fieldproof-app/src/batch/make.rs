//! The work order itself: made, or found by its name, or refused.

use fieldproof_domain::{
    batch::{OnExisting, Problem, ProblemCode, UnitState},
    ids::WorkOrderId,
};
use fieldproof_store::{batches, locks, windows, work_orders};

use super::process::{Unit, sentences};
use crate::{AppError, Fieldproof, access::Caller, permit::act, work_orders::NewWorkOrder};

/// What became of a work order's turn.
pub(super) enum Made {
    /// Its photos are to be analysed.
    Order {
        /// The work order.
        id: WorkOrderId,
        /// Its folder's name.
        name: String,
    },
    /// There is nothing more to do: it was refused or passed over, or others have settled it.
    Settled,
}

impl Fieldproof {
    /// Makes the work order unless that was done before, and notes it in the same transaction.
    pub(super) async fn make_work_order(&self, unit: &Unit<'_>, caller: &Caller) -> Result<Made, AppError> {
        let permit = caller.may::<act::CreateWorkOrder>()?;
        let application = self.application(caller.app_version).await?;
        let batch = unit.batch.id;
        let mut writer = self.store.write().await?;
        let now = windows::moment(&mut writer, caller.site, self.ambient.now()).await?;
        let row = batches::lock_work_order(&mut writer, batch, unit.position).await?;
        let Some(row) = row.filter(|row| row.state == UnitState::Waiting) else {
            drop(writer);
            return self.drop_unit(unit).await.map(|()| Made::Settled);
        };
        let name = row.name;
        if let Some(id) = row.work_order {
            return Ok(Made::Order { id, name });
        }
        // Of two batches with one work order, the second is to see what the first has made.
        locks::work_order_name(&mut writer, caller.site, &name).await?;
        let existing = work_orders::newest_of_name(&mut writer, caller.site, &name).await?;
        let id = match (existing, unit.batch.on_existing) {
            (Some(_), OnExisting::Skip) => {
                drop(writer);
                return self.settle_skipped(unit, ProblemCode::WorkOrderExists.at(Some(&name), None)).await;
            }
            (Some(_), OnExisting::Fail) => {
                drop(writer);
                let reason = "There is a work order of this name already: choose another name for the folder, or send the \
                              batch with on_existing=append or skip.";
                let problem = ProblemCode::WorkOrderExists.because(Some(&name), None, reason);
                return self.settle_refused(unit, |_| problem).await.map(|()| Made::Settled);
            }
            (Some(id), OnExisting::Append) => id,
            (None, _) => {
                let new = NewWorkOrder {
                    name: name.clone(),
                    metadata: row.metadata,
                    parameters: row.parameters,
                    ..NewWorkOrder::default()
                };
                if let Err(errors) = new.check(&application.application) {
                    drop(writer);
                    let problem = ProblemCode::WorkOrderRefused.because(Some(&name), None, sentences(&errors));
                    return self.settle_refused(unit, |_| problem).await.map(|()| Made::Settled);
                }
                self.insert_work_order(&mut writer, now, &permit, application, new).await?.order.id
            }
        };
        batches::set_work_order(&mut writer, batch, unit.position, Some(id), UnitState::Waiting).await?;
        writer.commit().await?;
        Ok(Made::Order { id, name })
    }

    async fn settle_skipped(&self, unit: &Unit<'_>, problem: Problem) -> Result<Made, AppError> {
        self.settle(unit, None, UnitState::Skipped, Some(problem)).await?;
        Ok(Made::Settled)
    }
}
