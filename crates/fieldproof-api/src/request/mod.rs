//! From headers and bodies to values, or to the contract's error bodies.

mod body;
mod caller;
mod fields;
mod language;
mod page_links;
mod path;
mod photo_links;
mod query;

pub(crate) use body::{ANALYSIS_BODY_LIMIT, BODY_LIMIT, JsonBody, WholeBody, json_object};
pub(crate) use caller::{Authenticated, SitePath};
pub(crate) use fields::Fields;
pub(crate) use language::PreferredLanguage;
pub(crate) use page_links::{CURSOR, PageLinks};
pub(crate) use path::{IdPath, TextPath};
pub(crate) use photo_links::{LinkTable, PhotoLinks};
pub(crate) use query::QueryFields;
