//! What is wrong with a photo, as it is kept and sent.

use super::{Level, Problem};
use crate::observation::BoundingBox;

/// A check that the photo did not pass: a `conformity_messages` entry of the contract (section 1.6).
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// What is wrong.
    pub problem: Problem,
    /// What it means here; never [`Level::Off`].
    pub level: Level,
    /// What was measured, in the check's unit; `None`: there was nothing to measure.
    pub value: Option<f64>,
    /// The limit that was not kept, in the same unit; `None`: there is none, such as for the name of a program.
    pub threshold: Option<f64>,
    /// Where on the upright photo; `None`: it is the whole of it, or not a place on it.
    pub region: Option<BoundingBox>,
    /// What the message names, such as a program.
    pub detail: Option<String>,
    /// Of the PDF document that was sent, from 1; `None`: a photo was sent.
    pub page: Option<u32>,
}

/// Whether level 2 must not run: one error among any number of warnings is enough (contract section 3.2).
pub fn blocks(findings: &[Finding]) -> bool {
    findings.iter().any(|finding| finding.level == Level::Error)
}
