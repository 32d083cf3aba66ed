//! What an export is set to: from the flat fields of the API to values, and back to what is shown.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use fieldproof_domain::export::{Compression, ExportType, Interval, NamePattern, Schedule};
use serde_json::{Map, Value as Json, json};

use super::{
    ExportPlaces,
    place_settings::{OF_PLACES, PlaceSettings},
};
use crate::{FieldErrors, Fields};

/// Days that the bytes of delivered files are kept, unless said otherwise.
const KEEP_DAYS: u32 = 7;
/// At most.
const MOST_KEEP_DAYS: u32 = 90;
/// What an answer has beside what can be set.
const ANSWERED: [&str; 6] = ["id", "state", "next_run_date", "last_run", "create_date", "update_date"];
/// Longest name of an export, in characters.
const MAX_NAME: usize = 255;

/// What an export is set to.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub(crate) name: Option<String>,
    pub(crate) kind: ExportType,
    pub(crate) schedule: Schedule,
    /// Where its first window begins.
    pub(crate) from: Option<DateTime<Utc>>,
    /// Where its only window ends.
    pub(crate) to: Option<DateTime<Utc>>,
    pub(crate) compression: Compression,
    pub(crate) file_name: NamePattern,
    pub(crate) keep_days: u32,
    pub(crate) with_photos: bool,
    pub(crate) place: PlaceSettings,
}

impl Settings {
    /// Reads the fields that `given` has, and those of `stored` that it has not. Those that are stored may have lost their
    /// use, as the address of a bucket has where mail is sent now.
    ///
    /// # Errors
    /// Every wrong field, and what is given in vain.
    pub(crate) fn read(
        stored: Map<String, Json>,
        given: Map<String, Json>,
        places: &ExportPlaces,
    ) -> Result<Self, FieldErrors> {
        let names: HashSet<String> = given.keys().cloned().collect();
        let mut all = stored;
        all.extend(given);
        // As if it were not there: then it gets its default, or is missing.
        all.retain(|_, value| !value.is_null());
        let mut fields = Fields::new(all);
        let name = fields.text("name").filter(|name| !name.is_empty());
        if name.as_ref().is_some_and(|name| name.chars().count() > MAX_NAME || name.chars().any(char::is_control)) {
            fields.add("name", format!("Field 'name' must have {MAX_NAME} characters at most, none for control."));
        }
        let kind = fields.word("export_type", &ExportType::ALL.map(|kind| (kind.as_str(), kind))).unwrap_or_default();
        fields.word("file_format", &[("json", ())]);
        let schedule = schedule(&mut fields);
        let zone = schedule.as_ref().map_or(Tz::UTC, |schedule| schedule.zone);
        let mut time = |field| fields.time(field).map(|time| time.by(zone));
        let (from, to) = (time("from"), time("to"));
        if let Some(schedule) = &schedule
            && to.is_some()
            && !schedule.interval.is_once()
        {
            fields.add("to", "Field 'to' belongs to the interval 'once': others go on until they are deleted.");
        }
        if let (Some(from), Some(to)) = (from, to)
            && to <= from
        {
            fields.add("to", "Field 'to' must be later than 'from'.");
        }
        let compressions = Compression::ALL.map(|compression| (compression.as_str(), compression));
        let compression = fields.word("compression", &compressions).unwrap_or_default();
        let file_name = file_name(&mut fields, schedule.as_ref());
        let keep_days = fields.number("keep_days", 0..=MOST_KEEP_DAYS).unwrap_or(KEEP_DAYS);
        let with_photos = fields.boolean("export_images").unwrap_or(false);
        let place = PlaceSettings::read(&mut fields, places);
        if let Some(PlaceSettings::Email { .. }) = place {
            if with_photos {
                fields.add(
                    "export_images",
                    "Photos are not sent by mail: leave 'export_images' out, or set it to false.",
                );
            }
            if keep_days == 0 {
                fields.add("keep_days", "The mailed link works as long as the file is kept: 1 day at least.");
            }
        }
        refuse_others(&mut fields, &names, place.is_some());
        fields.finish()?;
        let (Some(schedule), Some(place)) = (schedule, place) else { return Err(FieldErrors::default()) };
        Ok(Self { name, kind, schedule, from, to, compression, file_name, keep_days, with_photos, place })
    }

    /// What is shown of it, and kept: without secrets and without its name.
    pub(crate) fn shown(&self) -> Map<String, Json> {
        let general = json!({
            "export_type": self.kind.as_str(),
            "file_format": "json",
            "interval": self.schedule.interval.to_string(),
            "time_zone": self.schedule.zone.name(),
            "from": self.from,
            "to": self.to,
            "compression": self.compression.as_str(),
            "file_name": self.file_name.as_str(),
            "keep_days": self.keep_days,
            "export_images": self.with_photos,
        });
        let Json::Object(mut shown) = general else { return Map::new() };
        shown.extend(self.place.shown());
        shown
    }
}

/// What is given and nothing has read is refused: whoever gave it would wait for its effect.
fn refuse_others(fields: &mut Fields, given: &HashSet<String>, has_place: bool) {
    for name in fields.unread().iter().filter(|name| given.contains(*name)) {
        if ANSWERED.contains(&name.as_str()) {
            fields.add(name, format!("Field '{name}' is answered and cannot be set."));
        } else if !OF_PLACES.contains(&name.as_str()) {
            fields.unknown(name);
        } else if has_place {
            let message =
                format!("Field '{name}' does not belong to the place that this export goes to: leave it out.");
            fields.add(name, message);
        }
    }
}

fn schedule(fields: &mut Fields) -> Option<Schedule> {
    let zone = match fields.text("time_zone") {
        None => Some(Tz::UTC),
        Some(name) => name.parse().ok().or_else(|| {
            let shown: String = name.chars().take(60).collect();
            fields.add("time_zone", format!("'{shown}' is no time zone: use a name such as Europe/Paris or UTC."));
            None
        }),
    };
    let interval: Option<Interval> = match fields.text("interval") {
        // Of a wrong type, which is noted already.
        None if !fields.is_right("interval") => None,
        None => {
            fields.missing("interval");
            None
        }
        Some(text) => text
            .parse()
            .map_err(|error: fieldproof_domain::export::IntervalError| {
                fields.add("interval", error.to_string());
            })
            .ok(),
    };
    Some(Schedule { interval: interval?, zone: zone? })
}

fn file_name(fields: &mut Fields, schedule: Option<&Schedule>) -> NamePattern {
    let (Some(text), Some(schedule)) = (fields.text("file_name"), schedule) else { return NamePattern::default() };
    NamePattern::parse(&text, schedule).unwrap_or_else(|error| {
        fields.add("file_name", error.to_string());
        NamePattern::default()
    })
}
