//! The rules of Fieldproof, and nothing else.
//!
//! Everything here is a pure function of its arguments: no IO, no clock, no randomness, no async.
//! The same input gives the same output, so every rule is tested in milliseconds by tables and properties.
//!
//! | module | what it answers |
//! |---|---|
//! | [`application`] | what is a visual application, and is this `application.yaml` one? |
//! | [`check`] | level 1, data conformity: is this photo usable? |
//! | [`rules`] | level 2, job conformity: what do the task values say? |
//! | [`work_order`] | what is a work order's state and progress after that? |
//! | [`batch`] | what is a file of a batch's archive, and where does the batch stand? |
//! | [`export`] | when is what exported, under which name, and how does it look there? |
//! | [`paging`] | where do the pages of a list begin? |
//! | [`role`], [`policy`] | what is a user on a site, and what may he do there? |
//! | [`observation`] | what `vision` saw on a photo, as plain values |
//! | [`text`] | languages and texts by language |

pub mod application;
pub mod batch;
pub mod check;
pub mod export;
pub mod ids;
pub mod media;
pub mod observation;
pub mod paging;
pub mod policy;
pub mod retry;
pub mod role;
pub mod rules;
pub mod text;
pub mod work_order;
