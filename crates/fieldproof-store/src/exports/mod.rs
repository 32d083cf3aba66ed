//! Exports: what the lines of a data file are made of.

mod changed;

pub use changed::{Changed, Place, Said, Seen, changed};
