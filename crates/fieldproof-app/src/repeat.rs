//! Requests that their senders may repeat (`Idempotency-Key`): what was asked for is done once, and every repetition
//! gets the same answer.
//!
//! The answer is kept in the transaction of what was done. So there is no moment at which a crash leaves the one
//! without the other, and a repetition finds out which it was: the answer, or a key that is free again.

use std::future::Future;

use chrono::TimeDelta;
pub use fieldproof_store::Writer;
use fieldproof_store::idempotency;
pub use fieldproof_store::idempotency::{Attempt, StoredAnswer};

use crate::{AppError, Fieldproof, access::Caller};

/// How long keys and answers are kept.
pub const KEPT: TimeDelta = TimeDelta::hours(24);
/// How long an attempt has, before a repetition may start anew. Should it end later all the same, it cannot commit.
const ATTEMPT: TimeDelta = TimeDelta::minutes(2);

/// What becomes of a request with a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Repeat {
    /// It is the first, and to be done.
    First(Attempt),
    /// It was done, and this is its answer.
    Again(StoredAnswer),
    /// It is being done.
    InFlight,
    /// The key was given with another request.
    Other,
}

/// What else is kept in the transaction of what a use case does, right before its commit.
pub trait Keep<T>: Sync {
    /// Keeps it.
    ///
    /// # Errors
    /// Whatever forbids the commit: nothing is done then.
    fn keep(&self, writer: &mut Writer, outcome: &T) -> impl Future<Output = Result<(), AppError>> + Send;
}

/// Nothing else.
pub struct Unkept;

impl<T: Sync> Keep<T> for Unkept {
    async fn keep(&self, _: &mut Writer, _: &T) -> Result<(), AppError> {
        Ok(())
    }
}

/// Keeps the answer to what `writer` has done for the repetitions of its request.
///
/// # Errors
/// [`AppError::Overtaken`] when a repetition has taken over: nothing may be committed then.
pub async fn keep_answer(writer: &mut Writer, attempt: &Attempt, answer: &StoredAnswer) -> Result<(), AppError> {
    if idempotency::keep(writer, attempt, answer).await? { Ok(()) } else { Err(AppError::Overtaken) }
}

impl Fieldproof {
    /// Looks whether a request was made before.
    pub async fn begin_repeatable(
        &self,
        caller: &Caller,
        key: &str,
        request_sha256: &[u8; 32],
    ) -> Result<Repeat, AppError> {
        let attempt = Attempt { site: caller.site, user: caller.user, key: key.to_owned(), id: self.ambient.new_id() };
        let now = self.ambient.now();
        let mut writer = self.store.write().await?;
        let taken = idempotency::take(&mut writer, &attempt, request_sha256, now, now + ATTEMPT).await?;
        writer.commit().await?;
        Ok(match taken {
            None => Repeat::First(attempt),
            Some(taken) if taken.request_sha256 != *request_sha256 => Repeat::Other,
            Some(taken) => taken.answer.map_or(Repeat::InFlight, Repeat::Again),
        })
    }

    /// Ends an attempt that did nothing: the key is free again.
    pub async fn release(&self, attempt: &Attempt) -> Result<(), AppError> {
        let mut writer = self.store.write().await?;
        idempotency::release(&mut writer, attempt).await?;
        Ok(writer.commit().await?)
    }

    /// Keeps an answer to a request that has changed nothing by itself, such as a retry that an earlier analysis answers.
    pub async fn keep_unchanged(&self, attempt: &Attempt, answer: &StoredAnswer) -> Result<(), AppError> {
        let mut writer = self.store.write().await?;
        idempotency::keep(&mut writer, attempt, answer).await?;
        Ok(writer.commit().await?)
    }
}
