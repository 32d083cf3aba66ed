//! Exports: every work order that was created or updated in a window of time, as lines of JSON (contract section 5).
//!
//! | file | what it answers |
//! |---|---|
//! | `interval` | when does a window end, and the next one begin? |
//! | `name` | what is the file of a window called? |
//! | `layout` | where does it lie, and where do photos? |
//! | `history` | which analysis did a person correct? |
//! | `record` | how does a work order look in it? |

mod history;
mod interval;
mod layout;
mod name;
mod record;

pub use history::{Corrected, PastAnalysis, PastCorrection, corrections};
pub use interval::{Interval, IntervalError, Schedule, Window};
pub use layout::{Compression, data_folder, data_key, manifest_key, photo_key};
pub use name::{NameError, NamePattern};
pub use record::{DataConformity, Input, JobConformity, Moment, Record, WorkItem};

use crate::work_order;

/// What a file tells of the inputs of a work item.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ExportType {
    /// All of them.
    #[default]
    Timeline,
    /// The last one.
    States,
}

impl ExportType {
    /// Both, the default first.
    pub const ALL: [Self; 2] = [Self::Timeline, Self::States];

    /// The word in settings and paths.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Timeline => "work-orders-timeline",
            Self::States => "work-orders-states",
        }
    }

    /// The type with this word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }
}

/// The JSON Schema of a line, as the contract documents it.
pub const LINE_SCHEMA: &str = include_str!("line.schema.json");

/// The version of the lines' schema, for the manifest beside each file.
pub const SCHEMA_VERSION: u32 = 1;

/// Progress as the lines tell it: from 0 to 1, where the API says 0 to 100.
pub fn progress(score: Option<u8>) -> Option<f64> {
    score.map(|percent| f64::from(percent) / 100.0)
}

/// A value as the lines tell it.
fn value(value: Option<&work_order::TaskValue>) -> serde_json::Value {
    value.map_or(serde_json::Value::Null, work_order::TaskValue::to_json)
}
