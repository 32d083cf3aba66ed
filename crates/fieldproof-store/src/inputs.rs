//! Inputs: what was sent to an analysis, with what level 1 found.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use fieldproof_domain::{
    check::{Finding, Level, Problem},
    ids::{AnalysisId, InputId, WorkOrderId},
    observation::BoundingBox,
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json, json};

use crate::{
    Session, StoreError, Writer,
    db::{Query as _, Row, Value, args},
};

/// An input's row.
#[derive(Clone, Debug, PartialEq)]
pub struct Input {
    /// The id.
    pub id: InputId,
    /// Of which analysis.
    pub analysis: AnalysisId,
    /// Of which work order.
    pub work_order: WorkOrderId,
    /// Order within the analysis, as sent.
    pub position: u32,
    /// As sent: `context`, `image_input`.
    pub name: String,
    /// What it holds.
    pub data: InputData,
    /// What the caller said of it.
    pub metadata: Map<String, Json>,
    /// What level 1 found.
    pub findings: Vec<Finding>,
    /// When.
    pub created_at: DateTime<Utc>,
}

/// What an input holds.
#[derive(Clone, Debug, PartialEq)]
pub enum InputData {
    /// A text.
    Text(String),
    /// A photo in the blob store.
    Image {
        /// Its key there: `inputs/<input id>.jpeg`.
        blob_key: String,
        /// Upright, in pixels.
        width: u32,
        /// Upright, in pixels.
        height: u32,
    },
}

#[derive(Serialize, Deserialize)]
struct FindingRow {
    problem: String,
    level: Level,
    value: Option<f64>,
    threshold: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    region: Option<BoundingBox>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    page: Option<u32>,
}

fn read(row: &Row) -> Result<Input, StoreError> {
    let data = match row.get_opt("blob_key")? {
        Some(blob_key) => InputData::Image { blob_key, width: row.get("width")?, height: row.get("height")? },
        None => InputData::Text(row.get("text_value")?),
    };
    Ok(Input {
        id: row.get("id")?,
        analysis: row.get("analysis_id")?,
        work_order: row.get("work_order_id")?,
        position: row.get("position")?,
        name: row.get("name")?,
        data,
        metadata: row.json("metadata")?,
        findings: findings(row)?,
        created_at: row.get("created_at")?,
    })
}

/// What level 1 found, from the column of that name.
pub(crate) fn findings(row: &Row) -> Result<Vec<Finding>, StoreError> {
    let findings: Vec<FindingRow> = row.json("findings")?;
    findings
        .into_iter()
        .map(|f| {
            let problem = Problem::from_word(&f.problem)
                .ok_or_else(|| StoreError::unexpected("inputs.findings", format!("problem '{}'", f.problem)))?;
            let FindingRow { level, value, threshold, region, detail, page, .. } = f;
            Ok(Finding { problem, level, value, threshold, region, detail, page })
        })
        .collect()
}

/// Adds the inputs of an analysis.
pub async fn insert(writer: &mut Writer, inputs: &[Input]) -> Result<(), StoreError> {
    writer
        .insert_all_later(
            "INSERT INTO inputs (id, analysis_id, work_order_id, position, name, kind, text_value, blob_key, width,
               height, metadata, findings, created_at)
             VALUES",
            inputs.iter().map(row).collect(),
            "",
        )
        .await?;
    Ok(())
}

fn row(input: &Input) -> Vec<Value> {
    let (kind, text, blob_key, width, height) = match &input.data {
        InputData::Text(text) => ("text", Some(text), None, None, None),
        InputData::Image { blob_key, width, height } => ("image", None, Some(blob_key), Some(*width), Some(*height)),
    };
    let findings: Vec<_> = input
        .findings
        .iter()
        .map(|f| FindingRow {
            problem: f.problem.as_str().to_owned(),
            level: f.level,
            value: f.value,
            threshold: f.threshold,
            region: f.region,
            detail: f.detail.clone(),
            page: f.page,
        })
        .collect();
    args![
        input.id,
        input.analysis,
        input.work_order,
        input.position,
        &input.name,
        kind,
        text,
        blob_key,
        width,
        height,
        json!(input.metadata).to_string(),
        json!(findings).to_string(),
        input.created_at,
    ]
}

/// Every input of a work order, oldest analysis first, in the order sent.
pub async fn of_work_order(session: &mut impl Session, id: WorkOrderId) -> Result<Vec<Input>, StoreError> {
    let rows = session
        .all(
            "SELECT id, analysis_id, work_order_id, position, name, text_value, blob_key, width, height, metadata,
               findings, created_at
             FROM inputs WHERE work_order_id = $1 ORDER BY created_at, analysis_id, position",
            args![id],
        )
        .await?;
    rows.iter().map(read).collect()
}

/// Which of these blobs an input speaks of.
pub async fn known_blobs(session: &mut impl Session, keys: &[String]) -> Result<HashSet<String>, StoreError> {
    if keys.is_empty() {
        return Ok(HashSet::new());
    }
    let places: Vec<_> = (1..=keys.len()).map(|place| format!("${place}")).collect();
    let sql = format!("SELECT blob_key FROM inputs WHERE blob_key IN ({})", places.join(", "));
    let rows = session.all_of(sql, keys.iter().map(Value::from).collect()).await?;
    rows.iter().map(|row| row.get("blob_key")).collect()
}

/// The inputs of one analysis, in the order sent.
pub async fn of_analysis(session: &mut impl Session, id: AnalysisId) -> Result<Vec<Input>, StoreError> {
    let rows = session
        .all(
            "SELECT id, analysis_id, work_order_id, position, name, text_value, blob_key, width, height, metadata,
               findings, created_at
             FROM inputs WHERE analysis_id = $1 ORDER BY position",
            args![id],
        )
        .await?;
    rows.iter().map(read).collect()
}
