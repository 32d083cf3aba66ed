//! What an ONNX file says of itself, read without an engine.

mod element;
mod facts;
mod graph;
mod growth;
mod python;
mod structure;
mod wire;

use std::collections::BTreeMap;

pub use self::element::Element;
use self::{
    graph::Graph,
    wire::{Field, sound_fields},
};
use crate::ModelError;

/// What an input or output holds, as the file declares it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TensorInfo {
    /// Name in the model.
    pub name: String,
    /// Sizes of the dimensions; `None`: any. No shape at all: the file does not say.
    pub shape: Option<Vec<Option<usize>>>,
    /// The type of its numbers; `None`: the file does not say, or it holds no tensor.
    pub element: Option<Element>,
}

/// An ONNX file that is well formed: what an engine is given, and what the file says of itself.
#[derive(Clone, Debug)]
pub struct OnnxFile<'a> {
    /// The whole file.
    pub bytes: &'a [u8],
    /// The program that wrote it and its version, such as `pytorch 2.5.1`; empty when it does not say.
    pub producer: String,
    /// The version of the standard operators that it uses.
    pub opset: Option<i64>,
    /// What the exporter has added, by key.
    pub metadata: BTreeMap<String, String>,
    /// What it has to be given, in its order; its weights are not among them.
    pub inputs: Vec<TensorInfo>,
    /// What it gives, in its order.
    pub outputs: Vec<TensorInfo>,
    /// The operator that computes the first output: the last one that changes numbers, not only their shape. `None`: the
    /// output is a constant or an input.
    pub last_operator: Option<String>,
    /// How often each operator is used, subgraphs included; with its domain where it is not of the standard's:
    /// `com.microsoft.FusedConv`.
    pub operators: BTreeMap<String, usize>,
}

impl<'a> OnnxFile<'a> {
    /// Reads a file. Hostile bytes give an error in time that grows with their number.
    ///
    /// # Errors
    /// [`ModelError::File`]: it is no ONNX file, is cut off or damaged, or its weights are in another one.
    pub fn read(bytes: &'a [u8]) -> Result<Self, ModelError> {
        let failed = |reason: String| ModelError::File { reason };
        let structure =
            structure::read(bytes).ok_or_else(|| failed("it is damaged, cut off, or no ONNX file".to_owned()))?;
        let mut file = Self {
            bytes,
            producer: String::new(),
            opset: None,
            metadata: BTreeMap::new(),
            inputs: Vec::new(),
            outputs: Vec::new(),
            last_operator: None,
            operators: BTreeMap::new(),
        };
        let (mut graph, mut outgrown) = (None, None);
        let mut version = String::new();
        // The field numbers here and beside are those of `onnx.proto`.
        for Field { number, value } in sound_fields(bytes) {
            match number {
                2 => file.producer = value.text(),
                3 => version = value.text(),
                // Two graphs would be one to an engine, and the last one here.
                7 if graph.is_some() => return Err(failed("there are two graphs in it".to_owned())),
                7 => {
                    graph = Some(Graph::read(value.bytes()));
                    outgrown = growth::outgrown(value.bytes());
                }
                8 => file.opset = standard_opset(value.bytes()).or(file.opset),
                14 => file.metadata.extend(entry(value.bytes())),
                _ => {}
            }
        }
        let graph = graph.ok_or_else(|| failed("it is no ONNX file: there is no graph in it".to_owned()))?;
        if structure.has_weights_elsewhere {
            let name = graph.weights_elsewhere.as_deref().unwrap_or("of an unknown name");
            return Err(failed(format!("its weights are in another file, '{}'", name.escape_debug())));
        }
        if let Some(operator) = outgrown {
            return Err(failed(format!("its operator {operator} is told to make more numbers than fit into memory")));
        }
        file.producer = format!("{} {version}", file.producer).trim().to_owned();
        file.last_operator = graph.outputs.first().and_then(|output| graph.last_operator(&output.name));
        (file.inputs, file.outputs, file.operators) = (graph.inputs, graph.outputs, graph.operators);
        Ok(file)
    }
}

/// The version of the standard operators, if it is theirs.
fn standard_opset(message: &[u8]) -> Option<i64> {
    let mut version = None;
    for Field { number, value } in sound_fields(message) {
        match number {
            1 if !matches!(value.bytes(), b"" | b"ai.onnx") => return None,
            2 => version = Some(value.number()),
            _ => {}
        }
    }
    version
}

/// A key and its text.
fn entry(message: &[u8]) -> Option<(String, String)> {
    let text = |wanted| sound_fields(message).find(|field| field.number == wanted).map(|field| field.value.text());
    Some((text(1)?, text(2).unwrap_or_default()))
}
