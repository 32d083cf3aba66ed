//! What every use case relies on: transactions, sites that keep apart, and deletion that leaves nothing behind.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use bytes::Bytes;
use chrono::DateTime;
use fieldproof_domain::{
    ids::{AnalysisId, AppVersionId, InputId, SiteId, UserId, WorkOrderId},
    observation::PerceptualHash,
    role::Role,
};
use fieldproof_store::{
    Places, Store, analyses, app_versions, audit, copy, erasures, inputs, photo_hashes, sites, thumbnails, tokens,
    users, work_orders,
};
use fieldproof_testkit::TestDatabase;
use serde_json::{Map, json};
use uuid::Uuid;

struct World {
    store: Store,
    site: SiteId,
    user: UserId,
    version: AppVersionId,
    _folder: tempfile::TempDir,
    _database: Option<TestDatabase>,
}

fn now() -> DateTime<chrono::Utc> {
    DateTime::from_timestamp_micros(1_685_362_331_584_841).unwrap()
}

async fn world() -> World {
    let folder = tempfile::tempdir().unwrap();
    let database = TestDatabase::make();
    let places = Places { database_url: database.as_ref().map(TestDatabase::url), ..Places::in_folder(folder.path()) };
    let store = Store::open(&places).await.unwrap();
    let version = AppVersionId(Uuid::from_u128(1));
    let site = SiteId(Uuid::from_u128(2));
    let user = UserId(Uuid::from_u128(3));
    let mut writer = store.write().await.unwrap();
    let row = app_versions::AppVersion {
        id: version,
        name: "colours".into(),
        version: "1.0".into(),
        digest: "d".into(),
        files: vec!["application.yaml".into()],
    };
    app_versions::insert(&mut writer, &row, now()).await.unwrap();
    sites::insert(&mut writer, &sites::Site { id: site, name: "main".into(), app_version: version }, now())
        .await
        .unwrap();
    let row = users::User {
        id: user,
        email: "jane.doe@example.com".into(),
        name: Some("Jane Doe".into()),
        password_hash: None,
    };
    users::insert(&mut writer, &row, now()).await.unwrap();
    users::grant(&mut writer, user, site, Role::FieldWorker).await.unwrap();
    writer.commit().await.unwrap();
    World { store, site, user, version, _folder: folder, _database: database }
}

impl World {
    fn order(&self, id: u128) -> work_orders::WorkOrder {
        work_orders::WorkOrder {
            id: WorkOrderId(Uuid::from_u128(id)),
            site: self.site,
            app_version: self.version,
            name: "WO-1".into(),
            metadata: [("b".to_owned(), json!(1.5)), ("a".to_owned(), json!({"z": [null, true]}))]
                .into_iter()
                .collect(),
            tags: vec!["group-1".into()],
            types: vec![],
            user_group_ids: vec![],
            parameters: None,
            field_engineer: Some(work_orders::FieldEngineer {
                id: self.user,
                email: "jane.doe@example.com".into(),
                name: Some("Jane Doe".into()),
            }),
            progress_score: Some(12),
            review_date: None,
            first_analysis: None,
            latest_analysis: None,
            created_at: now(),
            updated_at: now(),
        }
    }

    /// A work order with one analysed photo.
    async fn analysed(&self, id: u128) -> (WorkOrderId, String) {
        let order = self.order(id);
        let analysis = AnalysisId(Uuid::from_u128(id + 100));
        let blob_key = format!("inputs/{id}.jpeg");
        self.store.blobs().put(&blob_key, Bytes::from_static(b"photo")).await.unwrap();
        let mut writer = self.store.write().await.unwrap();
        work_orders::insert(&mut writer, &order, &[]).await.unwrap();
        let row = analyses::Analysis {
            id: analysis,
            work_order: order.id,
            app_version: self.version,
            user: self.user,
            task_group: "after".into(),
            photo_sha256: [id as u8; 32],
            metadata: Map::new(),
            created_at: now(),
        };
        analyses::insert(&mut writer, &row).await.unwrap();
        let input = inputs::Input {
            id: InputId(Uuid::from_u128(id + 200)),
            analysis,
            work_order: order.id,
            position: 0,
            name: "image_input".into(),
            data: inputs::InputData::Image { blob_key: blob_key.clone(), width: 800, height: 600 },
            metadata: Map::new(),
            findings: vec![],
            created_at: now(),
        };
        inputs::insert(&mut writer, &[input]).await.unwrap();
        let hash = photo_hashes::PhotoHash {
            site: self.site,
            work_order: order.id,
            task_group: "after".into(),
            sha256: [id as u8; 32],
            perceptual: Some(PerceptualHash { version: 1, bits: [u64::MAX, 0, 1, id as u64] }),
            middle: Some(PerceptualHash { version: 1, bits: [7, 0, u64::MAX, id as u64] }),
        };
        photo_hashes::insert(&mut writer, &hash).await.unwrap();
        thumbnails::insert(&mut writer, InputId(Uuid::from_u128(id + 200)), b"small").await.unwrap();
        writer.commit().await.unwrap();
        (order.id, blob_key)
    }
}

