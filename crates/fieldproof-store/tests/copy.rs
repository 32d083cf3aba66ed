//! What backup, restore and move stand on: rows leave one database and come into another as they were.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use fieldproof_domain::{
    ids::{AppVersionId, SiteId, UserId},
    role::Role,
};
use fieldproof_store::{
    Places, Store, app_versions, audit,
    copy::{self, Catalogue, Import, TableSum},
    holds, integrity, sites, users,
};
use fieldproof_testkit::TestDatabase;
use futures::TryStreamExt as _;
use serde_json::json;
use sqlx::{Connection as _, PgConnection, SqliteConnection};
use uuid::Uuid;

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp_micros(1_685_362_331_584_841).unwrap()
}

async fn on_sqlite(folder: &tempfile::TempDir, name: &str) -> Store {
    Store::open(&Places::in_folder(folder.path().join(name))).await.unwrap()
}

/// On PostgreSQL where the tests run on it, else on SQLite.
async fn on_either(folder: &tempfile::TempDir, name: &str, database: Option<&TestDatabase>) -> Store {
    let folder = folder.path().join(name);
    let database_url = database.map(TestDatabase::url);
    Store::open(&Places { database_url, ..Places::in_folder(folder) }).await.unwrap()
}

/// Texts that databases sort and write in different ways.
const TEXTS: [&str; 9] = ["a", "B", "Z", "é", "e\u{301}", "a b", "a-b", "\"{}\\\n\t' \u{1f4f7}", "\u{ffff}"];

async fn fill(store: &Store) {
    let (version, site, user) =
        (AppVersionId(Uuid::from_u128(1)), SiteId(Uuid::from_u128(2)), UserId(Uuid::from_u128(u128::MAX)));
    let mut writer = store.write().await.unwrap();
    let files = TEXTS.map(str::to_owned).to_vec();
    let row =
        app_versions::AppVersion { id: version, name: "a".into(), version: "1.0".into(), digest: "d".into(), files };
    app_versions::insert(&mut writer, &row, now()).await.unwrap();
    sites::insert(&mut writer, &sites::Site { id: site, name: TEXTS.concat(), app_version: version }, now())
        .await
        .unwrap();
    let row = users::User { id: user, email: "jane.doe@example.com".into(), name: None, password_hash: None };
    users::insert(&mut writer, &row, now()).await.unwrap();
    users::grant(&mut writer, user, site, Role::FieldWorker).await.unwrap();
    for number in 0..450 {
        let entry = audit::Entry::new(now(), "test.count", user.0).with(json!({"number": number}));
        audit::record(&mut writer, entry).await.unwrap();
    }
    writer.commit().await.unwrap();
}

/// Texts as keys, in whichever way the database compares them.
async fn add_text_keys(folder: &tempfile::TempDir, name: &str) {
    let file = folder.path().join(name).join("fieldproof.db");
    let mut connection = SqliteConnection::connect(&format!("sqlite://{}", file.display())).await.unwrap();
    for text in TEXTS {
        let insert = "INSERT INTO erasures (blob_key, created_at) VALUES ($1, -1)";
        sqlx::query(insert).bind(text).execute(&mut connection).await.unwrap();
    }
    connection.close().await.unwrap();
}

async fn sums(store: &Store) -> BTreeMap<String, TableSum> {
    let mut snapshot = store.snapshot().await.unwrap();
    let catalogue = Catalogue::read(&mut snapshot).await.unwrap();
    let mut sums = BTreeMap::new();
    for table in catalogue.tables() {
        sums.insert(table.name.clone(), copy::sum(&mut snapshot, table).await.unwrap());
    }
    sums
}

async fn copy_all(from: &Store, to: &Store) {
    let mut snapshot = from.snapshot().await.unwrap();
    let catalogue = Catalogue::read(&mut snapshot).await.unwrap();
    let mut writer = to.write().await.unwrap();
    let into = Catalogue::read(&mut writer).await.unwrap();
    for table in catalogue.tables() {
        let mut import = Import::new(&mut writer, into.table(&table.name).unwrap());
        let mut lines = copy::lines(&mut snapshot, table);
        while let Some(line) = lines.try_next().await.unwrap() {
            import.add(&line).await.unwrap();
        }
        import.finish().await.unwrap();
    }
    writer.commit().await.unwrap();
}

#[tokio::test]
async fn every_table_is_known_and_comes_behind_those_it_refers_to() {
    let (folder, database) = (tempfile::tempdir().unwrap(), TestDatabase::make());
    let store = on_either(&folder, "one", database.as_ref()).await;
    let catalogue = Catalogue::read(&mut store.read().await.unwrap()).await.unwrap();
    let names: Vec<_> = catalogue.tables().iter().map(|table| table.name.as_str()).collect();
    let place = |name: &str| names.iter().position(|known| *known == name).unwrap_or_else(|| panic!("no {name}"));
    for [first, second] in [["users", "memberships"], ["sites", "work_orders"], ["analyses", "inputs"]] {
        assert!(place(first) < place(second), "{names:?}");
    }
    assert!(!names.contains(&"holds") && !names.contains(&"schema_version"), "{names:?}");
    let mut snapshot = store.snapshot().await.unwrap();
    assert!(copy::is_empty(&mut snapshot, &catalogue).await.unwrap());
    for reference in integrity::references(&catalogue) {
        assert_eq!(integrity::broken(&mut snapshot, &catalogue, &reference, 1).await.unwrap(), None);
    }
}

