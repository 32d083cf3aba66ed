//! What the operating system keeps of files in memory.

use std::path::Path;

/// Lets the system give up what it keeps of a file, as far as that is on the disk. Where it cannot, nothing is lost but room.
#[cfg(target_os = "linux")]
pub(crate) fn let_go(file: &Path) {
    if let Ok(file) = std::fs::File::open(file) {
        let _advised = rustix::fs::fadvise(&file, 0, None, rustix::fs::Advice::DontNeed);
    }
}

/// Lets the system give up what it keeps of a file: there is a way to say so on Linux only.
#[cfg(not(target_os = "linux"))]
pub(crate) fn let_go(_: &Path) {}
