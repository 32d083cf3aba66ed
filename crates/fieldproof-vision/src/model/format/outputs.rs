//! What a model has answered, by name.

use std::fmt;

use crate::{ModelError, Tensor, TensorInfo};

/// The outputs of one run.
pub(in crate::model) struct Outputs<'a> {
    /// Width and height of the input, pixels.
    pub(super) input: [u32; 2],
    named: Vec<(&'a str, Tensor)>,
}

impl<'a> Outputs<'a> {
    /// Outputs in the order of what the model declares.
    pub(in crate::model) fn new(input: [u32; 2], declared: &'a [TensorInfo], tensors: Vec<Tensor>) -> Self {
        let names = declared.iter().map(|info| info.name.as_str()).chain(std::iter::repeat(""));
        Self { input, named: names.zip(tensors).collect() }
    }

    /// Their shapes, in their order.
    pub(in crate::model) fn shapes(&self) -> Vec<Vec<usize>> {
        self.named.iter().map(|(_, tensor)| tensor.shape.clone()).collect()
    }

    /// The first of them.
    pub(super) fn first(&self) -> Option<&Tensor> {
        self.named.first().map(|(_, tensor)| tensor)
    }

    /// The first of them, which others may follow that this format does not need.
    pub(super) fn only(&self) -> Result<&Tensor, ModelError> {
        self.first().ok_or_else(|| ModelError::Output {
            expected: "one tensor".to_owned(),
            found: "a model without outputs".to_owned(),
        })
    }

    /// The one whose name has one of these words in it; or else the first one that looks so.
    pub(super) fn find(&self, words: &[&str], looks_so: impl Fn(&Tensor) -> bool) -> Option<&Tensor> {
        let has_word = |name: &str| words.iter().any(|word| name.to_ascii_lowercase().contains(word));
        let by_name = self.named.iter().find(|(name, _)| has_word(name));
        by_name.or_else(|| self.named.iter().find(|(_, tensor)| looks_so(tensor))).map(|(_, tensor)| tensor)
    }
}

impl fmt::Display for Outputs<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.named.is_empty() {
            return f.write_str("a model without outputs");
        }
        for (index, (name, tensor)) in self.named.iter().enumerate() {
            let comma = if index == 0 { "" } else { ", " };
            write!(f, "{comma}'{name}' in the shape {:?}", tensor.shape)?;
        }
        Ok(())
    }
}
