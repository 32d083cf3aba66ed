//! ONNX files written field by field, for what no exporter would write. The field numbers are those of `onnx.proto`.

/// A file in the making.
#[derive(Clone, Debug, Default)]
pub(crate) struct OnnxBytes {
    graph: Vec<u8>,
    rest: Vec<u8>,
}

/// A field that holds a text, a message or bytes.
pub(crate) fn bytes(number: u8, content: &[u8]) -> Vec<u8> {
    [&[number << 3 | 2][..], &varint(content.len() as u64), content].concat()
}

/// A field that holds a number.
pub(crate) fn number(number: u8, value: u64) -> Vec<u8> {
    [&[number << 3][..], &varint(value)].concat()
}

fn varint(mut value: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    while value >= 0x80 {
        bytes.push((value & 0x7F) as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
    bytes
}

fn declared(name: &str, element: u64, shape: Option<&[i64]>) -> Vec<u8> {
    let dimension = |size: &i64| bytes(1, &number(1, size.cast_unsigned()));
    let shape = shape.map(|sizes| bytes(2, &sizes.iter().flat_map(dimension).collect::<Vec<_>>()));
    let tensor = [number(1, element), shape.unwrap_or_default()].concat();
    [bytes(1, name.as_bytes()), bytes(2, &bytes(1, &tensor))].concat()
}

impl OnnxBytes {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    pub(crate) fn input(mut self, name: &str, element: u64, shape: Option<&[i64]>) -> Self {
        self.graph.extend(bytes(11, &declared(name, element, shape)));
        self
    }

    pub(crate) fn output(mut self, name: &str) -> Self {
        self.graph.extend(bytes(12, &declared(name, 1, None)));
        self
    }

    /// An operator that computes `output` from `input`.
    pub(crate) fn node(self, operator: &str, input: &str, output: &str) -> Self {
        let node = [bytes(1, input.as_bytes()), bytes(2, output.as_bytes()), bytes(4, operator.as_bytes())].concat();
        self.graph_field(1, &node)
    }

    /// Any field of the graph.
    pub(crate) fn graph_field(mut self, number: u8, content: &[u8]) -> Self {
        self.graph.extend(bytes(number, content));
        self
    }

    /// Any field of the file.
    pub(crate) fn field(mut self, field: Vec<u8>) -> Self {
        self.rest.extend(field);
        self
    }

    /// What an exporter adds.
    pub(crate) fn metadata(self, key: &str, value: &str) -> Self {
        let entry = [bytes(1, key.as_bytes()), bytes(2, value.as_bytes())].concat();
        self.field(bytes(14, &entry))
    }

    pub(crate) fn bytes(&self) -> Vec<u8> {
        // The version comes first: rten knows a file by it. ONNX Runtime wants that of the operators too.
        [number(1, 8), bytes(8, &number(2, 13)), bytes(7, &self.graph), self.rest.clone()].concat()
    }
}
