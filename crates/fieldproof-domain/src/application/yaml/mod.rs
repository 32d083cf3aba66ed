//! YAML as a tree whose every node knows its place, so that all problems can be told at once.
//!
//! A deserialiser stops at the first error; a tree that is walked by hand does not.

mod fields;
mod json;
mod limits;
mod node;
mod read;
mod scalar;

pub(crate) use fields::Fields;
pub(crate) use json::to_json;
pub(crate) use node::{Content, Node};
pub(crate) use read::read;
pub(crate) use scalar::Scalar;