#[tokio::test]
async fn a_work_order_comes_back_as_it_was_written() {
    let world = world().await;
    let order = world.order(10);
    let mut writer = world.store.write().await.unwrap();
    work_orders::insert(&mut writer, &order, &[]).await.unwrap();
    writer.commit().await.unwrap();
    let mut reader = world.store.read().await.unwrap();
    let found = work_orders::get(&mut reader, world.site, order.id).await.unwrap().unwrap();
    assert_eq!(found, order);
    assert_eq!(found.metadata.keys().collect::<Vec<_>>(), ["b", "a"], "the caller's order of keys is kept");
    let elsewhere = SiteId(Uuid::from_u128(99));
    assert_eq!(work_orders::get(&mut reader, elsewhere, order.id).await.unwrap(), None);
}

#[tokio::test]
async fn what_is_not_committed_never_was() {
    let world = world().await;
    let order = world.order(10);
    let mut writer = world.store.write().await.unwrap();
    work_orders::insert(&mut writer, &order, &[]).await.unwrap();
    audit::record(&mut writer, audit::Entry::new(now(), "work_order.create", order.id)).await.unwrap();
    drop(writer);
    let mut reader = world.store.read().await.unwrap();
    assert_eq!(work_orders::get(&mut reader, world.site, order.id).await.unwrap(), None);
}

#[tokio::test]
async fn a_snapshot_stays_at_its_moment() {
    let world = world().await;
    let mut order = world.order(10);
    let mut writer = world.store.write().await.unwrap();
    work_orders::insert(&mut writer, &order, &[]).await.unwrap();
    writer.commit().await.unwrap();
    let mut snapshot = world.store.snapshot().await.unwrap();
    work_orders::get(&mut snapshot, world.site, order.id).await.unwrap().unwrap();
    order.name = "WO-2".into();
    let mut writer = world.store.write().await.unwrap();
    work_orders::update(&mut writer, &order, &[]).await.unwrap();
    writer.commit().await.unwrap();
    let seen = work_orders::get(&mut snapshot, world.site, order.id).await.unwrap().unwrap();
    assert_eq!(seen.name, "WO-1");
    let mut reader = world.store.read().await.unwrap();
    let now = work_orders::get(&mut reader, world.site, order.id).await.unwrap().unwrap();
    assert_eq!(now.name, "WO-2");
}

#[tokio::test]
async fn nobody_waits_for_those_who_read_for_long() {
    let world = world().await;
    let mut held = Vec::new();
    for _ in 0..8 {
        held.push(world.store.long_snapshot().await.unwrap());
    }
    let order = world.order(10);
    let read = async {
        let mut snapshot = world.store.snapshot().await.unwrap();
        work_orders::get(&mut snapshot, world.site, order.id).await.unwrap();
        world.store.read().await.unwrap()
    };
    // They would wait for seconds.
    tokio::time::timeout(std::time::Duration::from_secs(3), read).await.unwrap();
    drop(held);
    world.store.close().await;
}

#[tokio::test]
async fn the_same_photo_is_analysed_once_for_a_work_order_and_task_group() {
    let world = world().await;
    let (order, _) = world.analysed(10).await;
    let mut writer = world.store.write().await.unwrap();
    let row = analyses::Analysis {
        id: AnalysisId(Uuid::from_u128(999)),
        work_order: order,
        app_version: world.version,
        user: world.user,
        task_group: "after".into(),
        photo_sha256: [10; 32],
        metadata: Map::new(),
        created_at: now(),
    };
    // Some databases say so at once, some with what comes next.
    let written = match analyses::insert(&mut writer, &row).await {
        Ok(()) => writer.commit().await,
        error => error,
    };
    assert!(written.unwrap_err().is_unique_violation());
    let mut reader = world.store.read().await.unwrap();
    let found = analyses::find_by_photo(&mut reader, order, "after", &[10; 32]).await.unwrap();
    assert_eq!(found.unwrap().0, AnalysisId(Uuid::from_u128(110)));
}

