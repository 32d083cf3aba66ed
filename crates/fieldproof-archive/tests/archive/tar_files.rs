//! Tars, written block by block, and packed.

use flate2::{Compression, write::GzEncoder};
use std::io::Write;
use tar::Header;

pub(crate) const FILE: u8 = b'0';

/// The end of a tar.
pub(crate) const END: [u8; 1024] = [0; 1024];

/// A header of the POSIX kind with any bytes as its name, right in its checksum.
pub(crate) fn header(kind: u8, name: impl AsRef<[u8]>, size: u64) -> Header {
    let mut header = Header::new_ustar();
    let name = name.as_ref();
    header.as_old_mut().name[..name.len()].copy_from_slice(name);
    header.as_old_mut().linkflag = [kind];
    header.set_size(size);
    header.set_mode(0o644);
    header.set_cksum();
    header
}

/// A header and its content.
pub(crate) fn member(kind: u8, name: impl AsRef<[u8]>, content: &[u8]) -> Vec<u8> {
    [&header(kind, name, content.len() as u64).as_bytes()[..], &padded(content)].concat()
}

pub(crate) fn file(name: impl AsRef<[u8]>, content: &[u8]) -> Vec<u8> {
    member(FILE, name, content)
}

/// The same with the header of the GNU kind.
pub(crate) fn gnu(kind: u8, name: impl AsRef<[u8]>, content: &[u8]) -> Vec<u8> {
    let mut header = header(kind, name, content.len() as u64);
    header.as_mut_bytes()[257..265].copy_from_slice(b"ustar  \0");
    header.set_cksum();
    [&header.as_bytes()[..], &padded(content)].concat()
}

/// An additional header that holds `records`, for the entry behind it.
pub(crate) fn pax(records: &[(&str, &[u8])]) -> Vec<u8> {
    member(b'x', "pax", &records.iter().flat_map(|(key, value)| pax_record(key, value)).collect::<Vec<_>>())
}

fn pax_record(key: &str, value: &[u8]) -> Vec<u8> {
    let rest = [b" ", key.as_bytes(), b"=", value, b"\n"].concat();
    let digits = |length: usize| length.to_string().len();
    // The length counts its own digits.
    let length = (1..12).map(|own| own + rest.len()).find(|&length| digits(length) + rest.len() == length).unwrap();
    [length.to_string().as_bytes(), &rest].concat()
}

pub(crate) fn padded(content: &[u8]) -> Vec<u8> {
    let mut content = content.to_vec();
    content.resize(content.len().next_multiple_of(512), 0);
    content
}

/// A tar of these members.
pub(crate) fn tar(members: &[Vec<u8>]) -> Vec<u8> {
    [&members.concat()[..], &END].concat()
}

pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

pub(crate) fn zstd(bytes: &[u8]) -> Vec<u8> {
    zstd_with(bytes, |_| {})
}

/// Packed with a checksum, as the program `zstd` does, and with other parameters.
pub(crate) fn zstd_with(bytes: &[u8], set: impl Fn(&mut zstd::Encoder<'_, Vec<u8>>)) -> Vec<u8> {
    let mut encoder = zstd::Encoder::new(Vec::new(), 3).unwrap();
    encoder.include_checksum(true).unwrap();
    set(&mut encoder);
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}
