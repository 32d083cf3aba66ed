//! The tree.

use super::scalar::Scalar;
use crate::application::problem::Place;

/// A value of the file and where it stands.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    pub(crate) at: Place,
    pub(crate) content: Content,
    /// Nodes of this subtree, itself included.
    pub(super) nodes: usize,
    /// Levels under this node; 0 for a scalar.
    pub(super) levels: usize,
}

/// What a node is.
#[derive(Clone, Debug)]
pub(crate) enum Content {
    /// A text, number, boolean or null.
    Scalar(Scalar),
    /// `[a, b]` or `- a`.
    List(Vec<Node>),
    /// `{a: b}` or `a: b`, in the order of the file, duplicates kept.
    Map(Vec<(Node, Node)>),
}

impl Node {
    /// Whether it is empty or says `null`.
    pub(crate) fn is_null(&self) -> bool {
        matches!(&self.content, Content::Scalar(scalar) if scalar.is_null())
    }

    /// The scalar, if it is one.
    pub(crate) fn scalar(&self) -> Option<&Scalar> {
        match &self.content {
            Content::Scalar(scalar) => Some(scalar),
            _ => None,
        }
    }

    /// What was found instead of what was expected, for messages.
    pub(crate) fn describe(&self) -> String {
        match &self.content {
            Content::Scalar(scalar) => scalar.describe(),
            Content::List(_) => "a list".to_owned(),
            Content::Map(_) => "a map".to_owned(),
        }
    }
}
