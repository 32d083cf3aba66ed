//! Models on rten: pure Rust, nothing to install.

use std::panic::{AssertUnwindSafe, catch_unwind};

use ::rten::{DataType, Dimension, Model, ModelOptions, NodeId, RunOptions, Value, ValueType};
use rten_tensor::Layout;

use super::{Engine, Session, Tensor, TensorInfo, onnx_structure};
use crate::{ModelError, single};

const NAME: &str = "rten";

/// The engine that is always there.
#[derive(Clone, Copy, Debug, Default)]
pub struct RtenEngine;

impl Engine for RtenEngine {
    fn name(&self) -> &'static str {
        NAME
    }

    fn load(&self, onnx: &[u8]) -> Result<Box<dyn Session>, ModelError> {
        let failed = |reason: String| ModelError::Load { engine: NAME, reason };
        if !onnx_structure::is_well_formed(onnx) {
            return Err(failed("the file is damaged, cut off, or no ONNX".to_owned()));
        }
        let bytes = onnx.to_vec();
        let model = guarded(|| {
            // Copies of the weights in the order in which they are used: more memory, faster runs.
            ModelOptions::with_all_ops().prepack_weights(true).load(bytes)
        })
        .map_err(failed)?
        .map_err(|error| failed(error.to_string()))?;
        let infos = |ids: &[NodeId]| ids.iter().map(|&id| info(&model, id)).collect();
        let (inputs, outputs) = (infos(model.input_ids()), infos(model.output_ids()));
        Ok(Box::new(RtenSession { model, inputs, outputs }))
    }
}

struct RtenSession {
    model: Model,
    inputs: Vec<TensorInfo>,
    outputs: Vec<TensorInfo>,
}

impl Session for RtenSession {
    fn inputs(&self) -> &[TensorInfo] {
        &self.inputs
    }

    fn outputs(&self) -> &[TensorInfo] {
        &self.outputs
    }

    fn run(&self, input: Tensor) -> Result<Vec<Tensor>, ModelError> {
        let failed = |reason: String| ModelError::Run { reason };
        let id = *self.model.input_ids().first().ok_or_else(|| failed("it has no input".to_owned()))?;
        let value = Value::from_shape(&input.shape, input.data).map_err(|error| failed(error.to_string()))?;
        let options = RunOptions::default().with_thread_pool(Some(single::pool()));
        let outputs = guarded(|| self.model.run(vec![(id, value.into())], self.model.output_ids(), Some(options)))
            .map_err(failed)?
            .map_err(|error| failed(error.to_string()))?;
        outputs.into_iter().map(tensor).collect()
    }
}

/// Runs `work` on one core. Operators check most of what a model can get wrong, but not all: an index out of range in
/// a model that somebody wrote must be an error of that model, not the end of a worker. rten keeps no state between
/// runs that a panic could leave half-done.
fn guarded<R: Send>(work: impl FnOnce() -> R + Send) -> Result<R, String> {
    catch_unwind(AssertUnwindSafe(|| single::run(work)))
        .map_err(|_| "the model makes the engine stop; it is damaged, or uses an operator in a wrong way".to_owned())
}

fn info(model: &Model, id: NodeId) -> TensorInfo {
    let node = model.node_info(id);
    let fixed = |dimension: Dimension| match dimension {
        Dimension::Fixed(size) => Some(size),
        Dimension::Symbolic(_) => None,
    };
    TensorInfo {
        name: node.as_ref().and_then(|node| node.name()).unwrap_or_default().to_owned(),
        shape: node.as_ref().and_then(|node| node.shape()).map(|shape| shape.into_iter().map(fixed).collect()),
        float: node.and_then(|node| node.dtype()).is_none_or(|kind| matches!(kind, ValueType::Tensor(DataType::Float))),
    }
}

fn tensor(value: Value) -> Result<Tensor, ModelError> {
    match value {
        Value::FloatTensor(tensor) => Ok(Tensor { shape: tensor.shape().to_vec(), data: tensor.into_data() }),
        // Numbers of labels, which are small.
        Value::Int32Tensor(tensor) => {
            let shape = tensor.shape().to_vec();
            Ok(Tensor { shape, data: tensor.into_data().into_iter().map(|value| value as f32).collect() })
        }
        other => Err(ModelError::Output {
            expected: "numbers of 32-bit float".to_owned(),
            found: format!("{:?}", other.dtype()),
        }),
    }
}
