//! From headers and bodies to values, or to the contract's error bodies.

mod body;
mod caller;
mod fields;
mod language;
mod path;
mod photo_links;

pub(crate) use body::{ANALYSIS_BODY_LIMIT, BODY_LIMIT, JsonBody, WholeBody, json_object};
pub(crate) use caller::{Allowed, SitePath};
pub(crate) use fields::Fields;
pub(crate) use language::PreferredLanguage;
pub(crate) use path::{IdPath, TextPath};
pub(crate) use photo_links::{LinkTable, PhotoLinks};
