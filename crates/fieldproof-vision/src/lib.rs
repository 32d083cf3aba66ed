//! Photo bytes in, observations out.
//!
//! A photo's way: [`sniff`] names the format by content, [`decode`] refuses what is too large or broken and gives the
//! upright [`Photo`] at working scale, [`Photo::measures`] and [`Photo::perceptual_hash`] say what level 1 needs, and
//! [`Model::observe`] lets a model look at it; [`CodeReader`] and [`PrintReader`] read what is written on it. Each
//! stage can be called by itself.
//!
//! Nothing here does IO (but for [`OnnxRuntime::open`], which loads a library, and [`PrintReader`], which runs a
//! program), or knows of HTTP, SQL or work orders. To decode, measure, hash or observe uses one core for one call: the
//! caller has its own bounded pool of workers. Only [`Model::load`] uses all cores for a moment.
//!
//! Everything that arrives here may be hostile. Photo bytes and model bytes give an error, never a panic, and the
//! memory they can ask for is bounded by [`Limits`] before any pixel is allocated.

mod codes;
mod decode;
mod details;
mod engine;
mod error;
mod exif;
mod hash;
mod limits;
mod measure;
mod model;
mod onnx;
mod pdf;
mod photo;
mod print;
mod raster;
mod single;
mod sniff;
mod thumbnail;
mod traces;
mod written;

pub use codes::CodeReader;
pub use details::Details;
pub use engine::{Engine, Input, OnnxRuntime, RtenEngine, Session, Tensor, Values};
pub use error::{ModelError, PhotoError};
pub use hash::Cuts;
pub use limits::{Limits, WorkingScale};
pub use model::{LabelSource, Model, Understood};
pub use onnx::{Element, OnnxFile, TensorInfo};
pub use pdf::{PageLimits, PdfError, PdfPage, frames as pdf_frames, is_pdf, pdf_pages};
pub use photo::{Photo, decode};
pub use print::{PrintError, PrintReader};
pub use sniff::{PhotoFormat, sniff};

/// What decodes JPEG files in this build: `libjpeg-turbo` with the feature of that name, else `jpeg-decoder`.
pub const JPEG_DECODER: &str = decode::DECODER;
