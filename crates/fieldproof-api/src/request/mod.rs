//! From headers and bodies to values, or to the contract's error bodies.

mod body;
mod caller;
mod cursor;
mod language;
mod origin;
mod page_links;
mod path;
mod photo_links;
mod query;
mod repeatable;
mod upload_links;

pub(crate) use body::{ANALYSIS_BODY_LIMIT, BODY_LIMIT, JsonBody, SILENCE, WholeBody, json_object, whole_body};
pub(crate) use caller::{Allowed, SitePath, caller};
pub(crate) use fieldproof_app::Fields;
pub(crate) use language::PreferredLanguage;
pub(crate) use origin::{Origin, as_host};
pub(crate) use page_links::{CURSOR, PageLinks};
pub(crate) use path::{IdPath, TextPath};
pub(crate) use photo_links::{LinkTable, PhotoLinks};
pub(crate) use query::QueryFields;
pub(crate) use repeatable::{Plain, Render, Repeatable, json_response};
pub(crate) use upload_links::UploadLinks;
