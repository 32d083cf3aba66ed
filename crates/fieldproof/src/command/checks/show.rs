//! Readings as a table, and as JSON.

use fieldproof_domain::{
    check::{Check, Level, Reading, Wanted},
    text::Language,
};
use serde_json::{Value, json};

/// A photo or a page.
pub(super) struct Looked {
    pub(super) file: String,
    /// Of a PDF document, from 1.
    pub(super) page: Option<u32>,
    /// What was measured on it, or why it cannot be used.
    pub(super) found: Result<Vec<Reading>, String>,
}

/// A line for each thing that was measured.
pub(super) fn table(photos: &[Looked], language: Language) -> String {
    let mut table = comfy_table::Table::new();
    let header = ["photo", "check", "measure", "value", "wanted", "", "message"];
    table.load_style(comfy_table::presets::NOTHING).set_header(header);
    for Looked { file, page, found } in photos {
        let name = page.map_or_else(|| file.clone(), |page| format!("{file}, page {page}"));
        match found {
            Ok(readings) => {
                for reading in readings {
                    let value = reading.value.map_or_else(|| "none".to_owned(), |value| format!("{value:.2}"));
                    table.add_row([
                        name.clone(),
                        reading.check.name().to_owned(),
                        reading.measure.to_owned(),
                        value,
                        wanted(reading.wanted),
                        verdict(reading).to_owned(),
                        message(reading, language).unwrap_or_default(),
                    ]);
                }
            }
            Err(reason) => drop(table.add_row([&name, "", "", "", "", "unusable", reason])),
        }
    }
    table.to_string()
}

fn wanted(wanted: Wanted) -> String {
    match wanted {
        Wanted::AtLeast(least) => format!("at least {least}"),
        Wanted::AtMost(most) => format!("at most {most}"),
        Wanted::MoreThan(most_alike) => format!("more than {most_alike}"),
        Wanted::Something => "any".to_owned(),
        Wanted::Nothing => "none".to_owned(),
    }
}

/// In one word: `ok`, the level that the check has, or that it is off.
fn verdict(reading: &Reading) -> &'static str {
    match (&reading.broken, reading.level) {
        (_, Level::Off) => "off",
        (None, _) => "ok",
        (Some(_), level) => level.as_str(),
    }
}

fn message(reading: &Reading, language: Language) -> Option<String> {
    Some(reading.finding()?.message(language).into_owned())
}

/// A photo with its checks, each with what it has measured.
pub(super) fn as_json(Looked { file, page, found }: &Looked, language: Language) -> Value {
    let mut json = json!({"file": file});
    if let Some(page) = page {
        json["page"] = json!(page);
    }
    match found {
        Ok(readings) => json["checks"] = checks(readings, language),
        Err(reason) => json["problem"] = json!(reason),
    }
    json
}

fn checks(readings: &[Reading], language: Language) -> Value {
    let checks = Check::ALL.map(|check| {
        let of_check = || readings.iter().filter(move |reading| reading.check == check);
        let level = of_check().next().map(|reading| reading.level).unwrap_or_default();
        let message = of_check().find_map(|reading| message(reading, language));
        json!({
            "code": check.code(), "name": check.name(), "level": level.as_str(),
            "passed": of_check().all(|reading| reading.broken.is_none()),
            "message": message, "measures": of_check().map(measure).collect::<Vec<_>>(),
        })
    });
    json!(checks)
}

fn measure(reading: &Reading) -> Value {
    let (at_least, at_most) = match reading.wanted {
        Wanted::AtLeast(least) => (Some(least), None),
        Wanted::AtMost(most) => (None, Some(most)),
        Wanted::MoreThan(most_alike) => (Some(most_alike + 1.0), None),
        Wanted::Something | Wanted::Nothing => (None, None),
    };
    let broken = reading.broken.as_ref();
    json!({
        "name": reading.measure, "value": reading.value, "at_least": at_least, "at_most": at_most,
        "passed": broken.is_none(), "problem": broken.map(|broken| broken.problem.as_str()),
        "region": broken.and_then(|broken| broken.region), "detail": broken.and_then(|broken| broken.detail.clone()),
    })
}
