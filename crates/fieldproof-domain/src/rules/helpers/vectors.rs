//! Helpers for embeddings.

use cel::Value as Cel;

use super::{Wrong, field, number};

/// `similarity(a, b)`: the cosine between two vectors, or between what an embedding model says of two regions: -1 to 1.
pub(super) fn similarity(arguments: &[Cel]) -> Result<Cel, Wrong> {
    let [a, b] = arguments else { return Ok(Cel::Null) };
    let (a, b) = (vector(a)?, vector(b)?);
    if a.len() != b.len() {
        return Err(Wrong::Unreadable(format!("one vector has {} numbers, the other {}", a.len(), b.len())));
    }
    let product = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    let lengths = (product(&a, &a) * product(&b, &b)).sqrt();
    Ok(Cel::Float(if lengths > 0.0 { (product(&a, &b) / lengths).clamp(-1.0, 1.0) } else { 0.0 }))
}

fn vector(value: &Cel) -> Result<Vec<f64>, Wrong> {
    let Cel::List(numbers) = field(value, "vector").unwrap_or(value) else {
        return Err(Wrong::of(value, "a vector"));
    };
    numbers.iter().map(|item| number(item).ok_or_else(|| Wrong::of(item, "double"))).collect()
}
