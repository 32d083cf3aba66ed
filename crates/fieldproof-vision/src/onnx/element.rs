//! Types of numbers.

use std::fmt;

/// The type of a tensor's numbers, those that models have at their ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Element {
    /// 32-bit floats.
    Float32,
    /// 16-bit floats.
    Float16,
    /// 64-bit floats.
    Float64,
    /// Bytes, 0 to 255.
    Uint8,
    /// Bytes, -128 to 127.
    Int8,
    /// 32-bit whole numbers.
    Int32,
    /// 64-bit whole numbers.
    Int64,
    /// True or false.
    Bool,
    /// Any other, by its number in `onnx.proto`.
    Other(i64),
}

impl Element {
    /// By the numbers of `TensorProto.DataType`; `None`: not said.
    pub(super) fn from_number(number: i64) -> Option<Self> {
        Some(match number {
            0 => return None,
            1 => Self::Float32,
            2 => Self::Uint8,
            3 => Self::Int8,
            6 => Self::Int32,
            7 => Self::Int64,
            9 => Self::Bool,
            10 => Self::Float16,
            11 => Self::Float64,
            other => Self::Other(other),
        })
    }
}

impl fmt::Display for Element {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = match self {
            Self::Float32 => "float32",
            Self::Float16 => "float16",
            Self::Float64 => "float64",
            Self::Uint8 => "uint8",
            Self::Int8 => "int8",
            Self::Int32 => "int32",
            Self::Int64 => "int64",
            Self::Bool => "bool",
            Self::Other(number) => return write!(f, "data type {number}"),
        };
        f.write_str(word)
    }
}
