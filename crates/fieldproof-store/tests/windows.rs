//! What is committed after a window was closed is not in it, whatever was said of its time.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::{
    collections::HashSet,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use chrono::{DateTime, TimeDelta, Utc};
use fieldproof_domain::{
    export::Window,
    ids::{AppVersionId, SiteId, WorkOrderId},
};
use fieldproof_store::{
    Places, Store, app_versions, exports, sites, windows,
    work_orders::{self, WorkOrder},
};
use fieldproof_testkit::TestDatabase;
use serde_json::Map;
use uuid::Uuid;

const VERSION: AppVersionId = AppVersionId(Uuid::from_u128(1));
const SITE: SiteId = SiteId(Uuid::from_u128(2));
const OTHER: SiteId = SiteId(Uuid::from_u128(4));

/// Two servers on one database.
struct World {
    stores: [Arc<Store>; 2],
    _folder: tempfile::TempDir,
    _database: Option<TestDatabase>,
}

fn at(second: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_700_000_000 + second, 0).unwrap()
}

async fn world() -> World {
    let folder = tempfile::tempdir().unwrap();
    let database = TestDatabase::make();
    let places = Places { database_url: database.as_ref().map(TestDatabase::url), ..Places::in_folder(folder.path()) };
    let stores = [Arc::new(Store::open(&places).await.unwrap()), Arc::new(Store::open(&places).await.unwrap())];
    let mut writer = stores[0].write().await.unwrap();
    let row = app_versions::AppVersion {
        id: VERSION,
        name: "colours".into(),
        version: "1.0".into(),
        digest: "d".into(),
        files: vec![],
    };
    app_versions::insert(&mut writer, &row, at(0)).await.unwrap();
    for (id, name) in [(SITE, "main"), (OTHER, "other")] {
        let site = sites::Site { id, name: name.into(), app_version: VERSION };
        sites::insert(&mut writer, &site, at(0)).await.unwrap();
    }
    writer.commit().await.unwrap();
    World { stores, _folder: folder, _database: database }
}

async fn moment(store: &Store, site: SiteId, now: DateTime<Utc>) -> DateTime<Utc> {
    let mut writer = store.write().await.unwrap();
    let moment = windows::moment(&mut writer, site, now).await.unwrap();
    writer.commit().await.unwrap();
    moment
}

async fn close(store: &Store, site: SiteId, until: DateTime<Utc>) {
    let mut writer = store.write().await.unwrap();
    windows::close(&mut writer, site, until).await.unwrap();
    writer.commit().await.unwrap();
}

#[tokio::test]
async fn a_late_clock_gets_no_moment_in_a_closed_window() {
    let world = world().await;
    let [one, other] = &world.stores;
    assert_eq!(moment(other, SITE, at(5)).await, at(5));
    close(one, SITE, at(10)).await;
    assert_eq!(moment(other, SITE, at(8)).await, at(10));
    assert_eq!(moment(other, SITE, at(12)).await, at(12));
    assert_eq!(moment(other, OTHER, at(8)).await, at(8), "sites have windows of their own");
    close(one, SITE, at(7)).await;
    assert_eq!(moment(other, SITE, at(8)).await, at(10), "what is closed stays closed");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn closing_waits_for_changes_that_are_on_their_way() {
    let world = world().await;
    let [one, other] = &world.stores;
    let mut writer = other.write().await.unwrap();
    assert_eq!(windows::moment(&mut writer, SITE, at(5)).await.unwrap(), at(5));
    let closing = tokio::spawn({
        let one = Arc::clone(one);
        async move { close(&one, SITE, at(10)).await }
    });
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert!(!closing.is_finished(), "it must not be closed while a change in it is not committed");
    writer.commit().await.unwrap();
    tokio::time::timeout(Duration::from_secs(20), closing).await.unwrap().unwrap();
}

/// The work orders of a window.
async fn changed(store: &Store, window: Window) -> Vec<WorkOrderId> {
    let mut snapshot = store.snapshot().await.unwrap();
    let mut found = Vec::new();
    let mut after = None;
    loop {
        let page = exports::changed(&mut snapshot, SITE, window, after, 100).await.unwrap();
        let Some(last) = page.last() else { return found };
        after = Some(last.place());
        found.extend(page.iter().map(|changed| changed.order.id));
    }
}

fn order(id: Uuid, moment: DateTime<Utc>) -> WorkOrder {
    WorkOrder {
        id: WorkOrderId(id),
        site: SITE,
        app_version: VERSION,
        name: "WO".into(),
        metadata: Map::new(),
        tags: vec![],
        types: vec![],
        user_group_ids: vec![],
        parameters: None,
        field_engineer: None,
        progress_score: None,
        review_date: None,
        first_analysis: None,
        latest_analysis: None,
        created_at: moment,
        updated_at: moment,
    }
}

/// Eight make work orders without a pause, with clocks that go wrong by up to two seconds, while one window after the other
/// is closed: what is in it then is what is in it for ever, and every work order is in one of them.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
#[expect(clippy::disallowed_methods, reason = "real time passes between real transactions")]
async fn nothing_slips_into_a_closed_window() {
    let world = world().await;
    let (stop, start) = (Arc::new(AtomicBool::new(false)), Utc::now() - TimeDelta::seconds(5));
    let changing = (0..8_u32).map(|number| {
        let (store, stop) = (Arc::clone(&world.stores[number as usize % 2]), Arc::clone(&stop));
        tokio::spawn(async move {
            let mut made = 0_u32;
            while !stop.load(Ordering::Relaxed) {
                let now = Utc::now() + TimeDelta::milliseconds(i64::from(number) * 500 - 2000);
                let mut writer = store.write().await.unwrap();
                let moment = windows::moment(&mut writer, SITE, now).await.unwrap();
                let id = Uuid::from_u128(u128::from(number) << 32 | u128::from(made));
                work_orders::insert(&mut writer, &order(id, moment), &[]).await.unwrap();
                // Some take their time.
                if made % 10 == number {
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
                writer.commit().await.unwrap();
                made += 1;
            }
            made
        })
    });
    let changing: Vec<_> = changing.collect();
    let mut seen = Vec::new();
    let mut from = start;
    for _ in 0..12 {
        tokio::time::sleep(Duration::from_millis(100)).await;
        let window = Window { from, to: Utc::now() };
        tokio::time::timeout(Duration::from_secs(20), close(&world.stores[0], SITE, window.to))
            .await
            .expect("its turn");
        seen.push((window, changed(&world.stores[1], window).await));
        from = window.to;
    }
    stop.store(true, Ordering::Relaxed);
    let mut made = 0;
    for changing in changing {
        made += changing.await.unwrap() as usize;
    }
    for (window, then) in &seen {
        assert_eq!(&changed(&world.stores[0], *window).await, then, "{window:?}");
    }
    let rest = changed(&world.stores[0], Window { from, to: Utc::now() + TimeDelta::days(1) }).await;
    let in_windows: Vec<_> = seen.into_iter().flat_map(|(_, ids)| ids).chain(rest).collect();
    let different: HashSet<_> = in_windows.iter().collect();
    assert_eq!((in_windows.len(), different.len()), (made, made), "each in one window");
    assert!(made > 20, "{made} are too few to say anything");
}