/// What was put off and has failed must not be forgotten because nobody looked.
#[tokio::test]
async fn half_of_a_transaction_is_never_committed() {
    let world = world().await;
    let (order, _) = world.analysed(10).await;
    let mut writer = world.store.write().await.unwrap();
    let hash = photo_hashes::PhotoHash {
        site: world.site,
        work_order: order,
        task_group: "before".into(),
        sha256: [7; 32],
        perceptual: None,
        middle: None,
    };
    photo_hashes::insert(&mut writer, &hash).await.unwrap();
    let no_such_input = InputId(Uuid::from_u128(12345));
    let _failed = thumbnails::insert(&mut writer, no_such_input, b"small").await;
    let _read = photo_hashes::since(&mut writer, world.site, 0).await;
    assert!(writer.commit().await.is_err());
    let mut reader = world.store.read().await.unwrap();
    assert_eq!(photo_hashes::since(&mut reader, world.site, 0).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_writer_sees_what_it_has_written_and_others_do_not() {
    let world = world().await;
    let (order, _) = world.analysed(10).await;
    let mut writer = world.store.write().await.unwrap();
    let hash = |bits| photo_hashes::PhotoHash {
        site: world.site,
        work_order: order,
        task_group: "before".into(),
        sha256: [bits; 32],
        perceptual: None,
        middle: None,
    };
    photo_hashes::insert(&mut writer, &hash(1)).await.unwrap();
    photo_hashes::insert(&mut writer, &hash(2)).await.unwrap();
    let own = photo_hashes::since(&mut writer, world.site, 0).await.unwrap();
    assert_eq!(own.iter().map(|stored| stored.photo.sha256[0]).collect::<Vec<_>>(), [10, 1, 2]);
    let mut reader = world.store.read().await.unwrap();
    assert_eq!(photo_hashes::since(&mut reader, world.site, 0).await.unwrap().len(), 1);
    photo_hashes::insert(&mut writer, &hash(3)).await.unwrap();
    drop(writer);
    let mut reader = world.store.read().await.unwrap();
    assert_eq!(photo_hashes::since(&mut reader, world.site, 0).await.unwrap().len(), 1);
}

#[tokio::test]
async fn deletion_leaves_no_row_and_lists_the_photo() {
    let world = world().await;
    let (order, blob_key) = world.analysed(10).await;
    let (other, _) = world.analysed(11).await;
    let mut writer = world.store.write().await.unwrap();
    let listed = erasures::list_work_order(&mut writer, order, now()).await.unwrap();
    work_orders::delete(&mut writer, order).await.unwrap();
    writer.commit().await.unwrap();
    assert_eq!(listed, std::slice::from_ref(&blob_key));
    let mut reader = world.store.read().await.unwrap();
    assert_eq!(inputs::of_work_order(&mut reader, order).await.unwrap(), []);
    assert_eq!(analyses::find_by_photo(&mut reader, order, "after", &[10; 32]).await.unwrap(), None);
    let left = photo_hashes::since(&mut reader, world.site, 0).await.unwrap();
    assert_eq!(left.iter().map(|stored| stored.photo.work_order).collect::<Vec<_>>(), [other]);
    assert_eq!(erasures::pending(&mut reader).await.unwrap(), [blob_key]);
    for (order, id, kept) in [(order, 210, false), (other, 211, true)] {
        let found = thumbnails::get(&mut reader, world.site, order, InputId(Uuid::from_u128(id))).await.unwrap();
        assert_eq!(found, kept.then(|| thumbnails::Thumbnail::Jpeg(b"small".to_vec())));
    }
    let elsewhere = SiteId(Uuid::from_u128(99));
    let foreign = thumbnails::get(&mut reader, elsewhere, other, InputId(Uuid::from_u128(211))).await.unwrap();
    assert_eq!(foreign, None);
    let catalogue = copy::Catalogue::read(&mut reader).await.unwrap();
    let table = catalogue.tables().iter().find(|table| table.name == "thumbnails").unwrap();
    assert_eq!(copy::sum(&mut reader, table).await.unwrap().rows, 1, "no picture stays of a work order that is gone");
}

#[tokio::test]
async fn hashes_come_back_bit_for_bit_and_only_the_newer_ones() {
    let world = world().await;
    world.analysed(10).await;
    world.analysed(11).await;
    let mut reader = world.store.read().await.unwrap();
    let all = photo_hashes::since(&mut reader, world.site, 0).await.unwrap();
    assert_eq!(
        all.iter().filter_map(|p| Some(p.photo.perceptual?.bits)).collect::<Vec<_>>(),
        [[u64::MAX, 0, 1, 10], [u64::MAX, 0, 1, 11]]
    );
    let newer = photo_hashes::since(&mut reader, world.site, all[0].seq).await.unwrap();
    assert_eq!(newer, all[1..]);
    assert_eq!(photo_hashes::some_since(&mut reader, world.site, 0, 1).await.unwrap(), all[..1]);
}

#[tokio::test]
async fn the_site_with_the_newest_photo_is_the_first() {
    let world = world().await;
    assert_eq!(photo_hashes::sites(&mut world.store.read().await.unwrap()).await.unwrap(), []);
    let (order, _) = world.analysed(10).await;
    let other = SiteId(Uuid::from_u128(77));
    let site = sites::Site { id: other, name: "other".into(), app_version: world.version };
    let photo = |site| photo_hashes::PhotoHash {
        site,
        work_order: order,
        task_group: "after".into(),
        sha256: [1; 32],
        perceptual: None,
        middle: None,
    };
    let mut writer = world.store.write().await.unwrap();
    sites::insert(&mut writer, &site, now()).await.unwrap();
    photo_hashes::insert_all(&mut writer, &[photo(other), photo(world.site)]).await.unwrap();
    writer.commit().await.unwrap();
    let mut reader = world.store.read().await.unwrap();
    assert_eq!(photo_hashes::sites(&mut reader).await.unwrap(), [world.site, other]);
}

#[tokio::test]
async fn a_token_opens_its_user_s_sites_and_nothing_once_revoked() {
    let world = world().await;
    let foreign = SiteId(Uuid::from_u128(77));
    let token =
        tokens::Token { id: fieldproof_domain::ids::TokenId(Uuid::from_u128(5)), user: world.user, site: world.site };
    let mut writer = world.store.write().await.unwrap();
    let row = sites::Site { id: foreign, name: "foreign".into(), app_version: world.version };
    sites::insert(&mut writer, &row, now()).await.unwrap();
    tokens::insert(&mut writer, &token, b"hash", now()).await.unwrap();
    writer.commit().await.unwrap();
    let site_of = |range| {
        let store = &world.store;
        async move {
            let access = tokens::access(&mut store.read().await.unwrap(), b"hash", range).await.unwrap();
            access.map(|access| access.site.map(|site| site.id))
        }
    };
    let exactly = |id: SiteId| Some((id.0, id.0));
    assert_eq!(site_of(None).await, Some(Some(world.site)));
    assert_eq!(site_of(exactly(world.site)).await, Some(Some(world.site)));
    assert_eq!(site_of(exactly(foreign)).await, Some(None));
    assert_eq!(site_of(exactly(SiteId(Uuid::from_u128(404)))).await, Some(None));
    let mut writer = world.store.write().await.unwrap();
    assert!(tokens::revoke(&mut writer, token.id, now()).await.unwrap());
    assert!(!tokens::revoke(&mut writer, token.id, now()).await.unwrap());
    writer.commit().await.unwrap();
    assert_eq!(site_of(None).await, None);
}

#[tokio::test]
async fn blobs_are_whole_or_absent() {
    let world = world().await;
    let blobs = world.store.blobs();
    blobs.put("inputs/a.jpeg", Bytes::from_static(b"one")).await.unwrap();
    blobs.put("inputs/a.jpeg", Bytes::from_static(b"two")).await.unwrap();
    assert_eq!(blobs.get("inputs/a.jpeg").await.unwrap().as_deref(), Some(&b"two"[..]));
    let listed = blobs.list("inputs").await.unwrap();
    assert_eq!(listed.iter().map(|blob| (blob.key.as_str(), blob.size)).collect::<Vec<_>>(), [("inputs/a.jpeg", 3)]);
    for _ in 0..2 {
        blobs.erase("inputs/a.jpeg").await.unwrap();
    }
    assert_eq!(blobs.get("inputs/a.jpeg").await.unwrap(), None);
}