#[tokio::test]
async fn rows_come_back_as_they_were_through_another_database() {
    let (folder, database) = (tempfile::tempdir().unwrap(), TestDatabase::make());
    let first = on_sqlite(&folder, "first").await;
    fill(&first).await;
    add_text_keys(&folder, "first").await;
    let there = on_either(&folder, "there", database.as_ref()).await;
    copy_all(&first, &there).await;
    let back = on_sqlite(&folder, "back").await;
    copy_all(&there, &back).await;
    let expected = sums(&first).await;
    assert_eq!(expected["audit"].rows, 450);
    assert_eq!(expected["erasures"].rows, TEXTS.len() as u64);
    assert_eq!(sums(&there).await, expected);
    assert_eq!(sums(&back).await, expected);
    // Numbers go on behind the largest.
    for store in [&there, &back] {
        let mut writer = store.write().await.unwrap();
        audit::record(&mut writer, audit::Entry::new(now(), "test.more", Uuid::nil())).await.unwrap();
        assert_eq!(integrity::newest_change(&mut writer).await.unwrap(), 451);
    }
    let mut keys = Vec::new();
    let mut snapshot = back.snapshot().await.unwrap();
    let catalogue = Catalogue::read(&mut snapshot).await.unwrap();
    let take = |key: &str| {
        keys.push(key.to_owned());
        Ok(())
    };
    copy::each_blob_key(&mut snapshot, &catalogue, take).await.unwrap();
    let files = TEXTS.map(|path| format!("apps/{}/{path}", Uuid::from_u128(1)));
    assert_eq!(keys, files, "what is listed for erasure is not wanted");
}

#[tokio::test]
async fn a_table_on_the_database_alone_is_copied_without_code() {
    let (folder, database) = (tempfile::tempdir().unwrap(), TestDatabase::make());
    let first = on_either(&folder, "first", database.as_ref()).await;
    let id = if database.is_some() { "UUID" } else { "BLOB" };
    let made = format!(
        "CREATE TABLE \"Odd \"\"names\" (\"order\" TEXT NOT NULL, \"select\" {id} NOT NULL, note TEXT,
         PRIMARY KEY (\"select\", \"order\"))"
    );
    match &database {
        Some(database) => {
            let mut connection = PgConnection::connect(&database.url()).await.unwrap();
            sqlx::raw_sql(sqlx::AssertSqlSafe(made)).execute(&mut connection).await.unwrap();
        }
        None => {
            let file = folder.path().join("first/fieldproof.db");
            let mut connection = SqliteConnection::connect(&format!("sqlite://{}", file.display())).await.unwrap();
            sqlx::raw_sql(sqlx::AssertSqlSafe(made)).execute(&mut connection).await.unwrap();
        }
    }
    let mut writer = first.write().await.unwrap();
    let catalogue = Catalogue::read(&mut writer).await.unwrap();
    let table = catalogue.table("Odd \"names").expect("the new table");
    let line = b"{\"note\":null,\"order\":\"first\",\"select\":\"000102030405060708090a0b0c0d0e0f\"}\n";
    let mut import = Import::new(&mut writer, table);
    import.add(line).await.unwrap();
    import.finish().await.unwrap();
    let lines: Vec<Vec<u8>> = copy::lines(&mut writer, table).try_collect().await.unwrap();
    assert_eq!(lines, [line]);
}

#[tokio::test]
async fn rows_that_do_not_fit_leave_nothing() {
    let (folder, database) = (tempfile::tempdir().unwrap(), TestDatabase::make());
    let store = on_either(&folder, "one", database.as_ref()).await;
    let catalogue = Catalogue::read(&mut store.read().await.unwrap()).await.unwrap();
    let of_nobody = "{\"role\":\"user\",\"site_id\":\"00000000000000000000000000000001\",\
                     \"user_id\":\"00000000000000000000000000000002\"}";
    for line in [of_nobody, "{\"role\":\"user\"}", "{}", "role"] {
        let mut writer = store.write().await.unwrap();
        let mut import = Import::new(&mut writer, catalogue.table("memberships").unwrap());
        let added = import.add(line.as_bytes()).await;
        assert!(added.is_err() || import.finish().await.is_err(), "{line}");
    }
    assert!(copy::is_empty(&mut store.read().await.unwrap(), &catalogue).await.unwrap());
}

#[tokio::test]
async fn a_hold_counts_until_it_is_released_or_not_renewed_in_time() {
    let (folder, database) = (tempfile::tempdir().unwrap(), TestDatabase::make());
    let store = on_either(&folder, "one", database.as_ref()).await;
    let (one, two, minute) = (Uuid::from_u128(1), Uuid::from_u128(2), TimeDelta::minutes(1));
    let mut writer = store.write().await.unwrap();
    assert!(!holds::in_force(&mut writer, now()).await.unwrap());
    holds::take(&mut writer, one, "backup", now(), now() + minute).await.unwrap();
    assert!(holds::in_force(&mut writer, now()).await.unwrap());
    assert!(!holds::in_force(&mut writer, now() + minute).await.unwrap(), "it has run out");
    assert!(holds::renew(&mut writer, one, now(), now() + minute * 2).await.unwrap());
    assert!(holds::in_force(&mut writer, now() + minute).await.unwrap());
    assert!(!holds::renew(&mut writer, one, now() + minute * 2, now() + minute * 3).await.unwrap(), "too late");
    holds::take(&mut writer, two, "backup", now() + minute * 2, now() + minute * 4).await.unwrap();
    assert!(!holds::renew(&mut writer, one, now(), now() + minute * 3).await.unwrap(), "the old one is gone");
    holds::release(&mut writer, two).await.unwrap();
    assert!(!holds::in_force(&mut writer, now()).await.unwrap());
}
