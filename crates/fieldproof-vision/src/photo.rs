//! A decoded photo, upright, at working scale.

use std::sync::OnceLock;

use fieldproof_domain::{
    application::ModelInput,
    observation::{PerceptualHash, PhotoFacts, PhotoMeasures, Recapture},
};

use crate::{
    Cuts, Input, Limits, PhotoError, PhotoFormat, WorkingScale, decode as files, exif, hash, measure,
    model::preprocess,
    raster::{Luma, Raster},
    sniff, thumbnail,
};

/// A photo that could be read to its end.
pub struct Photo {
    format: PhotoFormat,
    facts: PhotoFacts,
    raster: Raster,
    /// At the scale of the measures; made when it is first asked for, since models do not need it.
    luma: OnceLock<Luma>,
    perceptual: OnceLock<Option<PerceptualHash>>,
}

/// Decodes a whole file.
///
/// Dimensions are checked before pixel memory is asked for; transparency is laid on white; EXIF orientation is applied
/// on the reduced picture.
///
/// # Errors
/// Every [`PhotoError`]. A file that is cut off anywhere before its end mark is [`PhotoError::Broken`], never a picture
/// with a grey rest.
pub fn decode(bytes: &[u8], limits: &Limits, scale: WorkingScale) -> Result<Photo, PhotoError> {
    let Upright { format, said, width, height, raster } = upright(bytes, limits, scale)?;
    let facts = PhotoFacts {
        width,
        height,
        taken_at: said.taken_at,
        zone_known: said.zone_known,
        location: said.location,
        make: said.make,
        model: said.model,
    };
    Ok(Photo { format, facts, raster, luma: OnceLock::new(), perceptual: OnceLock::new() })
}

/// A decoded file, upright.
pub(crate) struct Upright {
    format: PhotoFormat,
    said: exif::ExifFacts,
    /// Pixels across in the file, upright.
    width: u32,
    /// Pixels down in the file, upright.
    height: u32,
    pub(crate) raster: Raster,
}

/// As [`decode`], without what is measured.
pub(crate) fn upright(bytes: &[u8], limits: &Limits, scale: WorkingScale) -> Result<Upright, PhotoError> {
    let format = sniff(bytes)?;
    let decoded = files::pixels(format, bytes, limits, scale)?;
    let said = decoded.exif.as_deref().map(exif::read).unwrap_or_default();
    let (width, height) = said.orientation.size(decoded.width, decoded.height);
    let raster = said.orientation.apply(decoded.raster);
    Ok(Upright { format, said, width, height, raster })
}

impl Photo {
    /// The format of the file.
    pub fn format(&self) -> PhotoFormat {
        self.format
    }

    /// What the photo says of itself. Width and height are those of the full picture, upright.
    pub fn facts(&self) -> &PhotoFacts {
        &self.facts
    }

    /// What level 1 needs to know of the pixels, but for [`Photo::recapture`], which takes as long as all of it.
    pub fn measures(&self) -> PhotoMeasures {
        PhotoMeasures {
            width: self.facts.width,
            height: self.facts.height,
            sharpness: measure::sharpness(self.luma()),
            has_structure: self.perceptual_hash().is_some(),
            exposure: measure::exposure(self.luma()),
            recapture: None,
        }
    }

    /// A fingerprint of the picture. `None` where there is too little in it to tell it from others, such as a photo of
    /// a blank wall or of the inside of a pocket: two of those are no duplicates.
    pub fn perceptual_hash(&self) -> Option<PerceptualHash> {
        *self.perceptual.get_or_init(|| hash::perceptual_hash(self.luma()))
    }

    /// What it takes to find the photo among others of which it was cut out, or which were cut out of it. `None` where there
    /// is too little in its middle.
    pub fn cuts(&self) -> Option<Cuts> {
        Cuts::of(self.luma())
    }

    /// How much it looks like a photo of a screen or of a print.
    pub fn recapture(&self) -> Recapture {
        measure::recapture(&self.raster)
    }

    /// Width and height of the working picture, pixels, upright.
    pub fn working_size(&self) -> (u32, u32) {
        (self.raster.width, self.raster.height)
    }

    /// The working picture: RGB, 8 bits a channel, rows from the top, without padding.
    pub fn rgb(&self) -> &[u8] {
        &self.raster.rgb
    }

    /// What a model with this input is given of the whole photo.
    pub fn as_input(&self, input: &ModelInput) -> Input {
        preprocess::tensor(&self.raster, input).0
    }

    /// A small JPEG of the photo, upright, 256 pixels on its longer side or the whole of a smaller photo, without
    /// anything that the file said of itself. `None`: it cannot be encoded.
    pub fn thumbnail(&self) -> Option<Vec<u8>> {
        thumbnail::jpeg(&self.raster)
    }

    fn luma(&self) -> &Luma {
        self.luma.get_or_init(|| self.raster.luma().at_most(WorkingScale::FOR_MEASURES))
    }

    pub(crate) fn raster(&self) -> &Raster {
        &self.raster
    }
}

impl std::fmt::Debug for Photo {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Photo").field("format", &self.format).field("facts", &self.facts).finish_non_exhaustive()
    }
}
