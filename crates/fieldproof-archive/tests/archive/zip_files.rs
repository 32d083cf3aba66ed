//! Zips, written byte by byte, so that each of them can lie in its own way.

use flate2::{Compression, Crc, write::DeflateEncoder};
use std::io::Write;

pub(crate) const STORED: u16 = 0;
pub(crate) const DEFLATED: u16 = 8;
pub(crate) const ENCRYPTED: u16 = 1;
pub(crate) const DESCRIPTOR: u16 = 8;
pub(crate) const UTF8: u16 = 1 << 11;
/// Made on Unix, so that modes count.
pub(crate) const UNIX: u16 = 3 << 8;

/// An entry. Each field can be made to say something else than the truth.
#[derive(Clone)]
pub(crate) struct Item {
    pub(crate) name: Vec<u8>,
    pub(crate) local_name: Vec<u8>,
    pub(crate) flags: u16,
    pub(crate) local_flags: u16,
    pub(crate) method: u16,
    pub(crate) local_method: u16,
    pub(crate) mode: u32,
    pub(crate) crc: u32,
    /// Size that the headers give, unpacked.
    pub(crate) unpacked: u64,
    /// Size that the headers give, packed.
    pub(crate) packed: u64,
    /// What is behind the local header.
    pub(crate) data: Vec<u8>,
    pub(crate) local_extra: Vec<u8>,
    /// Sizes and offset are given in the zip64 field alone.
    pub zip64: bool,
}

impl Item {
    pub(crate) fn stored(name: impl AsRef<[u8]>, content: &[u8]) -> Self {
        let mut crc = Crc::new();
        crc.update(content);
        Self {
            name: name.as_ref().to_vec(),
            local_name: name.as_ref().to_vec(),
            flags: UTF8,
            local_flags: UTF8,
            method: STORED,
            local_method: STORED,
            mode: 0o100_644,
            crc: crc.sum(),
            unpacked: content.len() as u64,
            packed: content.len() as u64,
            data: content.to_vec(),
            local_extra: Vec::new(),
            zip64: false,
        }
    }

    pub(crate) fn deflated(name: impl AsRef<[u8]>, content: &[u8]) -> Self {
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(content).unwrap();
        let data = encoder.finish().unwrap();
        let item = Self::stored(name, content);
        Self { method: DEFLATED, local_method: DEFLATED, packed: data.len() as u64, data, ..item }
    }

    /// The same with `flags` in both headers.
    pub(crate) fn flagged(self, flags: u16) -> Self {
        Self { flags, local_flags: flags, ..self }
    }

    /// The same as `method` in both headers.
    pub(crate) fn method(self, method: u16) -> Self {
        Self { method, local_method: method, ..self }
    }

    fn local(&self) -> Vec<u8> {
        let streamed = self.local_flags & DESCRIPTOR != 0;
        let [packed, unpacked] = if self.zip64 { [u64::from(u32::MAX); 2] } else { [self.packed, self.unpacked] };
        let (crc, packed, unpacked) = if streamed { (0, 0, 0) } else { (self.crc, packed, unpacked) };
        let mut extra = self.local_extra.clone();
        if self.zip64 {
            extra.extend(zip64_field(&[self.unpacked, self.packed]));
        }
        let mut out = b"PK\x03\x04".to_vec();
        put16(&mut out, &[45, self.local_flags, self.local_method, 0, 0x21]);
        put32(&mut out, &[crc, packed as u32, unpacked as u32]);
        put16(&mut out, &[self.local_name.len() as u16, extra.len() as u16]);
        out.extend([&self.local_name[..], &extra, &self.data].concat());
        if streamed {
            out.extend(b"PK\x07\x08");
            put32(&mut out, &[self.crc, self.packed as u32, self.unpacked as u32]);
        }
        out
    }

