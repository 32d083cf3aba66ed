//! HTTP: the router that *is* the OpenAPI document.
//!
//! A request's way: [`service`] finds the site in path or host, gives the request its id and its log line; `request`
//! turns headers and bodies into values or into the contract's error bodies; one file per endpoint calls one use case
//! of `fieldproof-app`; `shape` files say how the answer looks on the wire. No rule of the field is here.

mod answers;
mod batches;
mod document;
mod error;
mod exports;
mod files;
mod request;
mod router;
mod service;
mod state;
mod system;
mod task_groups;
mod timestamp;
mod uploads;
mod work_orders;

pub use exports::{export_json, run_json};
pub use router::{openapi, router};
pub use service::serve;
pub use state::ApiState;
