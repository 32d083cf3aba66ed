//! What a transaction waits for before it decides by what it reads.
//!
//! SQLite has one writer at a time, so what a transaction has read there stays true until it commits. On PostgreSQL
//! writers work side by side: a use case that reads and then writes takes one of these locks first, and the statements
//! behind it see everything that the one before it has committed. A lock ends with its transaction.
//!
//! To rule out deadlocks, locks are taken in this order: the moment of a change (by [`crate::windows::moment`]), a site's photos, then a work order (by
//! [`crate::work_orders::get_for_change`]), then a batch (by [`crate::batches::get_for_change`]), then one of its work
//! orders (by [`crate::batches::lock_work_order`]), then the name of a work order.

use fieldproof_domain::ids::SiteId;

use crate::{
    StoreError, Writer,
    db::{Dialect, Query as _, args},
};

/// One at a time adds photos to a site. So of two photos racing one sees the other, and `photo_hashes.seq` grows in the
/// order of commits: whoever has read up to a number has missed none below it.
pub async fn photos_of_site(writer: &mut Writer, site: SiteId) -> Result<(), StoreError> {
    if writer.dialect() == Dialect::Postgres {
        let (high, low) = site.0.as_u64_pair();
        writer.execute("SELECT pg_advisory_xact_lock($1)", args![(high ^ low).cast_signed()]).await?;
    }
    Ok(())
}

/// One at a time makes work orders of a name on a site, among those who look first whether there is one.
pub async fn work_order_name(writer: &mut Writer, site: SiteId, name: &str) -> Result<(), StoreError> {
    if writer.dialect() == Dialect::Postgres {
        let key = format!("work order name\n{site}\n{name}");
        writer.execute("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", args![key]).await?;
    }
    Ok(())
}
