//! Walking through any bytes, and what must hold of every walk. The fuzz target is made of this as well.

use fieldproof_archive::{Archive, ArchiveError, BadEntry, Entry, EntryPath, Limits, Ratio};
use std::io::Cursor;

/// What came of an archive.
pub(crate) struct Walked {
    /// Names of all entries, as they came.
    pub(crate) names: Vec<String>,
    /// What was read.
    pub(crate) files: Vec<(EntryPath, Vec<u8>)>,
    /// What was refused.
    pub(crate) bad: Vec<BadEntry>,
    /// How the archive ended.
    pub(crate) end: Result<(), ArchiveError>,
}

/// Goes through an archive to its end, reading what there is or passing over it.
pub(crate) fn walk(bytes: &[u8], limits: Limits, read: bool) -> Walked {
    let mut walked = Walked { names: Vec::new(), files: Vec::new(), bad: Vec::new(), end: Ok(()) };
    walked.end = walk_into(bytes, limits, read, &mut walked);
    walked
}

fn walk_into(bytes: &[u8], limits: Limits, read: bool, walked: &mut Walked) -> Result<(), ArchiveError> {
    let mut archive = Archive::open(Cursor::new(bytes.to_vec()), limits)?;
    let mut entries = archive.entries()?;
    while let Some(entry) = entries.next_entry()? {
        match entry {
            Entry::Bad(bad) => {
                walked.names.push(bad.name.clone());
                walked.bad.push(bad);
            }
            Entry::File(file) => {
                let path = file.path().clone();
                let promised = file.bytes();
                walked.names.push(path.to_string());
                if read {
                    match file.read()? {
                        Ok(content) => {
                            assert_eq!(content.len() as u64, promised, "{path}");
                            walked.files.push((path, content));
                        }
                        Err(bad) => walked.bad.push(bad),
                    }
                }
            }
        }
    }
    Ok(())
}

/// Limits that small archives can reach.
pub(crate) fn small_limits() -> Limits {
    Limits {
        archive_bytes: 1 << 20,
        entries: 100,
        entry_bytes: 64 << 10,
        unpacked_bytes: 1 << 20,
        entry_ratio: Ratio { max: 100, from: 8 << 10 },
        archive_ratio: Ratio { max: 50, from: 128 << 10 },
        path_depth: 4,
        path_bytes: 100,
    }
}

/// Goes through `bytes` in every way and checks what must hold of any archive, however broken.
pub(crate) fn exercise(bytes: &[u8]) {
    let limits = small_limits();
    let read = walk(bytes, limits, true);
    let skipped = walk(bytes, limits, false);
    assert_eq!(read.names, skipped.names, "what is passed over must not change what comes behind it");
    assert_eq!(read.end.as_ref().err().map(ArchiveError::code), skipped.end.as_ref().err().map(ArchiveError::code));
    assert!(read.names.len() as u64 <= limits.entries);
    let mut paths = std::collections::HashSet::new();
    for (path, content) in &read.files {
        assert!(content.len() as u64 <= limits.entry_bytes);
        assert!(path.as_str().len() <= limits.path_bytes && path.components().count() <= limits.path_depth);
        for name in path.components() {
            assert!(
                !matches!(name, "" | "." | "..") && !name.contains(['/', '\\']) && !name.contains(char::is_control)
            );
        }
        assert!(paths.insert(path.as_str().to_lowercase()), "{path} came twice");
    }
    for bad in &read.bad {
        assert!(!bad.name.contains(char::is_control) && bad.name.len() < 3000, "{:?}", bad.name);
        assert!(!bad.problem.to_string().is_empty());
    }
    if let Err(error) = &read.end {
        assert!(!error.to_string().is_empty());
    }
}
