//! The guarded client as a whole, against real servers and made-up names.

#[cfg(test)]
mod fetch;
#[cfg(test)]
mod support;
