//! Archives must not cost memory, however many entries they have and whatever they promise.
//!
//! The modules are marked as tests so that their helpers may unwrap.
#![cfg(target_os = "linux")]

#[cfg(test)]
mod archives;
#[cfg(test)]
mod process;
#[cfg(test)]
#[path = "../archive/tar_files.rs"]
#[allow(dead_code)]
mod tar_files;
#[cfg(test)]
#[path = "../archive/zip_files.rs"]
#[allow(dead_code)]
mod zip_files;
