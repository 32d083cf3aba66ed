//! The demo's table.

use comfy_table::{ContentArrangement, Table, presets};

use super::{
    place::Place,
    send::{SentPhoto, SentWorkOrder},
};

/// One row a task: work order, photo, checks, each task's value and message, progress.
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
        let mut rows: Vec<[String; 7]> = order.photos.iter().flat_map(photo_rows).collect();
        if let Some(first) = rows.first_mut() {
            first[0].clone_from(&order.name);
        }
        if let Some(last) = rows.last_mut() {
            last[6] = progress(order);
        }
        table.add_rows(rows);
    }
    table
}

/// One row a task; a photo that level 1 blocked has one row without any.
fn photo_rows(photo: &SentPhoto) -> Vec<[String; 7]> {
    let name = photo.photo.rsplit('/').next().unwrap_or_default();
    let name = if photo.is_expected { name.to_owned() } else { format!("{name} (UNEXPECTED)") };
    let checks = if photo.checks.is_empty() { "ok".to_owned() } else { photo.checks.join(", ") };
    let mut rows: Vec<[String; 7]> = vec![Default::default(); photo.tasks.len().max(1)];
    for (row, task) in rows.iter_mut().zip(&photo.tasks) {
        row[3].clone_from(&task.name);
        row[4] = task.value.to_string();
        row[5].clone_from(&task.message);
    }
    rows[0][1] = name;
    rows[0][2] = checks;
    rows
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
