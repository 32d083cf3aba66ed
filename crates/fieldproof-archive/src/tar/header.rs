//! What one entry of a tar is: its header, and the headers before it that say more of it.

use super::{pax::Pax, stream::Stream};
use crate::{ArchiveError, EntryPath, EntryProblem, Limits};
use tar::Header;

/// Headers and contents come in blocks of so many bytes.
pub(super) const BLOCK: usize = 512;
/// The largest additional header that is read. Those of the usual programs have some hundred bytes; extended attributes
/// can make them larger.
const MAX_EXTENSION: u64 = 1024 * 1024;

/// An entry's beginning.
pub(super) struct Member {
    pub(super) name: Vec<u8>,
    pub(super) kind: MemberKind,
    /// Bytes of content that follow, without padding.
    pub(super) size: u64,
}

pub(super) enum MemberKind {
    File,
    /// Nothing to deliver and nothing wrong: a folder, or the label of a tape.
    Aside,
    Bad(EntryProblem),
}

/// What the headers before an entry's own say.
#[derive(Default)]
struct Extensions {
    any: bool,
    long_name: Option<Vec<u8>>,
    pax: Pax,
    too_large: bool,
}

/// The next entry, if there is one. `ended` tells whether the last block was the mark of the end: only after it may the
/// tar end. Another tar may follow, as when one file was put behind another.
pub(super) fn next_member(
    stream: &mut Stream<'_>,
    limits: &Limits,
    ended: &mut bool,
) -> Result<Option<Member>, ArchiveError> {
    let mut extensions = Extensions::default();
    loop {
        let Some(header) = next_header(stream, ended).map_err(|error| extensions.cut(error, limits))? else {
            return Ok(None);
        };
        if *ended {
            if extensions.any {
                return Err(ArchiveError::damaged("it ends behind a header that speaks of another entry"));
            }
            continue;
        }
        match extensions.take(&header, stream) {
            Ok(true) => {}
            Ok(false) => return extensions.member(&header, stream).map(Some),
            Err(error) => return Err(extensions.cut(error, limits)),
        }
    }
}

/// The next block. With `ended` set afterwards it was empty; `None` where the tar has ended well.
fn next_header(stream: &mut Stream<'_>, ended: &mut bool) -> Result<Option<Header>, ArchiveError> {
    let mut header = Header::new_old();
    let read = stream.fill(header.as_mut_bytes())?;
    let is_empty = header.as_bytes().iter().take(read).all(|&byte| byte == 0);
    if read < BLOCK {
        return if *ended && is_empty { Ok(None) } else { Err(ArchiveError::Truncated { cut: None }) };
    }
    *ended = is_empty;
    if is_empty || has_checksum(&header) {
        Ok(Some(header))
    } else {
        Err(ArchiveError::damaged("a header has a wrong checksum"))
    }
}

/// Whether a block is a header. Some old programs added up signed bytes.
pub(super) fn has_checksum(header: &Header) -> bool {
    const AT: std::ops::Range<usize> = 148..156;
    let Ok(expected) = header.cksum() else { return false };
    let bytes = header.as_bytes().iter().enumerate();
    let bytes = bytes.map(|(at, &byte)| if AT.contains(&at) { b' ' } else { byte });
    let unsigned: u32 = bytes.clone().map(u32::from).sum();
    let signed: i32 = bytes.map(|byte| i32::from(byte.cast_signed())).sum();
    expected == unsigned || i64::from(expected) == i64::from(signed)
}

/// A content and the padding behind it.
pub(super) fn padded(size: u64) -> Result<u64, ArchiveError> {
    size.checked_next_multiple_of(BLOCK as u64)
        .ok_or_else(|| ArchiveError::damaged("the size of an entry cannot be right"))
}

fn size_of(header: &Header) -> Result<u64, ArchiveError> {
    header.entry_size().map_err(|_| ArchiveError::damaged("the size of an entry is not a number"))
}

