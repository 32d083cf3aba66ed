//! Any bytes, as an archive.
#![no_main]

#[allow(dead_code)]
#[path = "../../crates/fieldproof-archive/tests/archive/exercise.rs"]
mod exercise;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| exercise::exercise(bytes));
