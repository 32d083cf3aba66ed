//! Lists of work orders: the same on every database, whichever index a page is read from.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use chrono::{DateTime, TimeDelta, Utc};
use fieldproof_domain::{
    ids::{AppVersionId, SiteId, WorkOrderId},
    work_order::Term,
};
use fieldproof_store::{
    Places, Store, app_versions,
    listing::{self, Filter, Period},
    sites, terms, work_orders,
};
use fieldproof_testkit::TestDatabase;
use serde_json::json;
use uuid::Uuid;

struct World {
    store: Store,
    orders: Vec<work_orders::WorkOrder>,
    _folder: tempfile::TempDir,
    _database: Option<TestDatabase>,
}

const SITE: SiteId = SiteId(Uuid::from_u128(2));
const OTHER: SiteId = SiteId(Uuid::from_u128(3));

fn at(minutes: u32) -> DateTime<Utc> {
    DateTime::from_timestamp(1_700_000_000, 0).unwrap() + TimeDelta::minutes(minutes.into())
}

/// Work order `n` of so many on a site: three share each minute of creation.
fn order(site: SiteId, n: u32) -> work_orders::WorkOrder {
    let version = AppVersionId(Uuid::from_u128(1));
    work_orders::WorkOrder {
        id: WorkOrderId(Uuid::from_u128(u128::from(n.wrapping_mul(2_654_435_761)) << 64 | site.0.as_u128())),
        site,
        app_version: version,
        name: format!("WO-{}", n % 7),
        metadata: json!({"region": (if n.is_multiple_of(2) { "North" } else { "South" }), "n": n})
            .as_object()
            .unwrap()
            .clone(),
        tags: vec!["all".into(), format!("tag-{}", n % 10)],
        types: vec![],
        user_group_ids: vec![],
        parameters: None,
        field_engineer: None,
        progress_score: (!n.is_multiple_of(11)).then_some((n % 101) as u8),
        review_date: n.is_multiple_of(5).then(|| at(n)),
        first_analysis: None,
        latest_analysis: None,
        created_at: at(n / 3),
        // Some are changed long after, so that the order of changes is another.
        updated_at: at(n / 3 + if n.is_multiple_of(13) { 5000 } else { 0 }),
    }
}

/// As many that a look at a common term does not see all.
const MANY: u32 = 2500;

async fn world() -> World {
    let folder = tempfile::tempdir().unwrap();
    let database = TestDatabase::make();
    let places = Places { database_url: database.as_ref().map(TestDatabase::url), ..Places::in_folder(folder.path()) };
    let store = Store::open(&places).await.unwrap();
    let version = AppVersionId(Uuid::from_u128(1));
    let mut writer = store.write().await.unwrap();
    let row = app_versions::AppVersion {
        id: version,
        name: "colours".into(),
        version: "1.0".into(),
        digest: "d".into(),
        files: vec![],
    };
    app_versions::insert(&mut writer, &row, at(0)).await.unwrap();
    for (id, name) in [(SITE, "main"), (OTHER, "other")] {
        sites::insert(&mut writer, &sites::Site { id, name: name.into(), app_version: version }, at(0)).await.unwrap();
    }
    let mut orders = Vec::new();
    for n in 0..MANY {
        let one = order(SITE, n);
        work_orders::insert(&mut writer, &one, &["after"]).await.unwrap();
        orders.push(one);
        if n < 30 {
            work_orders::insert(&mut writer, &order(OTHER, n), &["after"]).await.unwrap();
        }
    }
    writer.commit().await.unwrap();
    orders.sort_by_key(|order| std::cmp::Reverse((order.created_at, order.id)));
    World { store, orders, _folder: folder, _database: database }
}

impl World {
    /// The whole list, page by page, forth; and the same back.
    async fn walk(&self, filter: &Filter, limit: u32) -> Vec<work_orders::WorkOrder> {
        let mut snapshot = self.store.snapshot().await.unwrap();
        let mut pages = vec![listing::page(&mut snapshot, SITE, filter, None, limit).await.unwrap()];
        assert_eq!(pages[0].neighbours.previous, None);
        while let Some(next) = pages.last().unwrap().neighbours.next {
            let page = listing::page(&mut snapshot, SITE, filter, Some(next), limit).await.unwrap();
            assert!(!page.orders.is_empty() && page.orders.len() <= limit as usize);
            pages.push(page);
        }
        for pair in pages.windows(2).rev() {
            let cursor = pair[1].neighbours.previous;
            assert!(cursor.is_some());
            let back = listing::page(&mut snapshot, SITE, filter, cursor, limit).await.unwrap();
            assert_eq!(back.orders, pair[0].orders);
            assert_eq!(back.neighbours.previous, pair[0].neighbours.previous);
        }
        pages.into_iter().flat_map(|page| page.orders).collect()
    }
}

