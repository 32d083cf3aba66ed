//! Where the rules of the application stand in its file.

use std::collections::HashMap;

use crate::application::{problem::Place, yaml::Scalar};

/// The rules' places by task name.
#[derive(Debug, Default)]
pub(crate) struct Places(pub(crate) HashMap<String, RulePlaces>);

/// The rules of one task.
#[derive(Debug, Default)]
pub(crate) struct RulePlaces {
    pub(crate) value: Option<Source>,
    pub(crate) regions: Option<Source>,
    /// Of the schemas, in the order of the rules.
    pub(crate) schemas: Vec<Place>,
}

/// An expression as written.
#[derive(Debug)]
pub(crate) struct Source {
    pub(crate) at: Place,
    pub(crate) scalar: Scalar,
}

impl Source {
    /// The place of a character of the expression (both from 1), or of its start when that cannot be known.
    pub(crate) fn place_of(&self, line: u32, column: u32) -> Place {
        self.scalar.place_of(line, column).unwrap_or(self.at)
    }
}
