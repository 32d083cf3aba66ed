//! Level 2, job conformity: CEL gives the values, JSON Schema rules say what they mean.
//!
//! A [`RuleBook`] is compiled once per application version. Rules come from files that people write, so nothing here
//! trusts them: an expression is bounded before it is ever evaluated (`budget`), checked against the names it may
//! use (`names`) and tried on made-up photos (`trial`). What still fails on a real photo gives "no value" and a reason.

mod book;
mod budget;
mod environment;
mod expression;
mod facts;
mod failure;
mod functions;
mod helpers;
mod names;
mod outcome;
mod parse;
mod result;
mod scan;
mod size;
mod things;
mod trial;
mod unreadable;

pub use book::RuleBook;
pub use facts::Facts;
pub(crate) use unreadable::note_unreadable_rules;
