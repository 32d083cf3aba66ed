//! A work order's name, its tasks' states and its progress, and how work orders are found.

mod name;
mod pages;
mod progress;
mod state;
mod terms;
mod value;

pub use name::{MAX_NAME_LENGTH, check_name};
pub use pages::of_pages;
pub use progress::{GroupProgress, progress_score};
pub use state::{Appearance, TaskOutcome, TaskState};
pub use terms::{Facts, Term, metadata_text};
pub use value::TaskValue;
