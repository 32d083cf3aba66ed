//! The moments of changes, and the windows of time that hold them.
//!
//! A change has its moment before it is committed, so somebody who looks for the changes of a window when the window has
//! just ended might miss one that is still on its way. Therefore a window is closed before it is looked at: closing waits for
//! every transaction on the site that may have a moment in it, and those after it get a moment behind it, also from servers
//! whose clocks are late. So the dates in a file's name and the order of commits agree.
//!
//! SQLite has one writer at a time, which is all that it takes. On PostgreSQL changes share a lock, which closing takes for
//! itself for a moment. Its queue is fair: a site with changes at every moment cannot keep closing from its turn.

use chrono::{DateTime, Utc};
use fieldproof_domain::ids::SiteId;

use crate::{
    StoreError, Writer,
    db::{Dialect, Query as _, args},
    work_orders::WorkOrder,
};

/// The moment of a change on a site, which is `now` unless a window that ends later is closed: from here to the end of the
/// transaction, no window with this moment in it will be. It comes before every other lock of the transaction, since
/// whoever closes may be waiting in front.
pub async fn moment(writer: &mut Writer, site: SiteId, now: DateTime<Utc>) -> Result<DateTime<Utc>, StoreError> {
    if writer.dialect() == Dialect::Postgres {
        let sql = "SELECT pg_advisory_xact_lock_shared(hashtextextended($1, 0))";
        writer.execute(sql, args![lock(site)]).await?;
    }
    // A statement of its own: what one reads that has waited for a lock is older than the lock.
    let closed_until = match writer.first("SELECT closed_until FROM sites WHERE id = $1", args![site]).await? {
        Some(row) => row.get_opt("closed_until")?,
        None => None,
    };
    Ok(closed_until.map_or(now, |closed_until: DateTime<Utc>| closed_until.max(now)))
}

impl WorkOrder {
    /// The moment of a change to it, once it is locked, where [`moment`] is that of the transaction: not before its last
    /// change, which may come from a server whose clock is ahead. A window is looked for by the last change of each work order,
    /// so this one must not go back behind audit rows that tell of it.
    pub fn moment(&self, moment: DateTime<Utc>) -> DateTime<Utc> {
        moment.max(self.updated_at)
    }
}

/// Closes the site's time up to `until`, which must not lie in the future. When the transaction has ended, every change
/// with an earlier moment is committed.
pub async fn close(writer: &mut Writer, site: SiteId, until: DateTime<Utc>) -> Result<(), StoreError> {
    if writer.dialect() == Dialect::Postgres {
        writer.execute("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", args![lock(site)]).await?;
    }
    writer
        .execute(
            "UPDATE sites SET closed_until = $2 WHERE id = $1 AND (closed_until IS NULL OR closed_until < $2)",
            args![site, until],
        )
        .await?;
    Ok(())
}

fn lock(site: SiteId) -> String {
    format!("moments\n{site}")
}
