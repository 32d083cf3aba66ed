//! Reading an archive, entry by entry.

use std::{fs::File, io::Read, ops::ControlFlow, path::Path};

use bytes::Bytes;

use super::{BLOBS, LINES, MANIFEST, Packing, TABLES};
use crate::keeping::KeepingError;

/// One entry of an archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::keeping) enum Entry {
    /// The blob with this key.
    Blob(String),
    /// The rows of this table.
    Table(String),
    Manifest,
}

impl Entry {
    fn named(name: &str) -> Option<Self> {
        if name == MANIFEST {
            return Some(Self::Manifest);
        }
        if let Some(key) = name.strip_prefix(BLOBS) {
            // Keys are made by the program: one that leads elsewhere was not.
            let fits = key.split('/').all(|part| !matches!(part, "" | "." | ".."));
            return fits.then(|| Self::Blob(key.to_owned()));
        }
        let table = name.strip_prefix(TABLES)?.strip_suffix(LINES)?;
        (!table.contains('/')).then(|| Self::Table(table.to_owned()))
    }
}

/// Hands over every entry with its content, to the very end of the file unless it is told to stop.
pub(in crate::keeping) async fn each_entry(
    path: &Path,
    mut take: impl AsyncFnMut(Entry, &mut dyn Read) -> Result<ControlFlow<()>, KeepingError>,
) -> Result<(), KeepingError> {
    let broken = |error: std::io::Error| KeepingError::broken(path, format!("it is damaged or cut off ({error})"));
    let packing = Packing::of(path)?;
    let file = File::open(path).map_err(KeepingError::file(path))?;
    let mut tar = tar::Archive::new(packing.reader(file).map_err(broken)?);
    for entry in tar.entries().map_err(broken)? {
        let mut entry = entry.map_err(broken)?;
        let name = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        let named = Entry::named(&name).filter(|_| entry.header().entry_type().is_file());
        let named = named.ok_or_else(|| {
            KeepingError::broken(path, format!("it holds {name:?}, which is no part of a backup of this program"))
        })?;
        if take(named, &mut entry).await?.is_break() {
            return Ok(());
        }
    }
    // Compressed files have their own checksum behind the last entry.
    std::io::copy(&mut tar.into_inner(), &mut std::io::sink()).map_err(broken)?;
    Ok(())
}

/// The content of an entry that is in memory as a whole.
pub(in crate::keeping) fn read_all(content: &mut dyn Read) -> std::io::Result<Bytes> {
    let mut bytes = Vec::new();
    content.read_to_end(&mut bytes)?;
    // Without the room that it has grown for: several are in memory.
    bytes.shrink_to_fit();
    Ok(bytes.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_lead_elsewhere_are_no_entries() {
        assert_eq!(Entry::named("blobs/inputs/a.jpeg"), Some(Entry::Blob("inputs/a.jpeg".into())));
        assert_eq!(Entry::named("tables/users.jsonl"), Some(Entry::Table("users".into())));
        assert_eq!(Entry::named("manifest.json"), Some(Entry::Manifest));
        for name in
            ["blobs/../secret.key", "blobs//etc", "blobs/", "blobs", "tables/a/b.jsonl", "tables/users", "x", ""]
        {
            assert_eq!(Entry::named(name), None, "{name}");
        }
    }
}
