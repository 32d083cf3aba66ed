//! A model's graph: what goes in, what comes out, and by which operators.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::{
    Element, TensorInfo,
    wire::{Field, sound_fields},
};

/// Operators that give the numbers that they get, in another shape or type.
const RESHAPING: &[&str] = &["Cast", "Flatten", "Identity", "Reshape", "Squeeze", "Transpose", "Unsqueeze"];

/// The graph of a well-formed file.
#[derive(Default)]
pub(super) struct Graph<'a> {
    pub(super) inputs: Vec<TensorInfo>,
    pub(super) outputs: Vec<TensorInfo>,
    pub(super) operators: BTreeMap<String, usize>,
    /// The file that holds weights which are not in this one.
    pub(super) weights_elsewhere: Option<String>,
    /// What computes each value: the operator and the first value that it is given.
    computed: HashMap<&'a [u8], (&'a [u8], &'a [u8])>,
}

impl<'a> Graph<'a> {
    pub(super) fn read(message: &'a [u8]) -> Self {
        let mut graph = Self::default();
        let mut weights = HashSet::new();
        for Field { number, value } in sound_fields(message) {
            match number {
                1 => graph.add_node(value.bytes(), true),
                5 => {
                    let (name, elsewhere) = weight(value.bytes());
                    weights.insert(name);
                    graph.weights_elsewhere = graph.weights_elsewhere.or(elsewhere);
                }
                11 => graph.inputs.push(tensor_info(value.bytes())),
                12 => graph.outputs.push(tensor_info(value.bytes())),
                _ => {}
            }
        }
        // Old files list their weights as inputs too.
        graph.inputs.retain(|input| !weights.contains(input.name.as_bytes()));
        graph
    }

    /// The operator that computes a value, looking through those that only give it another shape.
    pub(super) fn last_operator(&self, value: &str) -> Option<String> {
        let mut value = value.as_bytes();
        // A value that is computed from itself ends here too.
        for _ in 0..self.computed.len() {
            let (operator, first) = self.computed.get(value)?;
            let operator = String::from_utf8_lossy(operator);
            if !RESHAPING.contains(&&*operator) {
                return Some(operator.into_owned());
            }
            value = first;
        }
        None
    }

    fn add_node(&mut self, message: &'a [u8], is_outermost: bool) {
        let (mut first_input, mut outputs, mut operator, mut domain) = (None, Vec::new(), &b""[..], String::new());
        for Field { number, value } in sound_fields(message) {
            match number {
                1 => first_input = first_input.or(Some(value.bytes())),
                2 => outputs.push(value.bytes()),
                4 => operator = value.bytes(),
                5 => self.add_subgraphs(value.bytes()),
                7 => domain = value.text(),
                _ => {}
            }
        }
        let name = String::from_utf8_lossy(operator);
        let name = if matches!(&*domain, "" | "ai.onnx") { name.into_owned() } else { format!("{domain}.{name}") };
        *self.operators.entry(name).or_default() += 1;
        if is_outermost && operator != b"Constant" {
            let computed = (operator, first_input.unwrap_or_default());
            self.computed.extend(outputs.into_iter().map(|output| (output, computed)));
        }
    }

    /// The nodes in the branches and loops of a node. How deep they go is bounded where the structure is looked at.
    fn add_subgraphs(&mut self, attribute: &'a [u8]) {
        for graph in sound_fields(attribute).filter(|field| field.number == 6) {
            for node in sound_fields(graph.value.bytes()).filter(|field| field.number == 1) {
                self.add_node(node.value.bytes(), false);
            }
        }
    }
}

/// A weight's name, and the file that holds it if that is another one.
fn weight(message: &[u8]) -> (&[u8], Option<String>) {
    let (mut name, mut location, mut is_elsewhere) = (&b""[..], None, false);
    for Field { number, value } in sound_fields(message) {
        match number {
            8 => name = value.bytes(),
            13 => {
                let said = super::entry(value.bytes()).filter(|(key, _)| key == "location");
                location = location.or(said.map(|(_, file)| file));
            }
            14 => is_elsewhere = value.number() == 1,
            _ => {}
        }
    }
    (name, is_elsewhere.then(|| location.unwrap_or_default()))
}

fn tensor_info(message: &[u8]) -> TensorInfo {
    let mut info = TensorInfo { name: String::new(), shape: None, element: None };
    for Field { number, value } in sound_fields(message) {
        match number {
            1 => info.name = value.text(),
            2 => {
                let tensor = sound_fields(value.bytes()).find(|field| field.number == 1);
                for Field { number, value } in tensor.into_iter().flat_map(|field| sound_fields(field.value.bytes())) {
                    match number {
                        1 => info.element = Element::from_number(value.number()),
                        2 => info.shape = Some(shape(value.bytes())),
                        _ => {}
                    }
                }
            }
            _ => {}
        }
    }
    info
}

fn shape(message: &[u8]) -> Vec<Option<usize>> {
    let dimensions = sound_fields(message).filter(|field| field.number == 1);
    let size = |dimension: Field<'_>| {
        let fixed = sound_fields(dimension.value.bytes()).find(|field| field.number == 1)?;
        // Some exporters write 0 or -1 for "any".
        usize::try_from(fixed.value.number()).ok().filter(|size| *size > 0)
    };
    dimensions.map(size).collect()
}
