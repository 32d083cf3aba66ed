//! Bounds on what is read: no file may cost more than its size deserves.

/// Largest file, in bytes.
pub(super) const LARGEST_FILE: usize = 1024 * 1024;
/// Deepest nesting of lists and maps, aliases followed.
pub(super) const DEEPEST: usize = 48;
/// Most nodes, aliases followed: what stops an "alias bomb".
pub(super) const MOST_NODES: usize = 100_000;
