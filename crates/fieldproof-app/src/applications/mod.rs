//! Visual applications: from a solution engineer's folder to a version that judges photos.

mod bundle;
mod catalog;
mod check;
mod observe;
mod push;
mod readers;
mod rehearse;

pub use bundle::Bundle;
pub(crate) use bundle::digest_of;
pub(crate) use catalog::Catalog;
pub use check::{FileProblem, LoadedApplication, check_folder};
pub use push::Pushed;
pub use readers::Reader;
pub use rehearse::{PhotoVerdict, Rehearsal, Said, WorkOrderVerdict};

/// Name of the file that describes an application.
pub const APPLICATION_FILE: &str = "application.yaml";
/// Name of the file with an application's own tests.
pub const TESTS_FILE: &str = "tests.yaml";
