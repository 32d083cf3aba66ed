//! Models on ONNX Runtime: faster than rten, where its library is installed.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use ort::{
    ep,
    logging::LogLevel,
    session::{Session as OrtSession, builder::GraphOptimizationLevel},
    value::{DynValue, Tensor as OrtTensor, TensorElementType, ValueType},
};

use super::{Engine, Input, Session, Tensor, Values};
use crate::{ModelError, OnnxFile};

const NAME: &str = "ONNX Runtime";
const NAME_WITH_CUDA: &str = "ONNX Runtime with CUDA";
/// A process can load one library, once.
static OPENED: Mutex<Option<OnnxRuntime>> = Mutex::new(None);

/// The engine of an installed library. A process uses one library, the first that is opened.
#[derive(Clone)]
pub struct OnnxRuntime {
    environment: ort::environment::Environment,
    library: PathBuf,
    has_cuda: bool,
}

impl OnnxRuntime {
    /// Loads the library at a path: ONNX Runtime 1.18 or later.
    ///
    /// # Errors
    /// [`ModelError::Library`]: there is none, it is another library, or it is too old.
    pub fn open(library: &Path) -> Result<Self, ModelError> {
        let failed = |reason: String| ModelError::Library { path: library.display().to_string(), reason };
        // A relative path would be taken for one beside the program.
        let library = std::path::absolute(library).map_err(|error| failed(error.to_string()))?;
        let mut opened = OPENED.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(opened) = &*opened {
            if opened.library == library {
                return Ok(opened.clone());
            }
            return Err(failed(format!("this process uses {} already", opened.library.display())));
        }
        // The wrapper panics where the library is not what it expects.
        let found = catch_unwind(|| {
            let environment = ort::init_from(&library).map_err(|error| error.to_string())?;
            let environment = environment.with_name("fieldproof").with_telemetry(false).build();
            let environment = environment.map_err(|error| error.to_string())?;
            // What goes wrong is told by whom it concerns, not on standard error.
            environment.set_log_level(LogLevel::Fatal);
            let has_cuda = has_cuda(&environment);
            Ok((environment, has_cuda))
        });
        let (environment, has_cuda) =
            found.unwrap_or_else(|_| Err("it does not work as ONNX Runtime does".to_owned())).map_err(failed)?;
        let engine = Self { environment, library, has_cuda };
        *opened = Some(engine.clone());
        Ok(engine)
    }

    /// A session of one thread: workers are as many as the machine has cores, and each has its own.
    fn session(&self, onnx: &[u8]) -> Result<OrtSession, String> {
        let make = || {
            let mut builder = OrtSession::builder(&self.environment)?
                .with_optimization_level(GraphOptimizationLevel::All)?
                .with_intra_threads(1)?
                .with_inter_threads(1)?;
            if self.has_cuda {
                builder = builder.with_execution_providers([ep::CUDA::default().build()])?;
            }
            builder.commit_from_memory(onnx)
        };
        guarded(|| make().map_err(|error: ort::Error| error.to_string()))
    }
}

impl std::fmt::Debug for OnnxRuntime {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OnnxRuntime").field("library", &self.library).finish_non_exhaustive()
    }
}

impl Engine for OnnxRuntime {
    fn name(&self) -> &'static str {
        if self.has_cuda { NAME_WITH_CUDA } else { NAME }
    }

    fn describe(&self) -> String {
        format!("{}, {}", self.name(), self.library.display())
    }

    fn load(&self, file: &OnnxFile<'_>) -> Result<Box<dyn Session>, ModelError> {
        let first = self.session(file.bytes).map_err(|reason| ModelError::Load { engine: NAME, reason })?;
        let idle = Mutex::new(vec![first]);
        Ok(Box::new(Sessions { engine: self.clone(), onnx: file.bytes.into(), idle }))
    }
}

/// Whether models can run on a GPU here: a library may offer CUDA on a machine that has none.
fn has_cuda(environment: &ort::environment::Environment) -> bool {
    let is_offered = <ep::CUDA as ep::ExecutionProvider>::is_available().unwrap_or(false);
    let works = || {
        let cuda = ep::CUDA::default().build().error_on_failure();
        OrtSession::builder(environment).is_ok_and(|builder| builder.with_execution_providers([cuda]).is_ok())
    };
    is_offered && works()
}

/// The sessions of one model: each run has one for itself. There are as many as have ever run at once.
struct Sessions {
    engine: OnnxRuntime,
    onnx: Arc<[u8]>,
    idle: Mutex<Vec<OrtSession>>,
}

impl Session for Sessions {
    fn run(&self, input: Input) -> Result<Vec<Tensor>, ModelError> {
        let failed = |reason: String| ModelError::Run { reason };
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut session = idle.map_or_else(|| self.engine.session(&self.onnx), Ok).map_err(failed)?;
        let outputs = guarded(|| {
            let value = match input.values {
                Values::Float32(values) => OrtTensor::from_array((input.shape, values)).map(OrtTensor::upcast),
                Values::Uint8(values) => OrtTensor::from_array((input.shape, values)).map(OrtTensor::upcast),
            };
            let value = value.map_err(|error| error.to_string())?;
            let outputs = session.run(ort::inputs![value]).map_err(|error| error.to_string())?;
            Ok(outputs.into_iter().map(|(_, value)| tensor(&value)).collect::<Vec<_>>())
        });
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(session);
        outputs.map_err(failed)?.into_iter().collect()
    }
}

/// Runs `work`, a panic in which is an error of the model. Nothing that it could leave half-done outlives it.
fn guarded<R>(work: impl FnOnce() -> Result<R, String>) -> Result<R, String> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| Err("the model makes the engine stop".to_owned()))
}

fn tensor(value: &DynValue) -> Result<Tensor, ModelError> {
    let other = |found: String| ModelError::Output { expected: "numbers of 32-bit float".to_owned(), found };
    let ValueType::Tensor { ty, shape, .. } = value.dtype() else { return Err(other(value.dtype().to_string())) };
    let shape = shape.iter().map(|size| usize::try_from(*size).unwrap_or_default()).collect();
    // Whole numbers are those of labels, which are small.
    let data = match ty {
        TensorElementType::Float32 => value.try_extract_tensor::<f32>().map(|(_, data)| data.to_vec()),
        TensorElementType::Int64 => {
            value.try_extract_tensor::<i64>().map(|(_, data)| data.iter().map(|&number| number as f32).collect())
        }
        TensorElementType::Int32 => {
            value.try_extract_tensor::<i32>().map(|(_, data)| data.iter().map(|&number| number as f32).collect())
        }
        TensorElementType::Bool => {
            value.try_extract_tensor::<bool>().map(|(_, data)| data.iter().map(|&yes| f32::from(yes)).collect())
        }
        ty => return Err(other(format!("{ty:?}"))),
    };
    data.map(|data| Tensor { shape, data }).map_err(|error| ModelError::Run { reason: error.to_string() })
}
