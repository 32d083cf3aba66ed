//! Work that is done later: listed in the transaction of the change that causes it, done by workers in the server or in
//! processes of their own.
//!
//! A job may run twice, since its worker may be killed at its last moment; what it does must bear that. `kind` says
//! which jobs there are, `run` does them one after the other, `keep` looks after the list, `admin` is for operators.

mod admin;
mod keep;
mod kind;
mod run;
mod sweep;
#[cfg(test)]
mod tests;

pub use fieldproof_store::jobs::JobLine;
pub(crate) use kind::Job;
pub(crate) use run::{LEASE, finish};
