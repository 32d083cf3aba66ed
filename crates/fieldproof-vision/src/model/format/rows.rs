//! A tensor that holds one row of numbers for each of several things.

use crate::Tensor;

/// The rows of a `[1, rows, columns]` or `[rows, columns]` tensor; or, where each thing is a column, those columns.
#[derive(Clone, Copy)]
pub(super) struct Rows<'a> {
    data: &'a [f32],
    /// How many there are.
    pub(super) number: usize,
    /// Numbers in each.
    pub(super) length: usize,
    are_columns: bool,
}

impl<'a> Rows<'a> {
    /// A thing a row; `None` for another shape.
    pub(super) fn of(tensor: &'a Tensor) -> Option<Self> {
        let (number, length) = match tensor.shape[..] {
            [1, number, length] | [number, length] => (number, length),
            _ => return None,
        };
        (number.checked_mul(length) == Some(tensor.data.len())).then_some(Self {
            data: &tensor.data,
            number,
            length,
            are_columns: false,
        })
    }

    /// A thing a column; `None` for another shape.
    pub(super) fn of_columns(tensor: &'a Tensor) -> Option<Self> {
        let Self { data, number, length, .. } = Self::of(tensor)?;
        Some(Self { data, number: length, length: number, are_columns: true })
    }

    /// A number of a thing; not a number where there is none.
    pub(super) fn value(&self, thing: usize, place: usize) -> f64 {
        if thing >= self.number || place >= self.length {
            return f64::NAN;
        }
        let index = if self.are_columns { place * self.number + thing } else { thing * self.length + place };
        self.data.get(index).map_or(f64::NAN, |&value| f64::from(value))
    }

    /// The first four numbers of a thing from `from` on.
    pub(super) fn four(&self, thing: usize, from: usize) -> [f64; 4] {
        [0, 1, 2, 3].map(|place| self.value(thing, from + place))
    }
}