    fn record(&self, offset: u64) -> Vec<u8> {
        let values = [self.unpacked, self.packed, offset];
        let extra = if self.zip64 { zip64_field(&values) } else { Vec::new() };
        let [unpacked, packed, offset] = if self.zip64 { [u64::from(u32::MAX); 3] } else { values };
        let mut out = b"PK\x01\x02".to_vec();
        put16(&mut out, &[UNIX | 45, 45, self.flags, self.method, 0, 0x21]);
        put32(&mut out, &[self.crc, packed as u32, unpacked as u32]);
        put16(&mut out, &[self.name.len() as u16, extra.len() as u16, 0, 0, 0]);
        put32(&mut out, &[self.mode << 16, offset as u32]);
        out.extend([&self.name[..], &extra].concat());
        out
    }
}

/// A zip in the making: entries, directory records, end record.
#[derive(Default)]
pub(crate) struct Zip {
    pub(crate) entries: Vec<u8>,
    pub(crate) directory: Vec<u8>,
    pub(crate) count: u64,
}

impl Zip {
    pub(crate) fn of(items: &[Item]) -> Self {
        let mut zip = Self::default();
        items.iter().for_each(|item| zip.add(item));
        zip
    }

    pub(crate) fn add(&mut self, item: &Item) {
        self.add_record(item, self.entries.len() as u64);
        self.entries.extend(item.local());
    }

    /// Only the record, for an entry that is elsewhere.
    pub(crate) fn add_record(&mut self, item: &Item, offset: u64) {
        self.directory.extend(item.record(offset));
        self.count += 1;
    }

    pub(crate) fn file(&self) -> Vec<u8> {
        self.ended_by(&end_record(self.count as u16, self.directory.len() as u32, self.entries.len() as u32))
    }

    /// The same with a zip64 end record and nothing in the old one.
    pub(crate) fn zip64_file(&self) -> Vec<u8> {
        self.ended_by(&self.zip64_end_at(self.entries.len() as u64))
    }

    /// The zip64 end record of a directory at this offset.
    pub(crate) fn zip64_end_at(&self, offset: u64) -> Vec<u8> {
        zip64_end(self.count, self.directory.len() as u64, offset)
    }

    pub(crate) fn ended_by(&self, end: &[u8]) -> Vec<u8> {
        [&self.entries[..], &self.directory, end].concat()
    }
}

/// A zip of these entries.
pub(crate) fn zip(items: &[Item]) -> Vec<u8> {
    Zip::of(items).file()
}

pub(crate) fn end_record(count: u16, directory_bytes: u32, directory_at: u32) -> Vec<u8> {
    let mut out = b"PK\x05\x06".to_vec();
    put16(&mut out, &[0, 0, count, count]);
    put32(&mut out, &[directory_bytes, directory_at]);
    put16(&mut out, &[0]);
    out
}

pub(crate) fn zip64_end(count: u64, directory_bytes: u64, directory_at: u64) -> Vec<u8> {
    let mut out = b"PK\x06\x06".to_vec();
    put64(&mut out, &[44]);
    put16(&mut out, &[45, 45]);
    put32(&mut out, &[0, 0]);
    put64(&mut out, &[count, count, directory_bytes, directory_at]);
    out.extend(b"PK\x06\x07");
    put32(&mut out, &[0]);
    put64(&mut out, &[directory_at + directory_bytes]);
    put32(&mut out, &[1]);
    out.extend(end_record(u16::MAX, u32::MAX, u32::MAX));
    out
}

fn zip64_field(values: &[u64]) -> Vec<u8> {
    let mut out = Vec::new();
    put16(&mut out, &[1, 8 * values.len() as u16]);
    put64(&mut out, values);
    out
}

fn put16(out: &mut Vec<u8>, values: &[u16]) {
    values.iter().for_each(|value| out.extend(value.to_le_bytes()));
}

fn put32(out: &mut Vec<u8>, values: &[u32]) {
    values.iter().for_each(|value| out.extend(value.to_le_bytes()));
}

fn put64(out: &mut Vec<u8>, values: &[u64]) {
    values.iter().for_each(|value| out.extend(value.to_le_bytes()));
}
