//! `tests.yaml`: the photos of an application's own tests and the verdicts expected of them
//! (reference: `docs/application.md`).

mod photo;
mod read;

pub use read::parse;

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::{check::Check, work_order::TaskValue};

/// What `tests.yaml` says.
#[derive(Clone, Debug, PartialEq)]
pub struct Expectations {
    /// In the order of the file, which is the order they are made in.
    pub work_orders: Vec<ExpectedWorkOrder>,
}

/// A work order of the test.
#[derive(Clone, Debug, PartialEq)]
pub struct ExpectedWorkOrder {
    /// A valid and unique name.
    pub name: String,
    /// Known work order types.
    pub types: Vec<String>,
    /// Accepted by [`super::check_metadata`].
    pub metadata: Map<String, Value>,
    /// In the order they are sent.
    pub photos: Vec<ExpectedPhoto>,
    /// Progress score after the last photo, 0..=100; `None`: not compared.
    pub progress: Option<u8>,
}

/// A photo and what must be said of it.
#[derive(Clone, Debug, PartialEq)]
pub struct ExpectedPhoto {
    /// Relative to the application's folder.
    pub photo: String,
    /// One that is active for the work order.
    pub task_group: String,
    /// The checks that have something to say, in the order of their codes; each once.
    pub checks: Vec<Check>,
    /// Expected values by task name; tasks that are not named are not compared.
    pub tasks: BTreeMap<String, Option<TaskValue>>,
}
