//! The error file of a batch: what went wrong where.

use fieldproof_domain::{batch::Problem, ids::BatchId};
use fieldproof_store::batches;
use uuid::Uuid;

use super::view::batch_of;
use crate::{
    AppError, Fieldproof,
    permit::{Permit, act},
};

/// Lines read at once: a batch may have more than fit into memory.
const PAGE: u32 = 1000;

/// Some lines of an error file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProblemPage {
    /// The lines, oldest first.
    pub problems: Vec<Problem>,
    /// Where the next page begins; `None`: there is none.
    pub next: Option<Uuid>,
}

impl Fieldproof {
    /// The lines of a batch's error file behind `after`, a page of them.
    ///
    /// # Errors
    /// [`crate::Missing::Batch`].
    pub async fn batch_problems(
        &self,
        caller: &Permit<act::SendBatch>,
        id: BatchId,
        after: Option<Uuid>,
    ) -> Result<ProblemPage, AppError> {
        let mut reader = self.store.read().await?;
        batch_of(&mut reader, caller.site, id).await?;
        let lines = batches::problems_after(&mut reader, id, after, PAGE).await?;
        let next = lines.last().filter(|_| lines.len() == PAGE as usize).map(|line| line.id);
        Ok(ProblemPage { problems: lines.into_iter().map(|line| line.problem).collect(), next })
    }
}
