//! What the commands about exports print.

use fieldproof_app::exports::{ExportView, Run};
use fieldproof_domain::export::data_key;
use serde_json::{Value, json};

/// An export for programs.
pub(super) fn export(view: &ExportView) -> Value {
    let mut shown = json!({
        "id": view.export.id,
        "name": view.export.name,
        "state": view.state.as_str(),
        "site_id": view.sites.iter().map(|site| site.site).collect::<Vec<_>>(),
        "next_run_date": view.next_end,
        "last_run": view.last_run.as_ref().map(run),
    });
    if let Value::Object(fields) = &mut shown {
        fields.extend(view.export.settings.clone());
    }
    shown
}

/// A window for programs.
pub(super) fn run(run: &Run) -> Value {
    let written = run.written.as_ref();
    json!({
        "id": run.id,
        "site_id": run.site,
        "from": run.window.from,
        "to": run.window.to,
        "status": run.state.as_str(),
        "file": data_key(run.site, run.export_type, &run.name, run.compression),
        "rows": written.map(|written| written.lines),
        "bytes": written.map(|written| written.bytes),
        "sha256": written.map(|written| &written.sha256),
        "images": run.photos,
        "attempts": run.attempts,
        "error": run.error,
        "next_try_date": run.next_try_at,
        "start_date": run.started_at,
        "end_date": run.finished_at,
    })
}

/// Where an export goes, for people.
pub(super) fn place(view: &ExportView) -> String {
    let text = |name: &str| view.export.settings.get(name).and_then(Value::as_str).unwrap_or_default();
    match text("connector_type") {
        "cloud_storage" => text("storage_uri").to_owned(),
        "sftp" => format!("sftp {}:{}", text("sftp_host"), text("sftp_remote_path")),
        _ => match view.export.settings.get("emails") {
            Some(Value::Array(emails)) => emails.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", "),
            _ => String::new(),
        },
    }
}

/// Windows, for people.
pub(super) fn runs(runs: &[Run]) -> String {
    let mut table = table(["window", "status", "work orders", "photos", "tried", "file, or what is wrong"]);
    for run in runs {
        let minute = |time: chrono::DateTime<chrono::Utc>| time.format("%Y-%m-%d %H:%M").to_string();
        let file = || data_key(run.site, run.export_type, &run.name, run.compression);
        table.add_row([
            format!("{} to {}", minute(run.window.from), minute(run.window.to)),
            run.state.as_str().to_owned(),
            run.written.as_ref().map_or_else(String::new, |written| written.lines.to_string()),
            run.photos.to_string(),
            run.attempts.to_string(),
            run.error.clone().unwrap_or_else(file),
        ]);
    }
    table.to_string()
}

/// An empty table with these headings.
pub(super) fn table<const N: usize>(headings: [&str; N]) -> comfy_table::Table {
    let mut table = comfy_table::Table::new();
    table.load_style(comfy_table::presets::NOTHING).set_header(headings);
    table
}
