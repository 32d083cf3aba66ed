//! From headers and bodies to values, or to the contract's error bodies.

mod body;
mod caller;
mod fields;
mod language;
mod link_base;
mod path;

pub(crate) use body::{ANALYSIS_BODY_LIMIT, BODY_LIMIT, JsonBody};
pub(crate) use caller::{Authenticated, SitePath};
pub(crate) use fields::Fields;
pub(crate) use language::PreferredLanguage;
pub(crate) use link_base::LinkBase;
pub(crate) use path::IdPath;
