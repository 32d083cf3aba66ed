//! Work that is done later. A job is added in the transaction of the change that causes it, so neither is without the
//! other; it is taken under a lease, so that a worker that is killed loses it; and it is finished in the transaction of
//! its effect, so that the effect is recorded once however often the job runs.

use chrono::{DateTime, Utc};
use serde_json::Value as Json;
use uuid::Uuid;

use crate::{
    Session, StoreError, Writer,
    db::{Dialect, Query as _, Row, args},
};

/// A job to add.
#[derive(Clone, Debug, PartialEq)]
pub struct NewJob {
    /// The id.
    pub id: Uuid,
    /// What is to be done.
    pub kind: &'static str,
    /// At most one job with this key waits or runs at a time.
    pub dedup_key: Option<String>,
    /// Lower first.
    pub priority: u8,
    /// What the kind needs to know.
    pub payload: Json,
    /// Not before.
    pub run_at: DateTime<Utc>,
}

/// A job that a worker has taken, for as long as its lease lasts.
#[derive(Clone, Debug, PartialEq)]
pub struct Leased {
    /// The id.
    pub id: Uuid,
    /// What is to be done.
    pub kind: String,
    /// What the kind needs to know.
    pub payload: Json,
    /// How often it was taken, this time included.
    pub attempts: u32,
    /// Which attempt holds it.
    pub owner: Uuid,
}

/// A job as an operator sees it.
#[derive(Clone, Debug, PartialEq)]
pub struct JobLine {
    /// The id.
    pub id: Uuid,
    /// What is to be done.
    pub kind: String,
    /// `waiting`, `running` or `dead`.
    pub state: String,
    /// How often it was taken.
    pub attempts: u32,
    /// Not before.
    pub run_at: DateTime<Utc>,
    /// Why the last try failed.
    pub last_error: Option<String>,
    /// When it was added.
    pub created_at: DateTime<Utc>,
}

/// Adds jobs; answers how many there were none of before by their keys. One that was given up is made to wait again.
pub async fn add(writer: &mut Writer, jobs: &[NewJob], now: DateTime<Utc>) -> Result<u64, StoreError> {
    let head = "INSERT INTO jobs (id, kind, dedup_key, priority, payload, state, attempts, run_at, created_at) VALUES";
    let tail = "ON CONFLICT (dedup_key) DO UPDATE
                  SET state = 'waiting', attempts = 0, run_at = excluded.run_at, payload = excluded.payload
                  WHERE jobs.state = 'dead'";
    let row = |job: &NewJob| {
        let (key, payload) = (job.dedup_key.as_ref(), job.payload.to_string());
        args![job.id, job.kind, key, job.priority, payload, "waiting", 0_u8, job.run_at, now]
    };
    writer.insert_counted(head, jobs.iter().map(row).collect(), tail).await
}

/// Lets a job that waits run at once, if there is one with this key.
pub async fn hasten(writer: &mut Writer, dedup_key: &str, now: DateTime<Utc>) -> Result<(), StoreError> {
    let sql = "UPDATE jobs SET run_at = $2 WHERE dedup_key = $1 AND state = 'waiting' AND run_at > $2";
    writer.execute(sql, args![dedup_key, now]).await?;
    Ok(())
}

/// Which jobs a worker takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lane {
    /// Those of this kind and no others.
    Only(&'static str),
    /// All but those.
    AllBut(&'static str),
}

impl Lane {
    fn filter(self, place: usize) -> String {
        match self {
            Self::Only(_) => format!("kind = ${place}"),
            Self::AllBut(_) => format!("kind <> ${place}"),
        }
    }

    fn kind(self) -> &'static str {
        match self {
            Self::Only(kind) | Self::AllBut(kind) => kind,
        }
    }
}

/// Takes the next job of a lane that may run, until `until`.
pub async fn take(
    writer: &mut Writer,
    lane: Lane,
    owner: Uuid,
    now: DateTime<Utc>,
    until: DateTime<Utc>,
) -> Result<Option<Leased>, StoreError> {
    // Two workers of one PostgreSQL must not wait for each other: each takes what the other has not locked.
    let skip = match writer.dialect() {
        Dialect::Sqlite => "",
        Dialect::Postgres => "FOR UPDATE SKIP LOCKED",
    };
    let sql = format!(
        "UPDATE jobs SET state = 'running', attempts = attempts + 1, lease_owner = $1, lease_until = $2
         WHERE id = (SELECT id FROM jobs WHERE state = 'waiting' AND run_at <= $3 AND {}
                     ORDER BY priority, run_at, id LIMIT 1 {skip})
         RETURNING id, kind, payload, attempts",
        lane.filter(4)
    );
    let rows = writer.all_of(sql, args![owner, until, now, lane.kind()]).await?;
    rows.first().map(|row| leased(row, owner)).transpose()
}

fn leased(row: &Row, owner: Uuid) -> Result<Leased, StoreError> {
    Ok(Leased {
        id: row.get("id")?,
        kind: row.get("kind")?,
        payload: row.json("payload")?,
        attempts: row.get("attempts")?,
        owner,
    })
}

