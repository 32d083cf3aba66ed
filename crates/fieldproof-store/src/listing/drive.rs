//! Which index a page is read from.

use fieldproof_domain::{ids::SiteId, paging::Direction};

use super::{
    Filter, Span,
    statement::{Builder, order},
};
use crate::{
    Session, StoreError,
    db::{Query as _, Value},
};

/// Index entries that are looked at of each candidate before one is chosen. As many as that can be read in any order and
/// sorted at no cost worth speaking of.
pub(super) const LOOK: u32 = 1000;

/// What a page is read from; everything else that is asked for is looked up for each entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Driver {
    /// Every work order of the site, in the order of the list.
    Created,
    /// Those that share this one of the filter's terms, in the order of the list.
    Term(usize),
    /// Those that were changed in the period; only when they are few, since they have to be sorted.
    Updated,
    /// Those with such a score; only when they are few, since they have to be sorted.
    Score,
}

impl Driver {
    /// Whether its index is in the order of the list.
    pub(super) fn is_in_order(self) -> bool {
        matches!(self, Self::Created | Self::Term(_))
    }
}

/// The driver that reads the fewest entries, as far as a short look at each candidate tells: a page of a rare tag among
/// many of a common type must not read all of the type, nor a page of what has changed since yesterday all there is.
///
/// Where all are many, it is the term whose entries lie farthest apart where the page begins.
pub(super) async fn choose(
    session: &mut impl Session,
    site: SiteId,
    filter: &Filter,
    span: Span,
    direction: Direction,
) -> Result<Driver, StoreError> {
    // Where all look the same, the first in the order of terms.
    let mut terms: Vec<_> = (0..filter.terms.len()).collect();
    terms.sort_by_key(|at| filter.terms.get(*at));
    let fallback = terms.first().map_or(Driver::Created, |at| Driver::Term(*at));
    let mut candidates: Vec<_> = terms.into_iter().map(Driver::Term).collect();
    if filter.updated.from.is_some() || filter.updated.to.is_some() {
        candidates.push(Driver::Updated);
    }
    if filter.progress_min.is_some() || filter.progress_max.is_some() {
        candidates.push(Driver::Score);
    }
    if candidates == [fallback] || candidates.is_empty() {
        return Ok(fallback);
    }
    let (sql, args) = look(site, filter, &candidates, span, direction);
    let mut few: Vec<(u32, u32)> = Vec::new();
    let mut farthest: Option<(i64, Driver)> = None;
    for row in &session.all_of(sql, args).await? {
        let (entries, number): (u32, u32) = (row.get("entries")?, row.get("candidate")?);
        let Some(candidate) = candidates.get(number as usize).copied() else { continue };
        if entries < LOOK {
            few.push((entries, number));
        } else if candidate.is_in_order() {
            let last: i64 = row.get("last_at")?;
            let reach = if direction == Direction::Older { -last } else { last };
            if farthest.is_none_or(|(other, _)| reach > other) {
                farthest = Some((reach, candidate));
            }
        }
    }
    let fewest = few.into_iter().min().and_then(|(_, number)| candidates.get(number as usize).copied());
    Ok(fewest.or(farthest.map(|(_, candidate)| candidate)).unwrap_or(fallback))
}

