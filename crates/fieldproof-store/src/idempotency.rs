//! Requests that their senders may repeat: the answer is kept in the transaction of what was done, so that a repetition
//! does nothing and is answered the same.

use chrono::{DateTime, Utc};
use fieldproof_domain::ids::{SiteId, UserId};
use uuid::Uuid;

use crate::{
    Session, StoreError, Writer,
    db::{Query as _, args},
};

/// A try to do what a request asks for: the one that may commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// Where.
    pub site: SiteId,
    /// Whose key it is.
    pub user: UserId,
    /// The caller's key.
    pub key: String,
    /// Which try.
    pub id: Uuid,
}

/// What was answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredAnswer {
    /// The HTTP status.
    pub status: u16,
    /// The body, JSON.
    pub body: String,
}

/// A key that is taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    /// sha256 of the request that it was first given with.
    pub request_sha256: [u8; 32],
    /// The answer; `None`: in flight.
    pub answer: Option<StoredAnswer>,
}

/// Takes a key for an attempt; `None`: it is the attempt's now. A key whose attempt has had its time without an answer,
/// because its server was killed, is free for the same request.
pub async fn take(
    writer: &mut Writer,
    attempt: &Attempt,
    request_sha256: &[u8; 32],
    now: DateTime<Utc>,
    until: DateTime<Utc>,
) -> Result<Option<Taken>, StoreError> {
    let taken = writer
        .execute(
            "INSERT INTO idempotency_keys (site_id, user_id, key, request_sha256, attempt, attempt_until, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7)
             ON CONFLICT (site_id, user_id, key) DO UPDATE
               SET attempt = excluded.attempt, attempt_until = excluded.attempt_until
               WHERE idempotency_keys.status IS NULL AND idempotency_keys.attempt_until < $7
                 AND idempotency_keys.request_sha256 = $4",
            args![attempt.site, attempt.user, &attempt.key, request_sha256.as_slice(), attempt.id, until, now],
        )
        .await?;
    if taken > 0 {
        return Ok(None);
    }
    find(writer, attempt).await
}

async fn find(session: &mut impl Session, attempt: &Attempt) -> Result<Option<Taken>, StoreError> {
    let row = session
        .first(
            "SELECT request_sha256, status, body FROM idempotency_keys
             WHERE site_id = $1 AND user_id = $2 AND key = $3",
            args![attempt.site, attempt.user, &attempt.key],
        )
        .await?;
    let Some(row) = row else { return Ok(None) };
    let bytes: Vec<u8> = row.get("request_sha256")?;
    let request_sha256 = bytes
        .try_into()
        .map_err(|_| StoreError::unexpected("idempotency_keys.request_sha256", "it has not 32 bytes"))?;
    let answer = match row.get_opt("status")? {
        Some(status) => Some(StoredAnswer { status, body: row.get("body")? }),
        None => None,
    };
    Ok(Some(Taken { request_sha256, answer }))
}

/// Keeps the answer of an attempt with what it has done; `false`: the key is another attempt's by now, or has its
/// answer already.
pub async fn keep(writer: &mut Writer, attempt: &Attempt, answer: &StoredAnswer) -> Result<bool, StoreError> {
    let kept = writer
        .execute(
            "UPDATE idempotency_keys SET status = $5, body = $6
             WHERE site_id = $1 AND user_id = $2 AND key = $3 AND attempt = $4 AND status IS NULL",
            args![attempt.site, attempt.user, &attempt.key, attempt.id, i64::from(answer.status), &answer.body],
        )
        .await?;
    Ok(kept > 0)
}

/// Frees the key of an attempt that has done nothing.
pub async fn release(writer: &mut Writer, attempt: &Attempt) -> Result<(), StoreError> {
    writer
        .execute(
            "DELETE FROM idempotency_keys
             WHERE site_id = $1 AND user_id = $2 AND key = $3 AND attempt = $4 AND status IS NULL",
            args![attempt.site, attempt.user, &attempt.key, attempt.id],
        )
        .await?;
    Ok(())
}

/// Forgets keys given before `time`; answers how many.
pub async fn forget_before(writer: &mut Writer, time: DateTime<Utc>) -> Result<u64, StoreError> {
    writer.execute("DELETE FROM idempotency_keys WHERE created_at < $1", args![time]).await
}
