//! Operators that are told by a constant how many numbers to make.
//!
//! An engine asks for the memory before it makes them, and an allocation that fails ends the process. So what can be seen
//! without running a model is refused before it runs. What a model computes itself is not seen.

use std::collections::HashMap;

use super::wire::{Field, Value, number, sound_fields};

/// More numbers in one tensor than a model that looks at photos makes: 1 GB of floats.
const MOST: u128 = 1 << 28;
/// Operators, and which of their inputs holds a shape, sizes, repeats or scales.
const MAKERS: &[(&str, usize)] = &[("ConstantOfShape", 0), ("Expand", 1), ("Tile", 1), ("Resize", 2), ("Resize", 3)];
/// Types of numbers, as `TensorProto.DataType` has them.
const FLOAT: i64 = 1;
const INT64: i64 = 7;

/// The first operator of a well-formed graph that is told to make too many numbers.
pub(super) fn outgrown(graph: &[u8]) -> Option<&'static str> {
    let (mut constants, mut makers) = (HashMap::new(), Vec::new());
    collect(graph, &mut constants, &mut makers);
    let is_too_much = |shape: &[u8]| constants.get(shape).is_some_and(|numbers| *numbers > MOST);
    makers.into_iter().find(|(_, shape)| is_too_much(shape)).map(|(operator, _)| operator)
}

/// Products of constants by name, and operators with the names of their shapes. How deep graphs lie in graphs is bounded
/// where the structure is looked at.
fn collect<'a>(graph: &'a [u8], constants: &mut HashMap<&'a [u8], u128>, makers: &mut Vec<(&'static str, &'a [u8])>) {
    for Field { number, value } in sound_fields(graph) {
        match number {
            1 => {
                let node = value.bytes();
                let all = |wanted| sound_fields(node).filter(move |field| field.number == wanted);
                let operator = all(4).last().map(|field| field.value.bytes()).unwrap_or_default();
                for &(name, place) in MAKERS.iter().filter(|(name, _)| name.as_bytes() == operator) {
                    makers.extend(all(1).nth(place).map(|input| (name, input.value.bytes())));
                }
                for attribute in all(5) {
                    for Field { number, value } in sound_fields(attribute.value.bytes()) {
                        match number {
                            5 if operator == b"Constant" => {
                                let name = all(2).next().map(|output| output.value.bytes());
                                constants.extend(name.zip(product(value.bytes())));
                            }
                            6 => collect(value.bytes(), constants, makers),
                            _ => {}
                        }
                    }
                }
            }
            5 => {
                let name = sound_fields(value.bytes()).find(|field| field.number == 8).map(|field| field.value.bytes());
                constants.extend(name.zip(product(value.bytes())));
            }
            _ => {}
        }
    }
}

/// The product of a tensor's numbers, if it is one of a few whole numbers or floats. What is less than 1 counts as 1: it
/// stands for "as it is", or makes less.
fn product(tensor: &[u8]) -> Option<u128> {
    /// More dimensions than tensors have.
    const MOST_DIMENSIONS: usize = 16;
    let mut kind = 0;
    let mut factors: Vec<f64> = Vec::new();
    for Field { number: field, value } in sound_fields(tensor) {
        match (field, value) {
            (2, value) => kind = value.number(),
            (7, Value::Number(factor)) => factors.push(factor.cast_signed() as f64),
            (7, Value::Bytes(mut packed)) => {
                while let Some((factor, rest)) = number(packed).filter(|_| factors.len() <= MOST_DIMENSIONS) {
                    factors.push(factor.cast_signed() as f64);
                    packed = rest;
                }
            }
            (4, Value::Bytes(raw)) => factors.extend(floats(raw).take(MOST_DIMENSIONS + 1)),
            (9, Value::Bytes(raw)) if kind == FLOAT => factors.extend(floats(raw).take(MOST_DIMENSIONS + 1)),
            (9, Value::Bytes(raw)) if kind == INT64 => {
                let whole = raw.as_chunks::<8>().0.iter().map(|bytes| i64::from_le_bytes(*bytes) as f64);
                factors.extend(whole.take(MOST_DIMENSIONS + 1));
            }
            _ => {}
        }
    }
    let is_shape = (1..=MOST_DIMENSIONS).contains(&factors.len()) && matches!(kind, FLOAT | INT64);
    // Beyond 2^53 it is not exact, and too much anyway.
    is_shape.then(|| factors.iter().map(|factor| factor.max(1.0)).product::<f64>() as u128)
}

fn floats(raw: &[u8]) -> impl Iterator<Item = f64> {
    raw.as_chunks::<4>().0.iter().map(|bytes| f64::from(f32::from_le_bytes(*bytes)))
}
