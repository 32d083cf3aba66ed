//! Archive bytes in, entries out: the whole crate through its public API, on archives made here byte by byte.
//!
//! The modules are marked as tests so that their helpers may unwrap.

#[cfg(test)]
mod bad_entries;
#[cfg(test)]
mod exercise;
#[cfg(test)]
mod hostile;
#[cfg(test)]
mod seeds;
#[cfg(test)]
mod source;
#[cfg(test)]
mod tar_files;
#[cfg(test)]
mod truncation;
#[cfg(test)]
mod well_formed;
#[cfg(test)]
mod whole_archives;
#[cfg(test)]
mod zip_files;