impl Extensions {
    /// Takes what `header` says of the entry that follows; false if it is an entry's own.
    fn take(&mut self, header: &Header, stream: &mut Stream<'_>) -> Result<bool, ArchiveError> {
        match header.entry_type().as_byte() {
            b'L' => {
                let mut name = self.content(header, stream)?;
                name.as_mut().and_then(|name| name.pop_if(|last| *last == 0));
                self.long_name = name;
            }
            b'x' | b'X' => {
                if let Some(records) = self.content(header, stream)? {
                    let broken = || ArchiveError::damaged("an extended header is not in order");
                    self.pax = Pax::read(&records).ok_or_else(broken)?;
                }
            }
            // Where a link leads, and what is said of all entries: nothing that matters here.
            b'K' | b'g' => stream.skip(padded(size_of(header)?)?)?,
            _ => return Ok(false),
        }
        // What is said of all entries may be the last thing said.
        self.any |= header.entry_type().as_byte() != b'g';
        Ok(true)
    }

    /// The content of an additional header; `None` of one that is too large, which makes the entry a bad one.
    fn content(&mut self, header: &Header, stream: &mut Stream<'_>) -> Result<Option<Vec<u8>>, ArchiveError> {
        let size = size_of(header)?;
        if size > MAX_EXTENSION {
            self.too_large = true;
            stream.skip(padded(size)?)?;
            return Ok(None);
        }
        let content = stream.take(size)?;
        stream.skip(padded(size)? - size)?;
        Ok(Some(content))
    }

    fn member(self, header: &Header, stream: &mut Stream<'_>) -> Result<Member, ArchiveError> {
        let name = self.pax.path.or(self.long_name).unwrap_or_else(|| header.path_bytes().into_owned());
        let kind = match header.entry_type().as_byte() {
            _ if self.too_large => MemberKind::Bad(EntryProblem::HeaderTooLarge { max: MAX_EXTENSION }),
            b'0' | b'\0' | b'7' if self.pax.sparse => MemberKind::Bad(EntryProblem::SparseFile),
            // Before folders had a type of their own, a slash made one.
            b'0' | b'\0' | b'7' if name.ends_with(b"/") => MemberKind::Aside,
            b'0' | b'\0' | b'7' => MemberKind::File,
            b'5' | b'D' | b'V' => MemberKind::Aside,
            b'1' | b'2' => MemberKind::Bad(EntryProblem::Link),
            b'S' => {
                skip_sparse_map(header, stream)?;
                MemberKind::Bad(EntryProblem::SparseFile)
            }
            _ => MemberKind::Bad(EntryProblem::SpecialFile),
        };
        // Links, devices, folders and pipes have no content, whatever their size says.
        let size = match header.entry_type().as_byte() {
            b'1'..=b'6' => 0,
            _ => self.pax.size.map_or_else(|| size_of(header), Ok)?,
        };
        Ok(Member { name, kind, size })
    }

    /// `error` with the name of the entry that these headers speak of.
    fn cut(&self, error: ArchiveError, limits: &Limits) -> ArchiveError {
        let name = self.pax.path.as_ref().or(self.long_name.as_ref());
        let path = name.and_then(|name| EntryPath::read(std::str::from_utf8(name).ok()?, limits).ok());
        error.inside(path.as_ref())
    }
}

/// The blocks behind the header of a GNU sparse file that say where its zeros are.
fn skip_sparse_map(header: &Header, stream: &mut Stream<'_>) -> Result<(), ArchiveError> {
    let mut goes_on = header.as_gnu().is_some_and(tar::GnuHeader::is_extended);
    while goes_on {
        let mut block = tar::GnuExtSparseHeader::new();
        if stream.fill(block.as_mut_bytes())? < BLOCK {
            return Err(ArchiveError::Truncated { cut: None });
        }
        goes_on = block.is_extended();
    }
    Ok(())
}
