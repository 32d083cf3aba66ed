//! Holds: while one is in force, no photo is erased.
//!
//! A backup needs every photo that its rows name until it has copied it, and rows may be deleted meanwhile. So it takes
//! a hold, commits it, and only then begins its snapshot; whoever erases looks for holds after the deletion has been
//! committed. That is enough, without any lock:
//!
//! - A photo that the snapshot names was deleted, if at all, after the snapshot began, so after the hold was there. The
//!   eraser looks later still, sees the hold, and leaves the photo listed for another time.
//! - When the eraser looked and saw no hold, the deletions whose photos it has were committed before the hold, so before
//!   the snapshot, which does not name these photos. It may take its time in erasing them.
//!
//! A hold is a lease: its owner renews it, and one whose owner is gone ends by itself. Machines that share a database
//! must agree on the time within a few minutes, as they must for links anyway.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::{
    Session, StoreError, Writer,
    db::{Query as _, args},
};

/// Takes a hold, and removes those that have run out.
pub async fn take(
    writer: &mut Writer,
    id: Uuid,
    reason: &str,
    now: DateTime<Utc>,
    until: DateTime<Utc>,
) -> Result<(), StoreError> {
    writer.execute("DELETE FROM holds WHERE until <= $1", args![now]).await?;
    writer.execute("INSERT INTO holds (id, reason, until) VALUES ($1, $2, $3)", args![id, reason, until]).await?;
    Ok(())
}

/// Makes a hold last until then; `false` when it has run out before, so that photos may have been erased.
pub async fn renew(
    writer: &mut Writer,
    id: Uuid,
    now: DateTime<Utc>,
    until: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let renewed =
        writer.execute("UPDATE holds SET until = $3 WHERE id = $1 AND until > $2", args![id, now, until]).await?;
    Ok(renewed == 1)
}

/// Ends a hold.
pub async fn release(writer: &mut Writer, id: Uuid) -> Result<(), StoreError> {
    writer.execute("DELETE FROM holds WHERE id = $1", args![id]).await?;
    Ok(())
}

/// Whether nothing may be erased now. To be asked after the deletion of what is to be erased has been committed.
pub async fn in_force(session: &mut impl Session, now: DateTime<Utc>) -> Result<bool, StoreError> {
    Ok(session.first("SELECT 1 AS one FROM holds WHERE until > $1 LIMIT 1", args![now]).await?.is_some())
}
