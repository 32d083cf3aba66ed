//! The use cases of Fieldproof: what integrators, workers, solution engineers and operators can do.
//!
//! Nothing here knows HTTP status codes or SQL. [`Fieldproof`] is the opened system; each use case is a method on it,
//! in the module that is named for it:
//!
//! | module | use cases |
//! |---|---|
//! | [`access`] | whose token is this, and for which site? |
//! | [`permit`] | may he do this there? Every use case that a caller can start takes the answer |
//! | [`work_orders`] | create, retrieve, update, delete, list |
//! | [`analyse`] | a photo in, a verdict out |
//! | [`correct`] | a person says otherwise |
//! | [`applications`] | check, push and test an application's folder; load its versions |
//! | [`batch`] | archives of many work orders |
//! | [`admin`] | sites, users, tokens |
//! | [`jobs`] | work that is done later |
//! | [`repeat`] | requests that their senders may repeat |
//! | [`keeping`] | backup, restore, doctor, move |
//! | [`links`] | signed links to photos that need no token |

pub mod access;
pub mod admin;
mod ambient;
pub mod analyse;
pub mod applications;
pub mod batch;
mod callers;
pub mod correct;
mod engine;
mod erase;
mod error;
pub mod exports;
mod fields;
mod health;
pub mod jobs;
pub mod keeping;
pub mod links;
pub mod permit;
pub mod repeat;
mod secret;
mod system;
mod time;
mod unknown;
pub mod work_orders;

pub use ambient::{Ambient, SystemAmbient};
pub use engine::EngineChoice;
pub use error::{AppError, FieldErrors, Missing};
pub use fieldproof_store::{Condition, Places, StoreError};
pub use fields::Fields;
pub use health::Readiness;
pub use system::{Fieldproof, Settings};
pub use time::{GivenTime, read_time};
pub use unknown::unknown;
