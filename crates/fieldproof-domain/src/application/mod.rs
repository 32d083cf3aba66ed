//! A visual application: the photos that are expected, how they are checked, and what they must show.
//!
//! [`load`] is the one way from the text of `application.yaml` to something that judges photos.

mod load;
mod metadata;
mod model;
mod parse;
mod problem;
mod reader;
mod select;
mod suggest;
mod types;
mod yaml;

pub mod expectations;

pub use load::{Examined, examine, load};
pub use metadata::{MetadataError, check_metadata};
pub use model::{Channels, InputType, Layout, ModelFacts, ModelFile, ModelInput, ModelKind, ModelSpec, ResizeFit};
pub(crate) use parse::{MOST_TASKS, Places, RulePlaces, Source};
pub use parse::{ModelFiles, is_reserved, parse, parse_models};
pub use problem::Problem;
pub(crate) use problem::{Place, Problems};
pub use reader::{CodeFormat, ReaderSpec};
pub use select::ActiveGroup;
pub use suggest::closest;
pub(crate) use suggest::did_you_mean;
pub use types::{
    Application, MetadataSpec, MetadataType, Observe, ObserveRegions, OutcomeRule, Task, TaskGroup, TaskType,
    TypeSelection, WorkOrderType,
};
