//! What a file says of changes after the photo was taken: names of programs, a manifest, a small picture that shows
//! something else. All of it is a bonus: what is broken or absurd is left out.

mod c2pa;
mod carried;
mod thumbnail;
mod xmp;

use fieldproof_domain::check::EditTraces;

use self::carried::Carried;
use crate::{Photo, exif::ExifBlock};

/// Longest name that is kept, in characters.
const MAX_NAME: usize = 128;

/// Most names of one kind that are kept.
const MAX_NAMES: usize = 16;

impl Photo {
    /// What the file says of changes; `bytes` are those the photo was decoded from.
    pub fn edit_traces(&self, bytes: &[u8]) -> EditTraces {
        let carried = Carried::read(self.format(), bytes);
        let exif = carried.exif.and_then(ExifBlock::parse);
        let said = carried.xmp.as_deref().map(xmp::read).unwrap_or_default();
        let mut software = Names::default();
        let of_exif = exif.iter().flat_map(ExifBlock::software);
        of_exif.chain(carried.software).chain(said.software).for_each(|name| software.add(&name));
        EditTraces {
            software: software.0,
            thumbnail: exif.as_ref().and_then(ExifBlock::thumbnail).and_then(|jpeg| thumbnail::compare(jpeg, self)),
            claims: carried.c2pa.as_deref().and_then(c2pa::read),
            source_type: said.source_type,
        }
    }
}

/// Some names, each once, as they can be shown.
#[derive(Default)]
struct Names(Vec<String>);

impl Names {
    fn add(&mut self, name: &str) {
        let Some(name) = clean(name) else { return };
        if self.0.len() < MAX_NAMES && !self.0.contains(&name) {
            self.0.push(name);
        }
    }
}

/// A name without what cannot be shown; `None`: nothing is left.
fn clean(name: &str) -> Option<String> {
    let shown: String = name.trim().chars().filter(|letter| !letter.is_control()).take(MAX_NAME).collect();
    (!shown.is_empty()).then_some(shown)
}

/// The last part of an address, by which vocabularies are told apart.
fn last_part(address: &str) -> Option<String> {
    clean(address.trim().trim_end_matches('/').rsplit(['/', '#', ':']).next()?)
}
