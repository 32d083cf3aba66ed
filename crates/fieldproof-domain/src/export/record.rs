//! A line of a data file: a work order (contract section 5, "Structured data format").

use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Serialize, Serializer};
use serde_json::{Map, Value as Json};

use super::{Corrected, ExportType, value};
use crate::{
    check::Finding,
    ids::{InputId, SiteId, WorkItemId, WorkOrderId},
    text::Language,
    work_order::TaskOutcome,
};

/// A time as the lines have it: `2025-03-19T14:21:40.105568+00:00`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment(pub DateTime<Utc>);

impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // Several times faster than a format, of which lines have many.
        serializer.serialize_str(&self.0.to_rfc3339_opts(SecondsFormat::Micros, false))
    }
}

/// A work order with what was found on its photos.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Record<'a> {
    /// The id.
    pub id: WorkOrderId,
    /// Not unique.
    pub name: &'a str,
    /// Of which site.
    pub site_id: SiteId,
    /// When it was made.
    pub create_date: Moment,
    /// When it was changed last.
    pub update_date: Moment,
    /// As the customer has set it.
    pub metadata: &'a Map<String, Json>,
    /// From 0 to 1; `None`: nothing on it counts.
    pub progress_score: Option<f64>,
    /// One for each task group, in the application's order.
    pub work_items: Vec<WorkItem<'a>>,
}

/// A task group of a work order.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct WorkItem<'a> {
    /// Derived from the work order and the name.
    pub id: WorkItemId,
    /// That of the task group.
    pub name: &'a str,
    /// The photos, oldest first; in a file of states, the last one alone.
    pub input: Vec<Input<'a>>,
}

/// A photo and what was found on it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Input<'a> {
    /// The id, by which the photo's file is called.
    pub id: InputId,
    /// When it came.
    pub create_date: Moment,
    /// The ending of the photo's file, with its dot.
    pub file_extension: &'a str,
    /// What was sent with it.
    pub metadata: &'a Map<String, Json>,
    /// Level 1: what was found wrong with it.
    pub data_conformity: Vec<DataConformity>,
    /// Level 2: what it shows; empty where level 1 was in the way.
    pub job_conformity: Vec<JobConformity<'a>>,
}

/// A finding of level 1.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct DataConformity {
    /// The check's name, in English whatever the site's language.
    pub check: &'static str,
    /// The check's code.
    pub code: u16,
    /// `information`, `warning` or `error`.
    pub level: &'static str,
}

/// A task as an analysis and people saw it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct JobConformity<'a> {
    /// Name of the task.
    pub task_name: &'a str,
    /// What the analysis said; null: it could not be computed.
    pub analyzed_value: Json,
    /// What a person said of this analysis' value, the last time.
    pub corrected_value: Json,
    /// When.
    pub corrected_date: Option<Moment>,
    /// What the value means, in the application's first language: the person's where there is one.
    pub message: Option<String>,
    /// Whether it is as it should be; null: no rule says so.
    pub is_conformity_validated: Option<bool>,
}

impl WorkItem<'_> {
    /// Leaves what a file of this type tells; `None`: nothing of this item.
    pub fn told_as(mut self, kind: ExportType) -> Option<Self> {
        if kind == ExportType::States {
            self.input = vec![self.input.pop()?];
        }
        Some(self)
    }
}

impl From<&Finding> for DataConformity {
    fn from(finding: &Finding) -> Self {
        let check = finding.problem.check();
        Self { check: check.name(), code: check.code(), level: finding.level.as_str() }
    }
}

impl<'a> JobConformity<'a> {
    /// What an analysis said of a task, and what a person said of that.
    pub fn new(outcome: &'a TaskOutcome, corrected: Option<&Corrected>, language: Language) -> Self {
        let shown = corrected.map_or(&outcome.appearance, |corrected| &corrected.appearance);
        Self {
            task_name: &outcome.task,
            analyzed_value: value(outcome.value.as_ref()),
            corrected_value: value(corrected.map(|corrected| &corrected.value)),
            corrected_date: corrected.map(|corrected| Moment(corrected.at)),
            message: shown.message.as_ref().map(|text| text.get(language).to_owned()),
            is_conformity_validated: shown.is_conformity_validated,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use uuid::Uuid;

    use super::*;
    use crate::{
        check::{Level, Problem},
        text::Text,
        work_order::{Appearance, TaskValue},
    };

    fn appearance(message: &str, validated: bool) -> Appearance {
        let message = Some(Text::Same(message.into()));
        Appearance { message, color: Some("#26e4bc".into()), is_conformity_validated: Some(validated) }
    }

    fn outcome(value: TaskValue) -> TaskOutcome {
        TaskOutcome {
            task: "duct_count".into(),
            appearance: appearance(&value.to_string(), false),
            value: Some(value),
            regions: vec![],
            failure: None,
        }
    }

    fn at(micros: i64) -> DateTime<Utc> {
        DateTime::from_timestamp_micros(micros).unwrap()
    }

    #[test]
    fn a_line_is_as_documented() {
        let metadata = json!({"created_with": "mobile_app"}).as_object().unwrap().clone();
        let sent_with = json!({"timestamp_ms": 1_742_394_153_532_i64}).as_object().unwrap().clone();
        let (outcome, now) = (outcome(TaskValue::Number(0.0)), at(1_742_394_100_105_568));
        let corrected = Corrected { value: TaskValue::Number(2.0), at: now, appearance: appearance("2.0", true) };
        let finding = Finding {
            page: None,
            problem: Problem::Blurred,
            level: Level::Warning,
            value: Some(3.0),
            threshold: Some(5.0),
            region: None,
            detail: None,
        };
        let input = |number, job_conformity| Input {
            id: InputId(Uuid::from_u128(number)),
            create_date: Moment(now),
            file_extension: ".jpeg",
            metadata: &sent_with,
            data_conformity: vec![DataConformity::from(&finding)],
            job_conformity,
        };
        let order = WorkOrderId(Uuid::from_u128(1));
        let item = WorkItem {
            id: order.work_item("l4_civil_open"),
            name: "l4_civil_open",
            input: vec![
                input(3, vec![JobConformity::new(&outcome, None, Language::En)]),
                input(4, vec![JobConformity::new(&outcome, Some(&corrected), Language::En)]),
            ],
        };
        let mut record = Record {
            id: order,
            name: "test-BB6D70A6",
            site_id: SiteId(Uuid::from_u128(2)),
            create_date: Moment(now),
            update_date: Moment(at(1_742_394_100_000_000)),
            metadata: &metadata,
            progress_score: super::super::progress(Some(66)),
            work_items: vec![item],
        };
        insta::assert_json_snapshot!("timeline", record);
        let schema: Json = serde_json::from_str(super::super::LINE_SCHEMA).unwrap();
        let schema = jsonschema::options().should_validate_formats(true).build(&schema).unwrap();
        let errors: Vec<_> = schema.iter_errors(&json!(record)).map(|error| error.to_string()).collect();
        assert_eq!(errors, Vec::<String>::new());
        record.work_items.push(WorkItem { id: order.work_item("later"), name: "later", input: vec![] });
        record.work_items = record.work_items.into_iter().filter_map(|item| item.told_as(ExportType::States)).collect();
        assert_eq!(record.work_items.len(), 1, "a file of states has one input for each work item");
        assert_eq!(record.work_items[0].input[..], [input(4, record.work_items[0].input[0].job_conformity.clone())]);
    }
}
