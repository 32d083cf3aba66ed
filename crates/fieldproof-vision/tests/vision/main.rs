//! Photo bytes in, observations out: the whole crate through its public API, on files made here.
//!
//! The modules are marked as tests so that their helpers may unwrap.

#[cfg(test)]
mod camera;
#[cfg(test)]
mod codes;
#[cfg(test)]
mod embeddings;
#[cfg(test)]
mod engines;
#[cfg(test)]
mod exercise;
#[cfg(test)]
mod files;
#[cfg(test)]
mod formats;
#[cfg(test)]
mod hashes;
#[cfg(test)]
mod hostile;
#[cfg(test)]
mod measures;
#[cfg(test)]
mod model_formats;
#[cfg(test)]
mod models;
#[cfg(test)]
mod onnx_bytes;
#[cfg(test)]
mod onnx_files;
#[cfg(test)]
mod paddleocr;
#[cfg(test)]
mod print;
#[cfg(test)]
mod reading;
#[cfg(test)]
mod scene;
#[cfg(test)]
mod seeds;
#[cfg(test)]
mod traces;
#[cfg(test)]
mod understood;

use fieldproof_vision::{Limits, Photo, PhotoError, WorkingScale};

fn read(bytes: &[u8]) -> Result<Photo, PhotoError> {
    fieldproof_vision::decode(bytes, &Limits::default(), WorkingScale::default())
}
