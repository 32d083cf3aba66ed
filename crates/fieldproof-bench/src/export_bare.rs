//! The rows of an export, read with the same driver and written out with serde in one loop: what an export is held against.

use std::{collections::HashMap, fs::File, io::Write as _, path::Path};

use anyhow::Result;
use chrono::{DateTime, Utc};
use fieldproof_domain::ids::SiteId;
use serde::Serialize;
use serde_json::Value;
use sqlx::{AssertSqlSafe, Connection as _, Row as _, SqliteConnection, sqlite::SqliteRow};
use uuid::Uuid;

/// Work orders that are in memory at once.
const PAGE: i64 = 500;

#[derive(Serialize)]
struct Order {
    id: Uuid,
    name: String,
    site_id: Uuid,
    create_date: i64,
    update_date: i64,
    metadata: Value,
    progress_score: Option<i64>,
    photos: Vec<Photo>,
    corrections: Vec<Correction>,
}

#[derive(Serialize)]
struct Photo {
    id: Uuid,
    task_group: String,
    blob_key: String,
    metadata: Value,
    findings: Value,
    create_date: i64,
    outcomes: Vec<Outcome>,
}

#[derive(Serialize)]
struct Outcome {
    task: String,
    value: Option<Value>,
    message: Option<Value>,
    is_conformity_validated: Option<i64>,
}

#[derive(Serialize)]
struct Correction {
    task: String,
    value: Value,
    create_date: i64,
}

/// Writes the work orders of a site that were changed before `until` to a file, which is then on the disk; answers how many.
pub(crate) async fn write(data: &Path, site: SiteId, until: DateTime<Utc>, to: &Path) -> Result<u64> {
    let mut database = SqliteConnection::connect(&format!("sqlite://{}", data.join("fieldproof.db").display())).await?;
    let mut file = File::create(to)?;
    let mut after = (0_i64, 0_i64, Uuid::nil());
    let mut count = 0;
    loop {
        let orders = sqlx::query(
            "SELECT id, site_id, name, metadata, progress_score, created_at, updated_at FROM work_orders
             WHERE site_id = ?1 AND (updated_at, created_at, id) > (?2, ?3, ?4) AND updated_at < ?5
             ORDER BY updated_at, created_at, id LIMIT ?6",
        );
        let orders = orders.bind(site.0).bind(after.0).bind(after.1).bind(after.2).bind(until.timestamp_micros());
        let rows = orders.bind(PAGE).fetch_all(&mut database).await?;
        let Some(last) = rows.last() else { break };
        after = (last.try_get("updated_at")?, last.try_get("created_at")?, last.try_get("id")?);
        let ids = rows.iter().map(|row| row.try_get("id")).collect::<Result<Vec<Uuid>, _>>()?;
        let mut photos = photos(&mut database, &ids).await?;
        let mut corrections = corrections(&mut database, &ids).await?;
        let mut text = Vec::new();
        for row in &rows {
            let id = row.try_get("id")?;
            let order = Order {
                id,
                name: row.try_get("name")?,
                site_id: row.try_get("site_id")?,
                create_date: row.try_get("created_at")?,
                update_date: row.try_get("updated_at")?,
                metadata: json(row, "metadata")?.unwrap_or_default(),
                progress_score: row.try_get("progress_score")?,
                photos: photos.remove(&id).unwrap_or_default(),
                corrections: corrections.remove(&id).unwrap_or_default(),
            };
            serde_json::to_writer(&mut text, &order)?;
            text.push(b'\n');
        }
        file.write_all(&text)?;
        count += rows.len() as u64;
    }
    file.sync_all()?;
    database.close().await?;
    Ok(count)
}

async fn photos(database: &mut SqliteConnection, orders: &[Uuid]) -> Result<HashMap<Uuid, Vec<Photo>>> {
    let sql = "SELECT outcomes.analysis_id, outcomes.task, outcomes.value, outcomes.message,
                 outcomes.is_conformity_validated
               FROM analyses JOIN outcomes ON outcomes.analysis_id = analyses.id WHERE analyses.work_order_id IN";
    let mut outcomes: HashMap<Uuid, Vec<Outcome>> = HashMap::new();
    for row in of_all(database, sql, "", orders).await? {
        outcomes.entry(row.try_get("analysis_id")?).or_default().push(Outcome {
            task: row.try_get("task")?,
            value: json(&row, "value")?,
            message: json(&row, "message")?,
            is_conformity_validated: row.try_get("is_conformity_validated")?,
        });
    }
    let sql = "SELECT inputs.id, inputs.analysis_id, inputs.work_order_id, inputs.blob_key, inputs.metadata,
                 inputs.findings, inputs.created_at, analyses.task_group
               FROM inputs JOIN analyses ON analyses.id = inputs.analysis_id
               WHERE inputs.blob_key IS NOT NULL AND inputs.work_order_id IN";
    let mut photos: HashMap<Uuid, Vec<Photo>> = HashMap::new();
    for row in of_all(database, sql, "ORDER BY inputs.created_at, inputs.analysis_id, inputs.position", orders).await? {
        let analysis: Uuid = row.try_get("analysis_id")?;
        photos.entry(row.try_get("work_order_id")?).or_default().push(Photo {
            id: row.try_get("id")?,
            task_group: row.try_get("task_group")?,
            blob_key: row.try_get("blob_key")?,
            metadata: json(&row, "metadata")?.unwrap_or_default(),
            findings: json(&row, "findings")?.unwrap_or_default(),
            create_date: row.try_get("created_at")?,
            outcomes: outcomes.remove(&analysis).unwrap_or_default(),
        });
    }
    Ok(photos)
}

async fn corrections(database: &mut SqliteConnection, orders: &[Uuid]) -> Result<HashMap<Uuid, Vec<Correction>>> {
    let sql = "SELECT work_order_id, task, value, created_at FROM corrections WHERE work_order_id IN";
    let mut corrections: HashMap<Uuid, Vec<Correction>> = HashMap::new();
    for row in of_all(database, sql, "ORDER BY created_at, id", orders).await? {
        corrections.entry(row.try_get("work_order_id")?).or_default().push(Correction {
            task: row.try_get("task")?,
            value: json(&row, "value")?.unwrap_or_default(),
            create_date: row.try_get("created_at")?,
        });
    }
    Ok(corrections)
}

async fn of_all(database: &mut SqliteConnection, head: &str, tail: &str, orders: &[Uuid]) -> Result<Vec<SqliteRow>> {
    let sql = format!("{head} ({}) {tail}", vec!["?"; orders.len()].join(", "));
    let mut query = sqlx::query(AssertSqlSafe(sql));
    for id in orders {
        query = query.bind(*id);
    }
    Ok(query.fetch_all(database).await?)
}

fn json(row: &SqliteRow, column: &str) -> Result<Option<Value>> {
    let text: Option<&str> = row.try_get(column)?;
    Ok(text.map(serde_json::from_str).transpose()?)
}
