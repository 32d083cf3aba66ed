//! The schemas of both databases are one: the same tables, columns, keys, indexes and references.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::collections::BTreeSet;

use fieldproof_store::{Places, Store};
use fieldproof_testkit::TestDatabase;
use sqlx::{Column as _, Connection as _, Executor as _, PgConnection, Row as _, SqliteConnection};

/// One fact a line: what there is to compare.
type Facts = BTreeSet<String>;

const SQLITE_COLUMNS: &str = "
    SELECT 'column ' || t.name || '.' || c.name || ' '
      || CASE c.type WHEN 'INTEGER' THEN 'integer' WHEN 'TEXT' THEN 'text' WHEN 'BLOB' THEN 'bytes' ELSE c.type END
      || CASE WHEN c.\"notnull\" = 1 OR c.pk > 0 THEN ' not null' ELSE '' END
    FROM sqlite_schema t, pragma_table_info(t.name) c
    WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite%'";

/// UUIDs are bytes in SQLite.
const POSTGRES_COLUMNS: &str = "
    SELECT 'column ' || table_name || '.' || column_name || ' '
      || CASE data_type WHEN 'bigint' THEN 'integer' WHEN 'uuid' THEN 'bytes' WHEN 'bytea' THEN 'bytes' ELSE data_type END
      || CASE WHEN is_nullable = 'NO' THEN ' not null' ELSE '' END
    FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> 'schema_version'";

const SQLITE_INDEXES: &str = "
    SELECT (CASE WHEN i.\"unique\" = 1 THEN 'unique ' ELSE 'index ' END) || t.name || ' ('
      || (SELECT group_concat(x.name || CASE WHEN x.desc = 1 THEN ' desc' ELSE '' END, ', ')
          FROM (SELECT * FROM pragma_index_xinfo(i.name) WHERE key = 1 ORDER BY seqno) x) || ')'
    FROM sqlite_schema t, pragma_index_list(t.name) i
    WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite%'
    UNION
    -- A key of one integer column needs no index of its own in SQLite.
    SELECT 'unique ' || t.name || ' (' || c.name || ')' FROM sqlite_schema t, pragma_table_info(t.name) c
    WHERE t.type = 'table' AND c.pk = 1 AND c.type = 'INTEGER' AND t.sql LIKE '%AUTOINCREMENT%'";

const POSTGRES_INDEXES: &str = "
    SELECT (CASE WHEN i.indisunique THEN 'unique ' ELSE 'index ' END) || t.relname || ' ('
      || (SELECT string_agg(a.attname || CASE WHEN i.indoption[k.n - 1] & 1 = 1 THEN ' desc' ELSE '' END, ', ' ORDER BY k.n)
          FROM unnest(i.indkey::int[]) WITH ORDINALITY AS k (attnum, n)
          JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum) || ')'
    FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid JOIN pg_namespace s ON s.oid = t.relnamespace
    WHERE s.nspname = 'public' AND t.relname <> 'schema_version'";

const SQLITE_REFERENCES: &str = "
    SELECT 'reference ' || t.name || '.' || f.\"from\" || ' to ' || f.\"table\" || '.' || f.\"to\" || ' ' || lower(f.on_delete)
    FROM sqlite_schema t, pragma_foreign_key_list(t.name) f WHERE t.type = 'table'";

const POSTGRES_REFERENCES: &str = "
    SELECT 'reference ' || t.relname || '.' || a.attname || ' to ' || r.relname || '.' || b.attname || ' '
      || CASE c.confdeltype WHEN 'a' THEN 'no action' WHEN 'c' THEN 'cascade' WHEN 'n' THEN 'set null' ELSE c.confdeltype::text END
    FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid JOIN pg_class r ON r.oid = c.confrelid
    JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = c.conkey[1]
    JOIN pg_attribute b ON b.attrelid = r.oid AND b.attnum = c.confkey[1]
    WHERE c.contype = 'f'";

async fn sqlite(folder: &std::path::Path) -> Facts {
    Store::open(&Places::in_folder(folder)).await.unwrap().close().await;
    let mut connection =
        SqliteConnection::connect(&format!("sqlite://{}", folder.join("fieldproof.db").display())).await.unwrap();
    let mut facts = Facts::new();
    for sql in [SQLITE_COLUMNS, SQLITE_INDEXES, SQLITE_REFERENCES] {
        let rows = connection.fetch_all(sql).await.unwrap();
        facts.extend(rows.iter().map(|row| row.get::<String, _>(row.columns()[0].ordinal())));
    }
    facts
}

async fn postgres(folder: &std::path::Path, database: &TestDatabase) -> Facts {
    let places = Places { database_url: Some(database.url()), ..Places::in_folder(folder) };
    Store::open(&places).await.unwrap().close().await;
    let mut connection = PgConnection::connect(&database.url()).await.unwrap();
    let mut facts = Facts::new();
    for sql in [POSTGRES_COLUMNS, POSTGRES_INDEXES, POSTGRES_REFERENCES] {
        let rows = connection.fetch_all(sql).await.unwrap();
        facts.extend(rows.iter().map(|row| row.get::<String, _>(row.columns()[0].ordinal())));
    }
    facts
}

#[tokio::test]
async fn both_databases_have_one_schema() {
    let folder = tempfile::tempdir().unwrap();
    let of_sqlite = sqlite(&folder.path().join("sqlite")).await;
    assert!(
        of_sqlite.iter().any(|fact| fact == "reference inputs.analysis_id to analyses.id cascade"),
        "{of_sqlite:#?}"
    );
    let Some(database) = TestDatabase::make() else {
        eprintln!("no PostgreSQL to compare with");
        return;
    };
    let of_postgres = postgres(&folder.path().join("postgres"), &database).await;
    let only = |one: &Facts, other: &Facts| one.difference(other).cloned().collect::<Vec<_>>();
    assert_eq!(only(&of_sqlite, &of_postgres), [""; 0], "only SQLite has these");
    assert_eq!(only(&of_postgres, &of_sqlite), [""; 0], "only PostgreSQL has these");
}
