//! One page of a site's work orders, newest first.
//!
//! A page costs what it shows and not what the site holds: the rows are read in the order of the list, from an index
//! that holds only those that one of the filters lets through. Which filter that is, is decided by [`drive`].

mod drive;
mod statement;

use chrono::{DateTime, TimeDelta, Utc};
use fieldproof_domain::{
    ids::SiteId,
    paging::{Cursor, Direction, Neighbours, Position},
    work_order::Term,
};

use crate::{
    Snapshot, StoreError,
    db::{Dialect, Query as _},
    work_orders::{WorkOrder, read},
};

/// How far the clocks of servers on one database may be apart.
const CLOCK_SKEW: TimeDelta = TimeDelta::days(1);

/// Which work orders are wanted: those that fit all of it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Filter {
    /// Each must hold.
    pub terms: Vec<Term>,
    /// When they were created.
    pub created: Period,
    /// When they were last changed or analysed.
    pub updated: Period,
    /// The least progress score, 0..=100. A work order without a score has none of any.
    pub progress_min: Option<u8>,
    /// The greatest progress score, 0..=100.
    pub progress_max: Option<u8>,
}

/// A period of time; an end that is `None` is open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Period {
    /// Its first moment.
    pub from: Option<DateTime<Utc>>,
    /// The first moment after it.
    pub to: Option<DateTime<Utc>>,
}

/// A page, newest first.
#[derive(Clone, Debug, PartialEq)]
pub struct Page {
    /// At most as many as were wanted.
    pub orders: Vec<WorkOrder>,
    /// Where the pages beside it begin.
    pub neighbours: Neighbours,
}

/// The page that begins at `cursor` (`None`: with the newest), of at most `limit` work orders.
pub async fn page(
    session: &mut Snapshot,
    site: SiteId,
    filter: &Filter,
    cursor: Option<Cursor>,
    limit: u32,
) -> Result<Page, StoreError> {
    read_in_order(session).await?;
    let span = Span::of(filter, cursor);
    let direction = cursor.map_or(Direction::Older, |cursor| cursor.direction);
    let driver = drive::choose(session, site, filter, span, direction).await?;
    // One more than wanted tells whether there are others behind the page.
    let (sql, args) = statement::page(site, filter, driver, span, direction, limit.saturating_add(1));
    let rows = session.all_of(sql, args).await?;
    let mut orders = rows.iter().map(read).collect::<Result<Vec<_>, _>>()?;
    let limit = limit as usize;
    let more = orders.len() > limit;
    orders.truncate(limit);
    if direction == Direction::Newer {
        orders.reverse();
    }
    let positions: Vec<_> =
        orders.iter().map(|order| Position { created_at: order.created_at, id: order.id.0 }).collect();
    Ok(Page { orders, neighbours: Neighbours::of(cursor, &positions, more) })
}

/// Holds PostgreSQL, for this transaction, to reading the driver in its order and looking the rest up for each entry.
/// It multiplies guesses of how much each filter lets through, and where several do it expects so few work orders that
/// it would rather read and sort all of them than stop at the end of the page.
async fn read_in_order(session: &mut Snapshot) -> Result<(), StoreError> {
    if session.dialect() == Dialect::Postgres {
        session
            .first(
                "SELECT set_config('enable_hashjoin', 'off', true), set_config('enable_mergejoin', 'off', true),
                   set_config('enable_sort', 'off', true), set_config('enable_bitmapscan', 'off', true),
                   set_config('jit', 'off', true), set_config('plan_cache_mode', 'force_custom_plan', true)",
                vec![],
            )
            .await?;
    }
    Ok(())
}

/// The part of the list that can hold the page: both ends are positions that are not in it. One pair for all that
/// limits it, since databases search an index by one bound on each side.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Span {
    after: Option<Position>,
    before: Option<Position>,
}

impl Span {
    fn of(filter: &Filter, cursor: Option<Cursor>) -> Self {
        let mut after = filter.created.from.map(|from| Position::first_at(from).just_older());
        let mut before = filter.created.to.map(Position::first_at);
        let lower = |one: Option<Position>, other| Some(one.map_or(other, |one| one.min(other)));
        // Nothing is changed before it is created.
        if let Some(to) = filter.updated.to.and_then(|to| to.checked_add_signed(CLOCK_SKEW)) {
            before = lower(before, Position::first_at(to));
        }
        match cursor {
            Some(Cursor { direction: Direction::Older, from }) => before = lower(before, from),
            Some(Cursor { direction: Direction::Newer, from }) => after = after.max(Some(from)),
            None => {}
        }
        Self { after, before }
    }
}
