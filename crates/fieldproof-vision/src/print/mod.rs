//! Printed text, read by Tesseract where it is installed.

mod program;
mod tsv;

use std::{
    io,
    time::{Duration, Instant},
};

use fieldproof_domain::observation::{Detection, Inscription};
use thiserror::Error;

use crate::{
    Details, PhotoError,
    raster::{Luma, Raster},
    written::{Found, in_order, in_regions},
};

/// The program, which the system looks for among its own.
const TESSERACT: &str = "tesseract";
/// How long it may read on one photo; what takes longer is a photo full of grain.
const LONGEST: Duration = Duration::from_secs(20);
/// How long it may take to say which languages it knows.
const LONGEST_TO_LIST: Duration = Duration::from_secs(10);
/// Longer side of a whole photo that is read, in pixels. On scenes full of texture the time goes with the pixels, 7
/// seconds at this size.
const WHOLE: u32 = 1600;
/// Shorter side in pixels under which a region is enlarged: letters of 10 pixels are read as well as large ones then.
const SMALL_REGION: u32 = 150;
/// Words wherever they stand: what finds a label in a scene, and sees nothing where there is little else to see.
const ON_A_PHOTO: &str = "11";
/// Text laid out as on a page.
const ON_A_BARE_PHOTO: &str = "3";
/// One block of lines.
const IN_A_REGION: &str = "6";

/// Reads printed text.
#[derive(Clone, Debug)]
pub struct PrintReader {
    program: String,
    /// As Tesseract is told them: `eng+fra`.
    languages: String,
}

/// Why text cannot be read.
#[derive(Debug, Error)]
pub enum PrintError {
    /// The program is not there.
    #[error("Tesseract is not installed: install it (Debian: tesseract-ocr) and start again")]
    NotInstalled,
    /// It is there without a language.
    #[error("Tesseract lacks the language '{0}': install it (Debian: tesseract-ocr-{0}) and start again")]
    NoLanguage(String),
    /// It reads longer than it may.
    #[error("Tesseract has read for {} seconds and was stopped", LONGEST.as_secs())]
    TooSlow,
    /// Something else.
    #[error("Tesseract failed: {0}")]
    Failed(String),
    /// The photo cannot be decoded a second time.
    #[error(transparent)]
    Photo(#[from] PhotoError),
}

impl PrintReader {
    /// For text in these languages, named as Tesseract names them; asks the program whether it has them.
    ///
    /// # Errors
    /// [`PrintError::NotInstalled`] and [`PrintError::NoLanguage`], in words for the operator.
    pub fn open(languages: &[String]) -> Result<Self, PrintError> {
        Self::open_program(TESSERACT, languages)
    }

    /// As [`PrintReader::open`], by a program at another path.
    ///
    /// # Errors
    /// As [`PrintReader::open`].
    pub fn open_program(program: &str, languages: &[String]) -> Result<Self, PrintError> {
        let listed = program::run(program, &["--list-langs"], Vec::new(), Instant::now() + LONGEST_TO_LIST);
        let listed = String::from_utf8_lossy(&listed.map_err(told)?).into_owned();
        match languages.iter().find(|language| !listed.lines().any(|line| line.trim() == *language)) {
            Some(missing) => Err(PrintError::NoLanguage(missing.clone())),
            None => Ok(Self { program: program.to_owned(), languages: languages.join("+") }),
        }
    }

    /// The lines of text on a photo, from top to bottom.
    ///
    /// # Errors
    /// [`PrintError::TooSlow`] and [`PrintError::Failed`]: nothing is known of this photo then.
    pub fn read(&self, details: &Details<'_>) -> Result<Vec<Inscription>, PrintError> {
        let picture = details.full()?;
        let part = f64::from(WHOLE) / f64::from(picture.width.max(picture.height));
        let (picture, until) = (luma(picture, part.min(1.0)), Instant::now() + LONGEST);
        let mut found = self.look(&picture, ON_A_PHOTO, until)?;
        if found.is_empty() {
            found = self.look(&picture, ON_A_BARE_PHOTO, until)?;
        }
        Ok(in_order(found))
    }

    /// The lines in regions of a photo, each with `margin` on its sides (in parts of its width and height), as they
    /// were taken; the places are those on the photo.
    ///
    /// # Errors
    /// As [`PrintReader::read`].
    pub fn read_regions(
        &self,
        details: &Details<'_>,
        regions: &[Detection],
        margin: f64,
    ) -> Result<Vec<Inscription>, PrintError> {
        let until = Instant::now() + LONGEST;
        in_regions(details, regions, margin, |part| {
            let (short, long) = (part.width.min(part.height), part.width.max(part.height));
            let times = if short < SMALL_REGION { 2.0 } else { 1.0 };
            let times = f64::min(times, f64::from(WHOLE) / f64::from(long));
            self.look(&luma(part, times), IN_A_REGION, until)
        })
    }

    fn look(&self, picture: &Luma, segmentation: &str, until: Instant) -> Result<Found, PrintError> {
        let options = ["stdin", "stdout", "-l", &self.languages, "--psm", segmentation, "tsv"];
        let header = format!("P5 {} {} 255\n", picture.width, picture.height);
        let file = [header.as_bytes(), &picture.values].concat();
        let table = program::run(&self.program, &options, file, until).map_err(told)?;
        Ok(tsv::lines(&String::from_utf8_lossy(&table), (picture.width, picture.height)))
    }
}

/// A picture in grey, that many times as large.
fn luma(picture: &Raster, times: f64) -> Luma {
    let luma = picture.luma();
    let scaled = |length: u32| ((f64::from(length) * times).round() as u32).max(1);
    match (scaled(luma.width), scaled(luma.height)) {
        (width, height) if (width, height) == (luma.width, luma.height) => luma,
        (width, height) => luma.resized(width, height, fast_image_resize::FilterType::CatmullRom),
    }
}

fn told(error: io::Error) -> PrintError {
    match error.kind() {
        io::ErrorKind::NotFound => PrintError::NotInstalled,
        io::ErrorKind::TimedOut => PrintError::TooSlow,
        _ => PrintError::Failed(error.to_string()),
    }
}