/// As [`take`], the job with this key and no other.
pub async fn take_one(
    writer: &mut Writer,
    dedup_key: &str,
    owner: Uuid,
    now: DateTime<Utc>,
    until: DateTime<Utc>,
) -> Result<Option<Leased>, StoreError> {
    let sql = "UPDATE jobs SET state = 'running', attempts = attempts + 1, lease_owner = $2, lease_until = $3
               WHERE dedup_key = $1 AND state = 'waiting' AND run_at <= $4 RETURNING id, kind, payload, attempts";
    writer.first(sql, args![dedup_key, owner, until, now]).await?.map(|row| leased(&row, owner)).transpose()
}

/// Whether any job of a lane may run.
pub async fn is_any_due(session: &mut impl Session, lane: Lane, now: DateTime<Utc>) -> Result<bool, StoreError> {
    let sql = format!("SELECT id FROM jobs WHERE state = 'waiting' AND run_at <= $1 AND {} LIMIT 1", lane.filter(2));
    Ok(!session.all_of(sql, args![now, lane.kind()]).await?.is_empty())
}

/// Keeps a job for longer; `false`: the lease was lost, and whoever holds the job now does its work.
pub async fn hold(writer: &mut Writer, job: &Leased, until: DateTime<Utc>) -> Result<bool, StoreError> {
    let held = writer
        .execute(
            "UPDATE jobs SET lease_until = $3 WHERE id = $1 AND lease_owner = $2 AND state = 'running'",
            args![job.id, job.owner, until],
        )
        .await?;
    Ok(held > 0)
}

/// Strikes a job off, in the transaction of its effect; `false`: the lease was lost, and the effect must not be
/// committed.
pub async fn finish(writer: &mut Writer, job: &Leased) -> Result<bool, StoreError> {
    let done = writer
        .execute("DELETE FROM jobs WHERE id = $1 AND lease_owner = $2 AND state = 'running'", args![job.id, job.owner])
        .await?;
    Ok(done > 0)
}

/// Puts a job that failed back, to run at `run_at`, or gives it up without one.
pub async fn fail(
    writer: &mut Writer,
    job: &Leased,
    reason: &str,
    run_at: Option<DateTime<Utc>>,
) -> Result<(), StoreError> {
    let state = if run_at.is_some() { "waiting" } else { "dead" };
    writer
        .execute(
            "UPDATE jobs SET state = $3, run_at = COALESCE($4, run_at), last_error = $5,
               lease_owner = NULL, lease_until = NULL
             WHERE id = $1 AND lease_owner = $2",
            args![job.id, job.owner, state, run_at, reason],
        )
        .await?;
    Ok(())
}

/// Puts the jobs back whose workers have vanished; those that did so too often are given up. Answers how many.
pub async fn recover(writer: &mut Writer, now: DateTime<Utc>, most_attempts: u32) -> Result<u64, StoreError> {
    writer
        .execute(
            "UPDATE jobs SET state = CASE WHEN attempts >= $2 THEN 'dead' ELSE 'waiting' END, run_at = $1,
               last_error = 'Its worker vanished.', lease_owner = NULL, lease_until = NULL
             WHERE state = 'running' AND lease_until < $1",
            args![now, most_attempts],
        )
        .await
}

/// The oldest jobs, those that were given up first; `limit` at most.
pub async fn list(session: &mut impl Session, limit: u32) -> Result<Vec<JobLine>, StoreError> {
    let rows = session
        .all(
            "SELECT id, kind, state, attempts, run_at, last_error, created_at FROM jobs
             ORDER BY CASE state WHEN 'dead' THEN 0 WHEN 'running' THEN 1 ELSE 2 END, created_at, id LIMIT $1",
            args![limit],
        )
        .await?;
    rows.iter().map(line).collect()
}

/// How many jobs are in each state.
pub async fn counts(session: &mut impl Session) -> Result<Vec<(String, i64)>, StoreError> {
    let rows = session.all("SELECT state, COUNT(*) AS number FROM jobs GROUP BY state", vec![]).await?;
    rows.iter().map(|row| Ok((row.get("state")?, row.get("number")?))).collect()
}

/// Makes jobs that were given up wait again, one or all of them; answers how many.
pub async fn retry(writer: &mut Writer, id: Option<Uuid>, now: DateTime<Utc>) -> Result<u64, StoreError> {
    writer
        .execute(
            "UPDATE jobs SET state = 'waiting', attempts = 0, run_at = $2
             WHERE state = 'dead' AND id = COALESCE($1, id)",
            args![id, now],
        )
        .await
}

fn line(row: &Row) -> Result<JobLine, StoreError> {
    Ok(JobLine {
        id: row.get("id")?,
        kind: row.get("kind")?,
        state: row.get("state")?,
        attempts: row.get("attempts")?,
        run_at: row.get("run_at")?,
        last_error: row.get_opt("last_error")?,
        created_at: row.get("created_at")?,
    })
}
