//! Pages on their way from one process to another: of each a byte that says whether there is text on it, the length of its
//! picture in four bytes, highest first, and the picture.

use std::io::{self, Write};

use super::PdfPage;

/// Before the picture.
const HEAD: usize = 5;

/// Writes a page.
///
/// # Errors
/// Of the writer; or the picture has 4 GiB.
pub fn write(to: &mut impl Write, page: &PdfPage<Vec<u8>>) -> io::Result<()> {
    let length = u32::try_from(page.jpeg.len()).map_err(io::Error::other)?;
    to.write_all(&[u8::from(page.has_text)])?;
    to.write_all(&length.to_be_bytes())?;
    to.write_all(&page.jpeg)
}

/// Where the pages are in what was written; `None`: it ends before a page does.
pub fn read(mut written: &[u8]) -> Option<Vec<PdfPage<&[u8]>>> {
    let mut pages = Vec::new();
    while let [has_text, a, b, c, d, ..] = written {
        let length = u32::from_be_bytes([*a, *b, *c, *d]) as usize;
        let (jpeg, rest) = written.get(HEAD..)?.split_at_checked(length)?;
        pages.push(PdfPage { jpeg, has_text: *has_text != 0 });
        written = rest;
    }
    written.is_empty().then_some(pages)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn pages_come_out_as_they_went_in(
            pages in prop::collection::vec((any::<bool>(), prop::collection::vec(any::<u8>(), 0..50)), 0..5),
            cut in 1..HEAD,
        ) {
            let mut written = Vec::new();
            for (has_text, jpeg) in &pages {
                write(&mut written, &PdfPage { jpeg: jpeg.clone(), has_text: *has_text }).unwrap();
            }
            let found = read(&written).unwrap();
            prop_assert!(found.iter().map(|page| (page.has_text, page.jpeg.to_vec())).eq(pages.iter().cloned()));
            if !pages.is_empty() {
                let whole = read(&written[..written.len() - cut]);
                prop_assert!(whole.is_none_or(|found| found.len() < pages.len()));
            }
        }
    }
}
