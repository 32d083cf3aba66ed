//! Embedding: one vector for the photo, `[1, N]`, also with more dimensions of size 1.

use fieldproof_domain::observation::Observation;

use crate::{ModelError, Tensor};

/// More numbers than embeddings have; rules count on no more.
const MOST: usize = 4096;

/// The vector, made one of length 1, since only its direction tells.
pub(super) fn read(output: &Tensor) -> Result<Observation, ModelError> {
    let mismatch = |found: String| {
        let expected = format!("the shape [1, N] with N up to {MOST}: one vector");
        Err(ModelError::Output { expected, found })
    };
    let mut long = output.shape.iter().filter(|size| **size != 1);
    let (length, more) = (long.next().copied().unwrap_or(1), long.next());
    if more.is_some() || !(2..=MOST).contains(&length) || output.data.len() != length {
        return mismatch(format!("the shape {:?}", output.shape));
    }
    if output.data.iter().any(|number| !number.is_finite()) {
        return mismatch("a number that is not finite".to_owned());
    }
    // In 64 bits: the squares of large numbers do not fit 32.
    let norm = output.data.iter().map(|number| f64::from(*number).powi(2)).sum::<f64>().sqrt();
    let unit = |number: &f32| if norm > 0.0 { (f64::from(*number) / norm) as f32 } else { 0.0 };
    Ok(Observation::Embedding { vector: output.data.iter().map(unit).collect(), scores: Default::default() })
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn tensor(shape: &[usize], data: &[f32]) -> Tensor {
        Tensor { shape: shape.to_vec(), data: data.to_vec() }
    }

    #[rstest]
    #[case(&[1, 2], &[3.0, 4.0], &[0.6, 0.8])]
    #[case(&[1, 2, 1, 1], &[0.0, -2.0], &[0.0, -1.0])]
    #[case(&[2], &[1e30, 1e30], &[0.707_106_77, 0.707_106_77])]
    #[case(&[1, 3], &[0.0; 3], &[0.0; 3])]
    fn vectors_have_length_1(#[case] shape: &[usize], #[case] data: &[f32], #[case] expected: &[f32]) {
        match read(&tensor(shape, data)) {
            Ok(Observation::Embedding { vector, .. }) => assert_eq!(vector, expected),
            other => panic!("{other:?}"),
        }
    }

    #[rstest]
    #[case::map(&[1, 2, 2], &[1.0; 4])]
    #[case::number(&[1, 1], &[1.0])]
    #[case::not_finite(&[1, 2], &[f32::NAN, 1.0])]
    #[case::endless(&[1, 5000], &[1.0; 5000])]
    fn what_is_no_vector_is_refused(#[case] shape: &[usize], #[case] data: &[f32]) {
        assert!(read(&tensor(shape, data)).is_err());
    }
}
