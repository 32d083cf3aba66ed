//! Analyses and their outcomes: values, written once and never edited.

use chrono::{DateTime, Utc};
use fieldproof_domain::{
    ids::{AnalysisId, AppVersionId, UserId, WorkOrderId},
    work_order::{Appearance, TaskOutcome},
};
use serde_json::{Map, Value as Json, json};

use crate::{
    Session, StoreError, Writer,
    db::{Query as _, Row, args},
};

/// An analysis' row.
#[derive(Clone, Debug, PartialEq)]
pub struct Analysis {
    /// The id.
    pub id: AnalysisId,
    /// Of which work order.
    pub work_order: WorkOrderId,
    /// By which application version.
    pub app_version: AppVersionId,
    /// Who sent it.
    pub user: UserId,
    /// The `context`.
    pub task_group: String,
    /// sha256 of the photo's bytes.
    pub photo_sha256: [u8; 32],
    /// What the caller said of this analysis.
    pub metadata: Map<String, Json>,
    /// When.
    pub created_at: DateTime<Utc>,
}

/// Adds an analysis.
///
/// # Errors
/// A unique violation when the same bytes were analysed for the same work order and task group: here, or of whatever comes
/// next in the transaction.
pub async fn insert(writer: &mut Writer, analysis: &Analysis) -> Result<(), StoreError> {
    insert_all(writer, std::slice::from_ref(analysis)).await
}

/// Adds analyses.
///
/// # Errors
/// As [`insert`].
pub async fn insert_all(writer: &mut Writer, analyses: &[Analysis]) -> Result<(), StoreError> {
    let row = |analysis: &Analysis| {
        args![
            analysis.id,
            analysis.work_order,
            analysis.app_version,
            analysis.user,
            &analysis.task_group,
            analysis.photo_sha256.as_slice(),
            json!(analysis.metadata).to_string(),
            analysis.created_at,
        ]
    };
    writer
        .insert_all_later(
            "INSERT INTO analyses (id, work_order_id, app_version_id, user_id, task_group, photo_sha256, metadata,
               created_at)
             VALUES",
            analyses.iter().map(row).collect(),
            "",
        )
        .await
}

/// Adds what the analysis says of each task.
pub async fn insert_outcomes(
    writer: &mut Writer,
    analysis: AnalysisId,
    outcomes: &[TaskOutcome],
) -> Result<(), StoreError> {
    insert_all_outcomes(writer, outcomes.iter().map(|outcome| (analysis, outcome))).await
}

/// Adds what analyses say of each task.
pub async fn insert_all_outcomes<'a>(
    writer: &mut Writer,
    outcomes: impl IntoIterator<Item = (AnalysisId, &'a TaskOutcome)>,
) -> Result<(), StoreError> {
    let row = |(analysis, outcome): (AnalysisId, &TaskOutcome)| {
        args![
            analysis,
            &outcome.task,
            outcome.value.as_ref().map(|v| v.to_json().to_string()),
            outcome.appearance.message.as_ref().map(|m| json!(m).to_string()),
            outcome.appearance.color.as_ref(),
            outcome.appearance.is_conformity_validated,
            json!(outcome.regions).to_string(),
            outcome.failure.as_ref(),
        ]
    };
    writer
        .insert_all_later(
            "INSERT INTO outcomes (analysis_id, task, value, message, color, is_conformity_validated, regions, failure)
             VALUES",
            outcomes.into_iter().map(row).collect(),
            "",
        )
        .await?;
    Ok(())
}

/// The analysis of exactly these bytes for this work order and task group, with its time: what a client's retry is
/// answered with.
pub async fn find_by_photo(
    session: &mut impl Session,
    work_order: WorkOrderId,
    task_group: &str,
    photo_sha256: &[u8; 32],
) -> Result<Option<(AnalysisId, DateTime<Utc>)>, StoreError> {
    let row = session
        .first(
            "SELECT id, created_at FROM analyses WHERE work_order_id = $1 AND task_group = $2 AND photo_sha256 = $3",
            args![work_order, task_group, photo_sha256.as_slice()],
        )
        .await?;
    row.map(|row| Ok((row.get("id")?, row.get("created_at")?))).transpose()
}

/// An analysis as history shows it.
#[derive(Clone, Debug, PartialEq)]
pub struct AnalysisDetails {
    /// Its row.
    pub analysis: Analysis,
    /// Name of the application.
    pub app_name: String,
    /// The application's version.
    pub app_version: String,
    /// Address of who sent it.
    pub user_email: String,
}

/// Every analysis of a work order, newest first.
pub async fn of_work_order(session: &mut impl Session, id: WorkOrderId) -> Result<Vec<AnalysisDetails>, StoreError> {
    let rows = session
        .all(
            "SELECT analyses.id, work_order_id, app_version_id, user_id, task_group, photo_sha256, metadata,
               analyses.created_at, app_versions.name AS app_name, app_versions.version AS app_version,
               users.email AS user_email
             FROM analyses JOIN app_versions ON app_versions.id = analyses.app_version_id
               JOIN users ON users.id = analyses.user_id
             WHERE work_order_id = $1 ORDER BY analyses.created_at DESC, analyses.id DESC",
            args![id],
        )
        .await?;
    rows.iter()
        .map(|row| {
            let sha256: Vec<u8> = row.get("photo_sha256")?;
            Ok(AnalysisDetails {
                analysis: Analysis {
                    id: row.get("id")?,
                    work_order: row.get("work_order_id")?,
                    app_version: row.get("app_version_id")?,
                    user: row.get("user_id")?,
                    task_group: row.get("task_group")?,
                    photo_sha256: sha256
                        .try_into()
                        .map_err(|_| StoreError::unexpected("analyses.photo_sha256", "it has no 32 bytes"))?,
                    metadata: row.json("metadata")?,
                    created_at: row.get("created_at")?,
                },
                app_name: row.get("app_name")?,
                app_version: row.get("app_version")?,
                user_email: row.get("user_email")?,
            })
        })
        .collect()
}

/// What every analysis of a work order says of each task, in no order.
pub async fn outcomes_of_work_order(
    session: &mut impl Session,
    id: WorkOrderId,
) -> Result<Vec<(AnalysisId, TaskOutcome)>, StoreError> {
    let rows = session
        .all(
            "SELECT analysis_id, task, value, message, color, is_conformity_validated, regions, failure
             FROM analyses JOIN outcomes ON outcomes.analysis_id = analyses.id WHERE work_order_id = $1",
            args![id],
        )
        .await?;
    rows.iter().map(|row| Ok((row.get("analysis_id")?, read_outcome(row)?))).collect()
}

/// What an analysis says of each task.
pub async fn outcomes(session: &mut impl Session, analysis: AnalysisId) -> Result<Vec<TaskOutcome>, StoreError> {
    let rows = session
        .all(
            "SELECT task, value, message, color, is_conformity_validated, regions, failure
             FROM outcomes WHERE analysis_id = $1",
            args![analysis],
        )
        .await?;
    rows.iter().map(read_outcome).collect()
}

fn read_outcome(row: &Row) -> Result<TaskOutcome, StoreError> {
    Ok(TaskOutcome {
        task: row.get("task")?,
        value: row.json_opt("value")?,
        appearance: Appearance {
            message: row.json_opt("message")?,
            color: row.get_opt("color")?,
            is_conformity_validated: row.get_opt("is_conformity_validated")?,
        },
        regions: row.json("regions")?,
        failure: row.get_opt("failure")?,
    })
}