fn tag(text: &str) -> Term {
    Term::Tag(text.into())
}

#[tokio::test]
async fn every_filter_finds_what_a_look_at_each_work_order_finds() {
    let world = world().await;
    let south = || Term::Metadata { key: "region".into(), value: "South".into() };
    let day = |from: Option<u32>, to: Option<u32>| Period { from: from.map(at), to: to.map(at) };
    let cases = [
        Filter::default(),
        Filter { terms: vec![tag("tag-3")], ..Filter::default() },
        Filter { terms: vec![tag("all"), Term::Reviewed(true)], ..Filter::default() },
        Filter { terms: vec![tag("all"), Term::TaskGroup("after".into())], ..Filter::default() },
        Filter { terms: vec![Term::Name("WO-2".into()), tag("all"), south()], ..Filter::default() },
        Filter { terms: vec![tag("none")], ..Filter::default() },
        Filter { terms: vec![tag("tag-1"), tag("tag-2")], ..Filter::default() },
        Filter { created: day(Some(100), Some(250)), ..Filter::default() },
        Filter { created: day(Some(100), None), terms: vec![tag("tag-1")], ..Filter::default() },
        Filter { updated: day(Some(5000), None), ..Filter::default() },
        Filter { updated: day(Some(5000), Some(5100)), terms: vec![tag("all")], ..Filter::default() },
        Filter { updated: day(None, Some(700)), ..Filter::default() },
        Filter { updated: day(None, Some(700)), created: day(None, Some(5)), ..Filter::default() },
        Filter { progress_min: Some(90), ..Filter::default() },
        Filter { progress_min: Some(20), progress_max: Some(30), terms: vec![south()], ..Filter::default() },
    ];
    for filter in cases {
        let within =
            |time, period: Period| period.from.is_none_or(|from| time >= from) && period.to.is_none_or(|to| time < to);
        let fits = |order: &&work_orders::WorkOrder| {
            let holds = |term: &Term| match term {
                Term::Name(name) => order.name == *name,
                Term::Tag(tag) => order.tags.contains(tag),
                Term::Metadata { key, value } => order.metadata[key] == json!(value),
                Term::Reviewed(reviewed) => order.review_date.is_some() == *reviewed,
                _ => true,
            };
            filter.terms.iter().all(holds)
                && within(order.created_at, filter.created)
                && within(order.updated_at, filter.updated)
                && filter.progress_min.is_none_or(|min| order.progress_score >= Some(min))
                && filter.progress_max.is_none_or(|max| order.progress_score.is_some_and(|score| score <= max))
        };
        let expected: Vec<_> = world.orders.iter().filter(fits).cloned().collect();
        let found = world.walk(&filter, 190).await;
        let names = |orders: &[work_orders::WorkOrder]| orders.iter().map(|order| order.id).collect::<Vec<_>>();
        assert_eq!(names(&found), names(&expected), "{filter:?}");
        assert_eq!(found, expected, "{filter:?}");
    }
}

#[tokio::test]
async fn terms_follow_the_work_order_and_go_with_it() {
    let world = world().await;
    let found = |term: Term| {
        let store = &world.store;
        async move {
            let filter = Filter { terms: vec![term], ..Filter::default() };
            let page = listing::page(&mut store.snapshot().await.unwrap(), SITE, &filter, None, 10).await.unwrap();
            page.orders.into_iter().map(|order| order.id).collect::<Vec<_>>()
        }
    };
    let mut order = world.orders[17].clone();
    let long = "x".repeat(5000);
    // More than one statement can write.
    order.metadata = (0..9000).map(|n| (format!("key-{n}"), json!(n))).collect();
    order.tags = vec![long.clone()];
    let mut writer = world.store.write().await.unwrap();
    work_orders::update(&mut writer, &order, &["before"]).await.unwrap();
    writer.commit().await.unwrap();
    assert_eq!(found(tag(&long)).await, [order.id]);
    assert_eq!(found(Term::TaskGroup("before".into())).await, [order.id]);
    assert_eq!(found(Term::Metadata { key: "key-8999".into(), value: "8999".into() }).await, [order.id]);
    assert_eq!(found(Term::Metadata { key: "n".into(), value: order.name }).await, []);
    let mut writer = world.store.write().await.unwrap();
    work_orders::delete(&mut writer, order.id).await.unwrap();
    writer.commit().await.unwrap();
    assert_eq!(found(tag(&long)).await, []);
    assert!(!terms::are_missing(&mut world.store.read().await.unwrap()).await.unwrap());
}
