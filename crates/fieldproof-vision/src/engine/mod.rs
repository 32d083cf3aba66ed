//! Where models run: one trait, so that another engine can stand beside the first without a change elsewhere.

mod onnxruntime;
mod rten;

pub use self::{onnxruntime::OnnxRuntime, rten::RtenEngine};
use crate::{ModelError, OnnxFile};

/// Something that runs ONNX models.
pub trait Engine: Send + Sync {
    /// Short name for logs and messages.
    fn name(&self) -> &'static str;

    /// Its name with its version and where it was found, for operators.
    fn describe(&self) -> String;

    /// Makes a model ready to run.
    ///
    /// # Errors
    /// [`ModelError::Load`] for a model that needs what this engine lacks, such as an operator, which is named. Hostile
    /// files do not panic.
    fn load(&self, file: &OnnxFile<'_>) -> Result<Box<dyn Session>, ModelError>;
}

/// A loaded model. It keeps no state between runs, so it can be shared by threads.
pub trait Session: Send + Sync {
    /// Runs the model on its one input, on the calling thread's core, and gives all its outputs in the file's order,
    /// whole numbers as floats.
    ///
    /// # Errors
    /// [`ModelError::Run`] when the model does not work out on this input.
    fn run(&self, input: Input) -> Result<Vec<Tensor>, ModelError>;
}

/// What a model is given: numbers in a shape, as in [`Tensor`].
#[derive(Clone, Debug, PartialEq)]
pub struct Input {
    /// Sizes of the dimensions, outermost first.
    pub shape: Vec<usize>,
    /// The numbers.
    pub values: Values,
}

/// The numbers of an input.
#[derive(Clone, Debug, PartialEq)]
pub enum Values {
    /// 32-bit floats.
    Float32(Vec<f32>),
    /// Bytes.
    Uint8(Vec<u8>),
}

/// What a model gives: numbers in a shape. `data.len()` is the product of `shape`, the last dimension runs fastest.
#[derive(Clone, Debug, PartialEq)]
pub struct Tensor {
    /// Sizes of the dimensions, outermost first.
    pub shape: Vec<usize>,
    /// The numbers.
    pub data: Vec<f32>,
}