/// How many entries each candidate has, up to [`LOOK`], and when the work order of the last one was created.
fn look(
    site: SiteId,
    filter: &Filter,
    candidates: &[Driver],
    span: Span,
    direction: Direction,
) -> (String, Vec<Value>) {
    let mut statement = Builder::default();
    let last = if direction == Direction::Older { "min" } else { "max" };
    let looks: Vec<_> = candidates
        .iter()
        .enumerate()
        .map(|(number, candidate)| {
            // An index in another order is read for what is not in the span too.
            let span = if candidate.is_in_order() { span } else { Span::default() };
            let order = if candidate.is_in_order() { order(direction, "") } else { String::new() };
            let entries = statement.entries(site, filter, *candidate, span);
            format!(
                "SELECT CAST({number} AS BIGINT) AS candidate, count(*) AS entries, {last}(created_at) AS last_at
                 FROM ({entries} {order} LIMIT {LOOK}) AS c{number}"
            )
        })
        .collect();
    (looks.join(" UNION ALL "), statement.args)
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, TimeDelta, Utc};
    use fieldproof_domain::{
        ids::{AppVersionId, WorkOrderId},
        paging::Position,
        work_order::Term,
    };
    use fieldproof_testkit::TestDatabase;
    use serde_json::json;
    use uuid::Uuid;

    use super::*;
    use crate::{
        Places, Store, app_versions,
        db::Dialect,
        listing::{Period, statement},
        sites,
        work_orders::{self, WorkOrder},
    };

    const SITE: SiteId = SiteId(Uuid::from_u128(1));
    const VERSION: AppVersionId = AppVersionId(Uuid::from_u128(2));
    /// Three times what a look sees.
    const MANY: u32 = 3 * LOOK;

    fn at(n: u32) -> DateTime<Utc> {
        DateTime::from_timestamp(1_700_000_000, 0).unwrap() + TimeDelta::minutes(n.into())
    }

    /// Work order `n`; the larger, the newer.
    fn order(n: u32) -> WorkOrder {
        let tags = [("half", n.is_multiple_of(2)), ("old", n < MANY / 2), ("rare", n.is_multiple_of(LOOK))];
        WorkOrder {
            id: WorkOrderId(Uuid::from_u128(n.into())),
            site: SITE,
            app_version: VERSION,
            name: "WO".into(),
            metadata: json!({"region": "North"}).as_object().unwrap().clone(),
            tags: tags.iter().filter(|(_, has)| *has).map(|(tag, _)| (*tag).to_owned()).collect(),
            types: vec![],
            user_group_ids: vec![],
            parameters: None,
            field_engineer: None,
            progress_score: Some((n % 100) as u8),
            review_date: None,
            first_analysis: None,
            latest_analysis: None,
            created_at: at(n),
            updated_at: at(if n < 10 { 2 * MANY } else { n }),
        }
    }

    async fn filled(folder: &std::path::Path, database: Option<&TestDatabase>) -> Store {
        let places = Places { database_url: database.map(TestDatabase::url), ..Places::in_folder(folder) };
        let store = Store::open(&places).await.unwrap();
        let mut writer = store.write().await.unwrap();
        let [name, version, digest] = ["a", "1.0", "d"].map(str::to_owned);
        let version = app_versions::AppVersion { id: VERSION, name, version, digest, files: vec![] };
        app_versions::insert(&mut writer, &version, at(0)).await.unwrap();
        let site = sites::Site { id: SITE, name: "main".into(), app_version: VERSION };
        sites::insert(&mut writer, &site, at(0)).await.unwrap();
        let orders: Vec<_> = (0..MANY).map(order).collect();
        let orders: Vec<_> = orders.iter().map(|order| (order, &[][..])).collect();
        work_orders::insert_all(&mut writer, &orders).await.unwrap();
        writer.commit().await.unwrap();
        store
    }

    fn tags<const N: usize>(tags: [&str; N]) -> Vec<Term> {
        tags.map(|tag| Term::Tag(tag.into())).into()
    }

    #[tokio::test]
    async fn the_sparsest_drives() {
        let (folder, database) = (tempfile::tempdir().unwrap(), TestDatabase::make());
        let store = filled(folder.path(), database.as_ref()).await;
        let region = Term::Metadata { key: "region".into(), value: "North".into() };
        let from = |n| Period { from: Some(at(n)), to: None };
        let with = |terms: Vec<Term>| Filter { terms, ..Filter::default() };
        let oldest = Span { after: Some(Position::first_at(at(0))), before: None };
        let (newest, older, newer) = (Span::default(), Direction::Older, Direction::Newer);
        let cases = [
            (Filter::default(), newest, older, Driver::Created),
            (with(tags(["half", "rare"])), newest, older, Driver::Term(1)),
            // Not the first in the order of terms.
            (with(vec![region.clone(), Term::Tag("half".into())]), newest, older, Driver::Term(1)),
            // Of the newest none is old, so that a page skips them; of the oldest all are.
            (with(tags(["half", "old"])), newest, older, Driver::Term(1)),
            (with(tags(["half", "old"])), oldest, newer, Driver::Term(0)),
            (Filter { updated: from(MANY), ..Filter::default() }, newest, older, Driver::Updated),
            (Filter { updated: from(10), ..Filter::default() }, newest, older, Driver::Created),
            (Filter { updated: from(MANY), ..with(tags(["half", "rare"])) }, newest, older, Driver::Term(1)),
            (Filter { progress_min: Some(98), ..with(tags(["half"])) }, newest, older, Driver::Score),
            (Filter { progress_max: Some(98), ..with(tags(["half"])) }, newest, older, Driver::Term(0)),
            (Filter { progress_max: Some(98), ..Filter::default() }, newest, older, Driver::Created),
        ];
        let mut reader = store.read().await.unwrap();
        for (filter, span, direction, expected) in cases {
            let chosen = choose(&mut reader, SITE, &filter, span, direction).await.unwrap();
            assert_eq!(chosen, expected, "{filter:?} {direction:?}");
        }
    }

    /// PostgreSQL would read such small tables from end to end.
    #[tokio::test]
    async fn sqlite_reads_the_index_of_the_driver() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&Places::in_folder(folder.path())).await.unwrap();
        let mut reader = store.read().await.unwrap();
        assert_eq!(reader.dialect(), Dialect::Sqlite);
        let filter = Filter {
            terms: tags(["half"]),
            updated: Period { from: Some(at(1)), to: Some(at(2)) },
            progress_min: Some(1),
            progress_max: Some(9),
            ..Filter::default()
        };
        let span = Span { after: Some(Position::first_at(at(0))), before: Some(Position::first_at(at(9))) };
        for (driver, index) in [
            (Driver::Created, "USING COVERING INDEX work_orders_by_site (site_id=? AND (created_at,id)"),
            (Driver::Term(0), "USING PRIMARY KEY (site_id=? AND term=? AND (created_at,work_order_id)"),
            (
                Driver::Updated,
                "USING COVERING INDEX work_orders_by_update (site_id=? AND updated_at>? AND updated_at<?)",
            ),
            (
                Driver::Score,
                "USING COVERING INDEX work_orders_by_score (site_id=? AND progress_score>? AND progress_score<?)",
            ),
        ] {
            for direction in [Direction::Older, Direction::Newer] {
                let (sql, args) = statement::page(SITE, &filter, driver, span, direction, 100);
                let rows = reader.all_of(format!("EXPLAIN QUERY PLAN {sql}"), args).await.unwrap();
                let plan: Vec<String> = rows.iter().map(|row| row.get("detail").unwrap()).collect();
                assert!(plan.iter().any(|step| step.contains(index)), "{driver:?}: {plan:#?}");
                let sorted = plan.iter().any(|step| step.contains("TEMP B-TREE FOR ORDER BY"));
                assert_eq!(sorted, !driver.is_in_order(), "{driver:?}: {plan:#?}");
            }
        }
    }
}
