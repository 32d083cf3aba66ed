//! Any bytes, as a photo.
#![no_main]

#[allow(dead_code)]
#[path = "../../crates/fieldproof-vision/tests/vision/exercise.rs"]
mod exercise;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| exercise::exercise(bytes));
