//! The demo's table.

use comfy_table::{ContentArrangement, Table, presets};

use super::{place::Place, send::SentWorkOrder};

/// One row a photo: work order, photo, checks, each task's value and message, progress.
pub(crate) fn render(sent: &[SentWorkOrder]) -> Table {
    let mut table = Table::new();
    table.load_style(presets::UTF8_FULL_CONDENSED).set_content_arrangement(ContentArrangement::Dynamic).set_header([
        "work order",
        "photo",
        "checks",
        "task",
        "value",
        "message",
        "progress",
    ]);
    if table.width().is_none() {
        // Not a terminal: wide enough for every line to be read as one.
        table.set_width(180);
    }
    for order in sent {
        let last = order.photos.len().saturating_sub(1);
        for (position, photo) in order.photos.iter().enumerate() {
            let lines = |text: &dyn Fn(&super::send::SentTask) -> String| {
                photo.tasks.iter().map(text).collect::<Vec<_>>().join("\n")
            };
            let name = photo.photo.rsplit('/').next().unwrap_or_default();
            let checks = if photo.checks.is_empty() { "ok".to_owned() } else { photo.checks.join(", ") };
            table.add_row([
                if position == 0 { order.name.clone() } else { String::new() },
                if photo.is_expected { name.to_owned() } else { format!("{name} (UNEXPECTED)") },
                checks,
                lines(&|task| task.name.clone()),
                lines(&|task| task.value.to_string()),
                lines(&|task| task.message.clone()),
                if position == last { progress(order) } else { String::new() },
            ]);
        }
    }
    table
}

fn progress(order: &SentWorkOrder) -> String {
    let score = order.progress.map_or_else(|| "none".to_owned(), |score| score.to_string());
    match order.expected_progress {
        Some(expected) if order.progress != Some(expected) => format!("{score} (EXPECTED {expected})"),
        _ => score,
    }
}

/// What to do next.
pub(crate) fn closing(url: &str, place: &Place, as_expected: bool) -> String {
    let verdict =
        if as_expected { "Every verdict is the expected one." } else { "Some verdicts are not the expected ones." };
    format!(
        "{verdict}\nAPI: {url}/v0.2/   reference: {url}/docs\nToken: {}\nSite: {}\nTry: curl -H 'Authorization: Token {}' {url}/v0.2/task-groups/",
        place.token, place.site_id, place.token
    )
}
