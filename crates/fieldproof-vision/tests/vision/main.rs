//! Photo bytes in, observations out: the whole crate through its public API, on files made here.

mod camera;
mod files;
mod formats;
mod hashes;
mod hostile;
mod measures;
mod models;
mod scene;

use fieldproof_vision::{Limits, Photo, PhotoError, WorkingScale};

fn read(bytes: &[u8]) -> Result<Photo, PhotoError> {
    fieldproof_vision::decode(bytes, &Limits::default(), WorkingScale::default())
}
