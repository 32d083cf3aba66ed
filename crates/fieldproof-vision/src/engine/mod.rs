//! Where models run: one trait, so that another engine can stand beside the first without a change elsewhere.

mod onnx_structure;
mod rten;

pub use self::rten::RtenEngine;
use crate::ModelError;

/// Something that runs ONNX models.
pub trait Engine: Send + Sync {
    /// Short name for logs and messages.
    fn name(&self) -> &'static str;

    /// Makes a model ready to run.
    ///
    /// # Errors
    /// [`ModelError::Load`] for bytes that are no model, or one that needs what this engine lacks. Hostile bytes do
    /// not panic.
    fn load(&self, onnx: &[u8]) -> Result<Box<dyn Session>, ModelError>;
}

/// A loaded model. It keeps no state between runs, so it can be shared by threads.
pub trait Session: Send + Sync {
    /// The inputs that the model declares, in its order.
    fn inputs(&self) -> &[TensorInfo];

    /// The outputs that the model declares, in its order.
    fn outputs(&self) -> &[TensorInfo];

    /// Runs the model on its first input, on the calling thread's core, and gives all its outputs in its order,
    /// whole numbers as floats.
    ///
    /// # Errors
    /// [`ModelError::Run`] when the model does not work out on this input.
    fn run(&self, input: Tensor) -> Result<Vec<Tensor>, ModelError>;
}

/// Numbers in a shape: `data.len()` is the product of `shape`, the last dimension runs fastest.
#[derive(Clone, Debug, PartialEq)]
pub struct Tensor {
    /// Sizes of the dimensions, outermost first.
    pub shape: Vec<usize>,
    /// The numbers.
    pub data: Vec<f32>,
}

/// What a model declares of an input or output.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TensorInfo {
    /// Name in the model.
    pub name: String,
    /// Sizes of the dimensions; `None`: any. No shape at all: the model does not say.
    pub shape: Option<Vec<Option<usize>>>,
    /// Whether it holds 32-bit floats.
    pub float: bool,
}
