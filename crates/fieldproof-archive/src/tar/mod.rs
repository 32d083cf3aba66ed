//! Tars: plain, in gzip, in zstd.
//!
//! The library reads the fields of headers. It does not read whole tars here: it would take additional headers of any
//! size into memory, and a tar without its end for a whole one.

mod header;
mod pax;
mod stream;

pub(crate) use stream::Packing;

use crate::{
    ArchiveError, EntryPath, EntryProblem, Limits,
    source::Source,
    walk::{Found, Walk, path_of},
};
use header::{BLOCK, MemberKind, has_checksum, next_member, padded};
use stream::Stream;
use tar::Header;

/// Goes through a tar.
pub(crate) struct TarWalk<'a> {
    stream: Stream<'a>,
    limits: Limits,
    /// What is left of the entry at hand, its padding included.
    rest: u64,
    /// The last block was empty, so that the tar may end.
    ended: bool,
    /// The entry at hand, to be named if the tar ends inside.
    path: Option<EntryPath>,
    entries: u64,
}

impl<'a> TarWalk<'a> {
    pub(crate) fn new(source: &'a Source, packing: Packing, limits: Limits) -> Result<Self, ArchiveError> {
        let stream = Stream::new(source, packing, limits)?;
        Ok(Self { stream, limits, rest: 0, ended: false, path: None, entries: 0 })
    }
}

impl Walk for TarWalk<'_> {
    fn next_found(&mut self) -> Result<Option<Found>, ArchiveError> {
        loop {
            self.stream.skip(std::mem::take(&mut self.rest)).map_err(|error| error.inside(self.path.as_ref()))?;
            self.path = None;
            let Some(member) = next_member(&mut self.stream, &self.limits, &mut self.ended)? else { return Ok(None) };
            self.entries += 1;
            if self.entries > self.limits.entries {
                return Err(ArchiveError::TooManyEntries { max: self.limits.entries });
            }
            self.rest = padded(member.size)?;
            let path = path_of(&member.name, &self.limits);
            self.path = path.clone().ok();
            let problem = match member.kind {
                MemberKind::File => None,
                MemberKind::Aside => continue,
                MemberKind::Bad(problem) => Some(problem),
            };
            return Ok(Some(Found { name: member.name, path, bytes: member.size, problem }));
        }
    }

    fn content(&mut self, bytes: u64) -> Result<Result<Vec<u8>, EntryProblem>, ArchiveError> {
        let content = self.stream.take(bytes).map_err(|error| error.inside(self.path.as_ref()))?;
        self.rest = self.rest.saturating_sub(bytes);
        Ok(Ok(content))
    }
}

/// Whether the first block of what `packing` unpacks to is one of a tar.
pub(crate) fn is_tar(source: &Source, packing: Packing, limits: Limits) -> Result<bool, ArchiveError> {
    let mut header = Header::new_old();
    let read = Stream::new(source, packing, limits)?.fill(header.as_mut_bytes())?;
    // An empty block may be the end of a tar without entries.
    let is_empty = header.as_bytes().iter().all(|&byte| byte == 0);
    Ok(read == BLOCK && (is_empty || has_checksum(&header)))
}
