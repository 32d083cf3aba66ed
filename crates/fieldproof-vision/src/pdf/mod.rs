//! The pages of a PDF document as pictures.
//!
//! The interpreter is somebody else's and PDF is a language: a document can ask for any amount of time, of memory and of
//! stack. What calls this therefore does so in a process of its own, whose end is no loss ([`frames`] is how the
//! pages come out of it).

pub mod frames;
mod text;

use hayro::{
    RenderCache, RenderSettings,
    hayro_interpret::InterpreterSettings,
    hayro_syntax::{DecryptionError, LoadPdfError, Pdf, page::Page},
    render,
    vello_cpu::{Pixmap, color::palette::css::WHITE},
};
use jpeg_encoder::{ColorType, Encoder, SamplingFactor};
use thiserror::Error;

/// What a document may have, and how large its pages become.
#[derive(Clone, Copy, Debug)]
pub struct PageLimits {
    /// Pages of one document.
    pub pages: usize,
    /// Pixels of a page's longer side, at most.
    pub long_side: u32,
    /// Pixels of an inch, at most: more than that shows nothing new of what was printed or scanned.
    pub per_inch: f32,
}

impl Default for PageLimits {
    fn default() -> Self {
        Self { pages: 20, long_side: 2400, per_inch: 200.0 }
    }
}

/// Points of an inch: the unit of PDF.
const POINTS: f32 = 72.0;

/// Of 100: so little is lost that no check and no code reader sees it.
const QUALITY: u8 = 95;

/// A rendered page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PdfPage<B> {
    /// A JPEG file.
    pub jpeg: B,
    /// Whether something is written on it that is no picture of writing.
    pub has_text: bool,
}

/// Why a document cannot be used. `Display` is the message for the user of the API.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum PdfError {
    /// Nothing that a PDF reader could make sense of.
    #[error("the PDF is broken: no document can be read from it; export it again, or send each page as a photo")]
    Broken,
    /// It needs a password.
    #[error("the PDF is protected by a password: send it without")]
    Protected,
    /// It is encrypted in a way that is not known here.
    #[error("the PDF is encrypted in a way that cannot be read: send it without encryption")]
    Encrypted,
    /// There is nothing to look at.
    #[error("the PDF has no pages")]
    NoPages,
    /// More than [`PageLimits::pages`].
    #[error("the PDF has {pages} pages, more than the {most} that are allowed: send what matters only")]
    TooManyPages {
        /// Pages of the document.
        pages: usize,
        /// The limit.
        most: usize,
    },
    /// A page that is as good as a line or a point, or has no size.
    #[error("page {page} of the PDF has no size that can be shown: export it again")]
    NoSize {
        /// From 1.
        page: usize,
    },
}

/// Whether bytes are a PDF document: its mark may stand behind other bytes at its start, as many programs leave some there.
pub fn is_pdf(bytes: &[u8]) -> bool {
    const MARK: &[u8] = b"%PDF-";
    const BEHIND: usize = 1024;
    let start = bytes.get(..BEHIND).unwrap_or(bytes);
    crate::sniff(bytes).is_err() && memchr::memmem::find(start, MARK).is_some()
}

/// Renders the pages one after the other and hands each on, until one is refused by `each`, whose error this then is.
///
/// # Errors
/// [`PdfError`]. What is wrong on a page that has a size is no error: it stays white there.
pub fn pdf_pages<E: From<PdfError>>(
    document: Vec<u8>,
    limits: &PageLimits,
    mut each: impl FnMut(PdfPage<Vec<u8>>) -> Result<(), E>,
) -> Result<(), E> {
    let document = Pdf::new(document).map_err(|error| match error {
        LoadPdfError::Decryption(DecryptionError::PasswordProtected) => PdfError::Protected,
        LoadPdfError::Decryption(_) => PdfError::Encrypted,
        LoadPdfError::Invalid => PdfError::Broken,
    })?;
    let pages = document.pages();
    if pages.len() > limits.pages {
        return Err(PdfError::TooManyPages { pages: pages.len(), most: limits.pages }.into());
    }
    if pages.is_empty() {
        return Err(PdfError::NoPages.into());
    }
    // Sizes first: a document of which one page cannot be shown is refused before the others cost anything.
    let scales =
        pages.iter().zip(1..).map(|(page, number)| scale(page, limits).ok_or(PdfError::NoSize { page: number }));
    let scales = scales.collect::<Result<Vec<_>, _>>()?;
    let (cache, settings) = (RenderCache::new(), InterpreterSettings::default());
    for ((page, scale), number) in pages.iter().zip(scales).zip(1..) {
        let look = RenderSettings { x_scale: scale, y_scale: scale, bg_color: WHITE, ..RenderSettings::default() };
        let jpeg = jpeg(&render(page, &cache, &settings, &look)).ok_or(PdfError::NoSize { page: number })?;
        each(PdfPage { jpeg, has_text: text::is_on(page, &settings) })?;
    }
    Ok(())
}

/// Pixels of a point; `None`: the page would be less than a pixel wide or high.
fn scale(page: &Page<'_>, limits: &PageLimits) -> Option<f32> {
    let (width, height) = page.render_dimensions();
    let scale = (limits.long_side as f32 / width.max(height)).min(limits.per_inch / POINTS);
    (scale.is_finite() && scale > 0.0 && width.min(height) * scale >= 1.0).then_some(scale)
}

fn jpeg(page: &Pixmap) -> Option<Vec<u8>> {
    // On a white ground nothing is transparent.
    let rgb: Vec<u8> =
        page.data_as_u8_slice().chunks_exact(4).flat_map(|pixel| pixel.iter().take(3).copied()).collect();
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, QUALITY);
    encoder.set_sampling_factor(SamplingFactor::F_1_1);
    encoder.encode(&rgb, page.width(), page.height(), ColorType::Rgb).ok()?;
    Some(bytes)
}
