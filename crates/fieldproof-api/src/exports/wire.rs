//! What exports and their windows are on the wire.

use fieldproof_app::exports::{ExportView, RefusedMail, Run};
use fieldproof_domain::export::data_key;
use serde::Serialize;
use serde_json::{Map, Value as Json};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::timestamp::Timestamp;

/// What goes where, and how often.
#[derive(Serialize, ToSchema)]
pub(crate) struct Export {
    id: Uuid,
    /// What people call it.
    name: Option<String>,
    /// active, paused or done.
    #[schema(example = "active")]
    state: &'static str,
    /// Its sites.
    site_id: Vec<Uuid>,
    /// The fields that it was made with, apart from secrets: `export_type`, `interval`, `connector_type` and so on.
    #[serde(flatten)]
    #[schema(value_type = Object)]
    settings: Map<String, Json>,
    /// When its next window ends; null: there is no other.
    next_run_date: Option<Timestamp>,
    /// The window that was listed last.
    last_run: Option<ExportRun>,
    create_date: Timestamp,
    update_date: Timestamp,
}

/// A window of a site: on its way, or delivered.
#[derive(Serialize, ToSchema)]
pub(crate) struct ExportRun {
    id: Uuid,
    site_id: Uuid,
    /// Created or updated then or later.
    from: Timestamp,
    /// And before.
    to: Timestamp,
    /// waiting, running, failed (and tried again) or delivered.
    #[schema(example = "delivered")]
    status: &'static str,
    /// Where its file is, below the export's address.
    #[schema(
        example = "433a60f6-9756-473e-b1e9-9e89e24bb787/data/work-orders-timeline/2025-03-16_00:00:00_2025-03-17_00:00:00.json"
    )]
    file: String,
    /// Work orders in the file; null: it is not written yet.
    rows: Option<u64>,
    /// Size of the file.
    bytes: Option<u64>,
    /// Of the file, in hexadecimal digits.
    sha256: Option<String>,
    /// Photos that were sent for it.
    images: u64,
    /// Addresses that the mail server has refused for good, and what it says of each; the others have their mail.
    refused_emails: Vec<RefusedEmail>,
    /// How often it was tried since it was last asked for.
    attempts: u32,
    /// Why the last attempt failed, and what to do.
    error: Option<String>,
    /// When it is tried again.
    next_try_date: Option<Timestamp>,
    /// When the last attempt began.
    start_date: Option<Timestamp>,
    /// When it was delivered.
    end_date: Option<Timestamp>,
    /// Seconds that the last attempt took, once it is delivered.
    #[schema(example = 1.5)]
    duration: Option<f64>,
    create_date: Timestamp,
}

/// An address that got no mail.
#[derive(Serialize, ToSchema)]
pub(crate) struct RefusedEmail {
    email: String,
    /// What the mail server says.
    error: String,
}

impl RefusedEmail {
    fn of(refused: &RefusedMail) -> Self {
        Self { email: refused.email.clone(), error: refused.error.clone() }
    }
}

impl Export {
    pub(crate) fn of(view: &ExportView) -> Self {
        let export = &view.export;
        Self {
            id: export.id.0,
            name: export.name.clone(),
            state: view.state.as_str(),
            site_id: view.sites.iter().map(|site| site.site.0).collect(),
            settings: export.settings.clone(),
            next_run_date: view.next_end.map(Timestamp),
            last_run: view.last_run.as_ref().map(ExportRun::of),
            create_date: export.created_at.into(),
            update_date: export.updated_at.into(),
        }
    }
}

impl ExportRun {
    pub(crate) fn of(run: &Run) -> Self {
        let written = run.written.as_ref();
        Self {
            id: run.id.0,
            site_id: run.site.0,
            from: run.window.from.into(),
            to: run.window.to.into(),
            status: run.state.as_str(),
            file: data_key(run.site, run.export_type, &run.name, run.compression),
            rows: written.map(|written| written.lines),
            bytes: written.map(|written| written.bytes),
            sha256: written.map(|written| written.sha256.clone()),
            images: run.photos,
            refused_emails: run.refused.iter().map(RefusedEmail::of).collect(),
            attempts: run.attempts,
            error: run.error.clone(),
            next_try_date: run.next_try_at.map(Timestamp),
            start_date: run.started_at.map(Timestamp),
            end_date: run.finished_at.map(Timestamp),
            duration: run.finished_at.zip(run.started_at).map(|(end, start)| (end - start).as_seconds_f64()),
            create_date: run.created_at.into(),
        }
    }
}
