//! From what an expression gives to a task's value or regions.

use cel::{Value as Cel, objects::Key};

use super::{
    facts::MOST_DETECTIONS,
    failure::{Cause, Failure, type_name},
};
use crate::{
    application::TaskType,
    observation::{BoundingBox, Detection},
    work_order::TaskValue,
};

/// Longest text of a task, in bytes.
const LONGEST_TEXT: usize = 4000;

/// The value of a task of this type; `null` is "no value" and no failure.
pub(super) fn value(result: &Cel, kind: TaskType) -> Result<Option<TaskValue>, Failure> {
    match (kind, result) {
        (_, Cel::Null) => Ok(None),
        (TaskType::Boolean, Cel::Bool(boolean)) => Ok(Some(TaskValue::Boolean(*boolean))),
        (TaskType::Number, Cel::Int(number)) => Ok(Some(TaskValue::Number(*number as f64))),
        (TaskType::Number, Cel::UInt(number)) => Ok(Some(TaskValue::Number(*number as f64))),
        (TaskType::Number, Cel::Float(number)) if number.is_finite() => Ok(Some(TaskValue::Number(*number))),
        (TaskType::Number, Cel::Float(number)) => {
            Err(Failure::new(Cause::Result, format!("The value is {number}, which is not a number that can be kept.")))
        }
        (TaskType::Text, Cel::String(text)) if text.len() <= LONGEST_TEXT => {
            Ok(Some(TaskValue::Text(text.as_ref().clone())))
        }
        (TaskType::Text, Cel::String(_)) => {
            Err(Failure::new(Cause::Result, format!("The text has more than {LONGEST_TEXT} bytes.")))
        }
        (_, other) => {
            let (wanted, found) = (kind.as_str(), type_name(&other.type_of().to_string()));
            Err(Failure::new(
                Cause::Result,
                format!("The task is of type {wanted}, but the rule gives a value of type {found}."),
            ))
        }
    }
}

/// The detections that an expression gives.
pub(super) fn regions(result: &Cel) -> Result<Vec<Detection>, Failure> {
    let wrong = || Failure::new(Cause::Result, "'regions' does not give a list of detections.");
    let Cel::List(items) = result else { return Err(wrong()) };
    if items.len() > MOST_DETECTIONS {
        return Err(Failure::new(Cause::Result, format!("'regions' gives more than {MOST_DETECTIONS} detections.")));
    }
    items.iter().map(|item| detection(item).ok_or_else(wrong)).collect()
}

fn detection(value: &Cel) -> Option<Detection> {
    let bbox = field(value, "bbox")?;
    let side = |name| match field(bbox, name) {
        Some(Cel::Float(number)) if (0.0..=1.0).contains(number) => Some(*number),
        _ => None,
    };
    let (Cel::String(concept), Cel::Float(score)) = (field(value, "concept")?, field(value, "score")?) else {
        return None;
    };
    let bbox = BoundingBox { xmin: side("xmin")?, ymin: side("ymin")?, xmax: side("xmax")?, ymax: side("ymax")? };
    Some(Detection { bbox, score: *score, concept: concept.as_ref().clone(), page: None })
}

fn field<'v>(value: &'v Cel, name: &str) -> Option<&'v Cel> {
    let Cel::Map(map) = value else { return None };
    map.map.get(&Key::from(name))
}
