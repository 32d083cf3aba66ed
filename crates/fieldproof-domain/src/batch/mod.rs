//! Batches: archives of work orders, sent in pieces, worked off later (contract sections 2.8 and 4).
//!
//! | file | what it answers |
//! |---|---|
//! | `grammar` | what is this file of the archive? |
//! | `content_range` | which bytes of the archive does a request bring? |
//! | `upload` | what is to be done with them? |
//! | `object_hash` | are they what was sent? |
//! | `photo_name` | for which task group is this photo, and when is its turn? |
//! | `status` | where does a batch stand? |
//! | `progress` | how far is it, and when will it be done? |
//! | `problem` | what went wrong where |

mod content_range;
mod grammar;
mod object_hash;
mod photo_name;
mod problem;
mod progress;
mod status;
mod upload;

pub use content_range::ContentRange;
pub use grammar::{Place, place};
pub use object_hash::{HashMismatch, ObjectHash};
pub use photo_name::{PhotoName, read_photo_name};
pub use problem::{Problem, ProblemCode};
pub use progress::{Count, Progress};
pub use status::{OnExisting, Status, UnitState};
pub use upload::{Decision, Held, Receive, Refusal, already_held, decide};
