//! Walking through a list page by page, newest first, while others add and delete.
//!
//! A page begins where an entry of the list stands, not after so many of them: what comes or goes elsewhere moves nothing.

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

/// Where an entry of a list, such as a work order, stands: by its creation, to the microsecond, and by its id among those of the same time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// When it was created.
    pub created_at: DateTime<Utc>,
    /// Its id.
    pub id: Uuid,
}

impl Position {
    /// The oldest position of that time.
    pub fn first_at(created_at: DateTime<Utc>) -> Self {
        Self { created_at, id: Uuid::nil() }
    }

    /// The next older position: what is newer than it is this one or newer than this one.
    pub fn just_older(self) -> Self {
        match self.id.as_u128().checked_sub(1) {
            Some(id) => Self { id: Uuid::from_u128(id), ..self },
            None => Self {
                created_at: self.created_at.checked_sub_signed(TimeDelta::microseconds(1)).unwrap_or(self.created_at),
                id: Uuid::max(),
            },
        }
    }

    /// The next newer position: what is older than it is this one or older than this one.
    pub fn just_newer(self) -> Self {
        match self.id.as_u128().checked_add(1) {
            Some(id) => Self { id: Uuid::from_u128(id), ..self },
            None => Self::first_at(
                self.created_at.checked_add_signed(TimeDelta::microseconds(1)).unwrap_or(self.created_at),
            ),
        }
    }
}

/// Which way a walk goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// To the next page.
    Older,
    /// To the previous page.
    Newer,
}

/// Where a page begins: beside `from`, which is not on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// Which way.
    pub direction: Direction,
    /// From where.
    pub from: Position,
}

/// The pages beside a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Neighbours {
    /// `None`: nothing is newer.
    pub previous: Option<Cursor>,
    /// `None`: nothing is older.
    pub next: Option<Cursor>,
}

impl Neighbours {
    /// Of the page that begins at `cursor` (`None`: with the newest) and holds `page`, newest first; `more`: there are
    /// others behind it in the cursor's direction.
    pub fn of(cursor: Option<Cursor>, page: &[Position], more: bool) -> Self {
        let older_than = |from| Cursor { direction: Direction::Older, from };
        let newer_than = |from| Cursor { direction: Direction::Newer, from };
        let previous = page.first().copied().map(newer_than);
        let next = page.last().copied().map(older_than);
        match cursor {
            None => Self { previous: None, next: next.filter(|_| more) },
            // On an empty page the way back begins with the very entry that the way here came from.
            Some(Cursor { direction: Direction::Older, from }) => {
                Self { previous: previous.or_else(|| Some(newer_than(from.just_older()))), next: next.filter(|_| more) }
            }
            Some(Cursor { direction: Direction::Newer, from }) => {
                Self { previous: previous.filter(|_| more), next: next.or_else(|| Some(older_than(from.just_newer()))) }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    fn position((time, id): (u8, u8)) -> Position {
        let id = if id == 9 { u128::MAX } else { u128::from(id) };
        let created_at = DateTime::from_timestamp_micros(i64::from(time)).unwrap();
        Position { created_at, id: Uuid::from_u128(id) }
    }

    /// What a store does.
    fn page(all: &BTreeSet<Position>, cursor: Option<Cursor>, limit: usize) -> (Vec<Position>, Neighbours) {
        let mut found: Vec<_> = match cursor {
            None => all.iter().rev().copied().collect(),
            Some(Cursor { direction: Direction::Older, from }) => {
                all.iter().rev().filter(|at| **at < from).copied().collect()
            }
            Some(Cursor { direction: Direction::Newer, from }) => {
                all.iter().filter(|at| **at > from).copied().collect()
            }
        };
        let more = found.len() > limit;
        found.truncate(limit);
        if cursor.is_some_and(|cursor| cursor.direction == Direction::Newer) {
            found.reverse();
        }
        let neighbours = Neighbours::of(cursor, &found, more);
        (found, neighbours)
    }

    fn positions() -> impl Strategy<Value = BTreeSet<Position>> {
        prop::collection::btree_set((0_u8..5, 0_u8..10).prop_map(position), 0..40)
    }

    proptest! {
        #[test]
        fn beside_a_position_there_is_none_between(at in (1_u8..5, 0_u8..10).prop_map(position)) {
            prop_assert!(at.just_older() < at && at < at.just_newer());
            prop_assert_eq!(at.just_older().just_newer(), at);
            prop_assert_eq!(at.just_newer().just_older(), at);
        }

        #[test]
        fn forth_and_back_see_the_same_in_the_same_order(all in positions(), limit in 1_usize..7) {
            let (mut seen, mut at) = page(&all, None, limit);
            prop_assert_eq!(at.previous, None);
            let mut cursor = None;
            while at.next.is_some() {
                cursor = at.next;
                let (more, neighbours) = page(&all, cursor, limit);
                prop_assert!(!more.is_empty());
                seen.extend(more);
                at = neighbours;
            }
            prop_assert_eq!(&seen, &all.iter().rev().copied().collect::<Vec<_>>());
            let (last, _) = page(&all, cursor, limit);
            let mut back: Vec<Vec<_>> = vec![last];
            while at.previous.is_some() {
                let (newer, neighbours) = page(&all, at.previous, limit);
                back.push(newer);
                at = neighbours;
            }
            prop_assert_eq!(seen, back.into_iter().rev().flatten().collect::<Vec<_>>());
        }

        #[test]
        fn what_stays_is_seen_once_whatever_comes_and_goes(
            all in positions(), changes in prop::collection::vec(prop::collection::vec((0_u8..5, 0_u8..10), 0..6), 12),
            limit in 1_usize..7,
        ) {
            let (mut now, mut kept, mut seen) = (all.clone(), all, Vec::new());
            let mut cursor = None;
            let mut changes = changes.into_iter();
            loop {
                let (found, at) = page(&now, cursor, limit);
                seen.extend(found);
                cursor = at.next;
                if cursor.is_none() { break }
                for change in changes.next().unwrap_or_default() {
                    let change = position(change);
                    if now.remove(&change) { kept.remove(&change); } else { now.insert(change); }
                }
            }
            prop_assert!(seen.windows(2).all(|pair| pair[0] > pair[1]), "newest first, none twice");
            prop_assert!(kept.iter().all(|at| seen.contains(at)));
        }

        #[test]
        fn an_empty_page_leads_back_to_where_the_walk_came_from(all in positions(), at in (0_u8..5, 0_u8..10).prop_map(position)) {
            let older: BTreeSet<_> = all.iter().filter(|p| **p >= at).copied().chain([at]).collect();
            let (found, beside) = page(&older, Some(Cursor { direction: Direction::Older, from: at }), 3);
            prop_assert!(found.is_empty());
            prop_assert_eq!(page(&older, beside.previous, 1).0, [at]);
            let newer: BTreeSet<_> = all.iter().filter(|p| **p <= at).copied().chain([at]).collect();
            let (found, beside) = page(&newer, Some(Cursor { direction: Direction::Newer, from: at }), 3);
            prop_assert!(found.is_empty());
            prop_assert_eq!(page(&newer, beside.next, 1).0, [at]);
        }
    }
}
