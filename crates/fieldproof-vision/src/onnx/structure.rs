//! Is a file well formed as an ONNX message (protocol buffers)? Asked before an engine reads it.
//!
//! rten 0.27 takes a file at its word: a number with ten continuation bytes keeps it busy for ever, a length beyond the
//! file makes it ask for that much memory, and messages in messages in messages use up the stack. None of these can be
//! caught from outside, so this walk over the same fields refuses them first. It knows which fields hold messages or
//! packed numbers, because weights may hold any bytes.

use super::wire::{Field, Value, fields, number};

/// The field of a tensor that says where its numbers are, and its value for "in another file".
const DATA_LOCATION: u64 = 14;
const EXTERNAL: Value<'_> = Value::Number(1);

/// Graphs in nodes in graphs are five levels each; real models have two or three of them.
const MAX_DEPTH: usize = 48;

/// The messages that are read, as far as they hold others.
#[derive(Clone, Copy)]
enum Message {
    Model,
    Graph,
    Node,
    Attribute,
    Training,
    Function,
    Tensor,
    SparseTensor,
    ValueInfo,
    Type,
    SequenceType,
    TensorType,
    Shape,
    /// Holds only numbers and texts.
    Leaf,
}

/// What a field of a length contains.
enum Content {
    Message(Message),
    PackedNumbers,
    Bytes,
}

impl Message {
    /// By the field numbers of `onnx.proto`.
    fn content(self, field: u64) -> Content {
        let message = match (self, field) {
            (Self::Model, 7) | (Self::Attribute, 6 | 11) | (Self::Training, 1 | 2) => Self::Graph,
            (Self::Model, 8 | 14) | (Self::Tensor, 13) | (Self::Shape, 1) => Self::Leaf,
            (Self::Model, 20) => Self::Training,
            (Self::Model, 25) => Self::Function,
            (Self::Graph, 1) | (Self::Function, 7) => Self::Node,
            (Self::Graph, 5) | (Self::Attribute, 5 | 10) | (Self::SparseTensor, 1 | 2) => Self::Tensor,
            (Self::Graph, 15) | (Self::Attribute, 22 | 23) => Self::SparseTensor,
            (Self::Graph, 11..=13) => Self::ValueInfo,
            (Self::Node, 5) => Self::Attribute,
            (Self::ValueInfo, 2) | (Self::SequenceType, 1) => Self::Type,
            (Self::Type, 1) => Self::TensorType,
            (Self::Type, 4) => Self::SequenceType,
            (Self::TensorType, 2) => Self::Shape,
            (Self::Tensor, 5 | 7) => return Content::PackedNumbers,
            _ => return Content::Bytes,
        };
        Content::Message(message)
    }
}

/// What the walk has found.
#[derive(Debug, Default)]
pub(super) struct Structure {
    /// The numbers of a tensor, wherever it stands, are in another file.
    pub(super) has_weights_elsewhere: bool,
}

/// Walks through a file; `None` where a number does not end, a length does not fit, or something is nested too deep.
pub(super) fn read(onnx: &[u8]) -> Option<Structure> {
    let mut structure = Structure::default();
    walk(Message::Model, onnx, 0, &mut structure)?;
    Some(structure)
}

fn walk(message: Message, bytes: &[u8], depth: usize, structure: &mut Structure) -> Option<()> {
    if depth > MAX_DEPTH {
        return None;
    }
    for field in fields(bytes) {
        let Field { number, value } = field?;
        if let (Message::Tensor, DATA_LOCATION, EXTERNAL) = (message, number, value) {
            structure.has_weights_elsewhere = true;
        }
        if let Value::Bytes(content) = value {
            match message.content(number) {
                Content::Message(inner) => walk(inner, content, depth + 1, structure)?,
                Content::PackedNumbers => numbers(content)?,
                Content::Bytes => {}
            }
        }
    }
    Some(())
}

fn numbers(mut rest: &[u8]) -> Option<()> {
    while !rest.is_empty() {
        rest = number(rest)?.1;
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn nested(levels: usize) -> Vec<u8> {
        // A graph (model 7), with a node (graph 1), with an attribute (node 5), with a graph (attribute 6), and so on.
        let numbers = [7, 1, 5, 6].into_iter().chain([1, 5, 6].into_iter().cycle());
        let mut fields: Vec<u8> = numbers.take(levels).collect();
        let mut message = Vec::new();
        while let Some(field) = fields.pop() {
            let mut length = message.len();
            let mut header = vec![field << 3 | 2];
            while length >= 0x80 {
                header.push((length & 0x7F) as u8 | 0x80);
                length >>= 7;
            }
            header.push(length as u8);
            message = [header, message].concat();
        }
        message
    }

    #[rstest]
    #[case::empty(vec![], true)]
    #[case::a_number(vec![0x08, 0x96, 0x01], true)]
    #[case::largest_number(vec![0x08, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01], true)]
    #[case::too_large(vec![0x08, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x02], false)]
    #[case::endless([0x08].into_iter().chain([0x80; 40]).collect(), false)]
    #[case::endless_key(vec![0xD8; 40], false)]
    #[case::cut(vec![0x08, 0x80], false)]
    #[case::too_long(vec![0x12, 0x05, b'r'], false)]
    #[case::far_too_long(vec![0x12, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01], false)]
    #[case::longer_than_its_message(vec![0x3A, 0x02, 0x0A, 0x05, 0, 0, 0, 0, 0], false)]
    #[case::group(vec![0x0B], false)]
    #[case::weights_are_any_bytes([&[0x3A, 22, 0x2A, 20, 0x4A, 18][..], &[0xFF; 18]].concat(), true)]
    #[case::numbers_are_not([&[0x3A, 22, 0x2A, 20, 0x3A, 18][..], &[0xFF; 18]].concat(), false)]
    #[case::deep(nested(MAX_DEPTH), true)]
    #[case::too_deep(nested(MAX_DEPTH + 1), false)]
    #[case::far_too_deep(nested(2_000), false)]
    fn messages(#[case] bytes: Vec<u8>, #[case] expected: bool) {
        assert_eq!(read(&bytes).is_some(), expected);
    }
}
