//! A photo in, a verdict out (contract sections 2.6 and 3).
//!
//! The walk: `request` says which task group and which photo, `photo_source` gets its bytes, `workers` bounds who
//! computes, `pages` renders a PDF document, `run` goes through level 1 and level 2 by its `stages`, `duplicates` remembers in `site_photos` what was seen
//! before, `record` writes all of it (its `rows`) in one transaction, `verdict` is the
//! answer. `thumbnail` gives the small picture that the decode left, for lists.

mod duplicates;
mod pages;
mod photo_source;
mod record;
mod request;
mod rows;
mod run;
mod site_photos;
mod stages;
mod thumbnail;
mod turns;
mod verdict;
mod workers;

pub(crate) use duplicates::DuplicateIndex;
pub use pages::{REFUSED, RENDER_COMMAND};
pub use photo_source::{MAX_PDF_BYTES, MAX_PHOTO_BYTES};
pub(crate) use request::StoredPhoto;
pub use request::{AnalysisRequest, NewInput, NewInputData};
pub(crate) use stages::unusable;
pub use verdict::Verdict;
pub(crate) use workers::Workers;
