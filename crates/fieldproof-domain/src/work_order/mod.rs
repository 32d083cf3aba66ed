//! A work order's name, its tasks' states and its progress.

mod name;
mod progress;
mod state;
mod value;

pub use name::{MAX_NAME_LENGTH, check_name};
pub use progress::{GroupProgress, progress_score};
pub use state::{Appearance, TaskOutcome, TaskState};
pub use value::TaskValue;
