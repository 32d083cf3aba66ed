//! Models on rten: pure Rust, nothing to install.

use std::panic::{AssertUnwindSafe, catch_unwind};

use ::rten::{Model, ModelOptions, RunOptions, Value};
use rten_tensor::Layout;

use super::{Engine, Input, Session, Tensor, Values};
use crate::{ModelError, OnnxFile, single};

const NAME: &str = "rten";

/// The engine that is always there.
#[derive(Clone, Copy, Debug, Default)]
pub struct RtenEngine;

impl Engine for RtenEngine {
    fn name(&self) -> &'static str {
        NAME
    }

    fn describe(&self) -> String {
        "rten, built in".to_owned()
    }

    fn load(&self, file: &OnnxFile<'_>) -> Result<Box<dyn Session>, ModelError> {
        let failed = |reason: String| ModelError::Load { engine: NAME, reason };
        let bytes = file.bytes.to_vec();
        let model = guarded(|| {
            // Copies of the weights in the order in which they are used: more memory, faster runs.
            ModelOptions::with_all_ops().prepack_weights(true).load(bytes)
        })
        .map_err(failed)?
        .map_err(|error| failed(error.to_string()))?;
        Ok(Box::new(RtenSession(model)))
    }
}

struct RtenSession(Model);

impl Session for RtenSession {
    fn run(&self, input: Input) -> Result<Vec<Tensor>, ModelError> {
        let failed = |reason: String| ModelError::Run { reason };
        let Self(model) = self;
        let id = *model.input_ids().first().ok_or_else(|| failed("it has no input".to_owned()))?;
        let value = match input.values {
            Values::Float32(values) => Value::from_shape(&input.shape, values).map_err(|error| error.to_string()),
            Values::Uint8(values) => Value::from_shape(&input.shape, values).map_err(|error| error.to_string()),
        };
        let value = value.map_err(failed)?;
        let options = RunOptions::default().with_thread_pool(Some(single::pool()));
        let outputs = guarded(|| model.run(vec![(id, value.into())], model.output_ids(), Some(options)))
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
