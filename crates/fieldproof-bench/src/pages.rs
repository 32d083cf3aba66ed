//! Memory that the machine has used before.

use std::{io::Write as _, path::Path};

use anyhow::Result;

/// Leaves the kernel with pages that the machine has used before, enough to cache what is written next.
///
/// A virtual machine gives memory that it does not use back to its host, and the first touch of such a page then takes
/// microseconds that count as the toucher's own time: several milliseconds for a photo. On a machine that has worked
/// for a while, the kernel takes the pages from older cached files.
pub(crate) fn recycle(folder: &Path, bytes: usize) -> Result<()> {
    let mut scratch = tempfile::tempfile_in(folder)?;
    scratch.write_all(&vec![1; bytes])?;
    scratch.sync_all()?;
    Ok(())
}
