//! What the commands about exports print.

use fieldproof_app::exports::{ExportView, Run};
use fieldproof_domain::export::data_key;
use serde_json::Value;

pub(super) use fieldproof_api::{export_json as export, run_json as run};

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
            run.error.clone().unwrap_or_else(|| match &run.refused[..] {
                [] => file(),
                refused => {
                    let emails: Vec<_> = refused.iter().map(|refused| refused.email.as_str()).collect();
                    format!("{}; no mail to {}", file(), emails.join(", "))
                }
            }),
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
