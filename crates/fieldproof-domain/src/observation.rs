//! What was seen on a photo, as plain values: the border between `vision` (which measures) and the rules (which judge).

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// A box on the upright photo, in fractions of its width and height, 0..=1 (contract section 1.4).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct BoundingBox {
    /// Left edge.
    pub xmin: f64,
    /// Top edge.
    pub ymin: f64,
    /// Right edge, never left of `xmin`.
    pub xmax: f64,
    /// Bottom edge, never above `ymin`.
    pub ymax: f64,
}

impl BoundingBox {
    /// Intersection over union, 0..=1; of two boxes without an area no number.
    pub fn iou(&self, other: &Self) -> f64 {
        let area = |b: &Self| (b.xmax - b.xmin) * (b.ymax - b.ymin);
        let width = self.xmax.min(other.xmax) - self.xmin.max(other.xmin);
        let height = self.ymax.min(other.ymax) - self.ymin.max(other.ymin);
        let common = width.max(0.0) * height.max(0.0);
        common / (area(self) + area(other) - common)
    }

    /// A box on a region of the photo, in fractions of that region, as one on the photo.
    #[must_use]
    pub fn within(&self, region: &Self) -> Self {
        let (width, height) = (region.xmax - region.xmin, region.ymax - region.ymin);
        Self {
            xmin: region.xmin + self.xmin * width,
            ymin: region.ymin + self.ymin * height,
            xmax: (region.xmin + self.xmax * width).min(1.0),
            ymax: (region.ymin + self.ymax * height).min(1.0),
        }
    }
}

/// One thing that a detection model found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Detection {
    /// Where.
    pub bbox: BoundingBox,
    /// How sure, 0..=1.
    pub score: f64,
    /// What: one of the model's labels.
    pub concept: String,
    /// Of the PDF document that it was seen in, from 1; `None`: it was seen on a photo.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page: Option<u32>,
}

/// Something that is written on a photo, in letters or as a code.
#[derive(Clone, Debug, PartialEq)]
pub struct Inscription {
    /// Where.
    pub bbox: BoundingBox,
    /// How sure, 0..=1; of a code 1: it has its own check.
    pub score: f64,
    /// What it is: the kind of code, or `line`.
    pub concept: String,
    /// What it says, at most [`LONGEST_READ`] bytes.
    pub text: String,
}

/// Longest text that is read on a photo, in bytes.
pub const LONGEST_READ: usize = 1000;

/// What one model or reader says of one photo.
#[derive(Clone, Debug, PartialEq)]
pub enum Observation {
    /// Of a detection model: best first.
    Detections(Vec<Detection>),
    /// Of a classification model.
    Classification {
        /// The best label.
        concept: String,
        /// Its score, 0..=1.
        score: f64,
        /// Every label's score.
        scores: BTreeMap<String, f64>,
    },
    /// Of a text model: one line.
    Text {
        /// What is written; empty where nothing is, at most [`LONGEST_READ`] bytes.
        text: String,
        /// How sure it is of its characters, on average, 0..=1.
        score: f64,
    },
    /// Of an embedding model.
    Embedding {
        /// Of length 1.
        vector: Vec<f32>,
        /// How similar the photo is to each reference, -1..=1: the cosine to the nearest of its photos.
        scores: BTreeMap<String, f64>,
    },
    /// Of a model that looks at what another has found, one by one: each region, and what is seen in it.
    Regions(Vec<(Detection, Observation)>),
    /// Of a reader, from top to bottom.
    Inscriptions(Vec<Inscription>),
    /// Of a reader that cannot work on this machine: `null` in CEL.
    NotRead,
}

/// A place on Earth, WGS 84 degrees.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct GeoPoint {
    /// Latitude, -90..=90.
    pub lat: f64,
    /// Longitude, -180..=180.
    pub lon: f64,
}

impl GeoPoint {
    /// Mean radius of the Earth.
    const RADIUS_METRES: f64 = 6_371_008.8;

    /// Metres to another place, on a sphere: right to half a percent.
    pub fn metres_to(&self, other: &Self) -> f64 {
        let half = |angle: f64| (angle.to_radians() / 2.0).sin().powi(2);
        let across = self.lat.to_radians().cos() * other.lat.to_radians().cos() * half(other.lon - self.lon);
        let chord = half(other.lat - self.lat) + across;
        2.0 * Self::RADIUS_METRES * chord.clamp(0.0, 1.0).sqrt().asin()
    }
}

/// What a photo says of itself: `photo` in CEL.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PhotoFacts {
    /// Pixels across, upright.
    pub width: u32,
    /// Pixels down, upright.
    pub height: u32,
    /// EXIF capture time; taken as UTC where the camera wrote no offset.
    pub taken_at: Option<DateTime<Utc>>,
    /// Whether the camera wrote of which zone that time is.
    pub zone_known: bool,
    /// EXIF position.
    pub location: Option<GeoPoint>,
    /// EXIF camera make.
    pub make: Option<String>,
    /// EXIF camera model.
    pub model: Option<String>,
}

/// What level 1 needs to know of a photo's pixels. Measured by `vision`, judged by [`crate::check`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PhotoMeasures {
    /// Pixels across, upright.
    pub width: u32,
    /// Pixels down, upright.
    pub height: u32,
    /// How sharp the sharpest part is, from 0; the scale is explained in `docs/checks.md`.
    pub sharpness: f64,
    /// Whether there is enough in the picture to tell it from others: on a wall there is not.
    pub has_structure: bool,
    /// How it is lit.
    pub exposure: Exposure,
    /// How much it looks like a photo of a screen or of a print, as `docs/checks.md` explains; `None`: not measured.
    pub recapture: Option<Recapture>,
}

/// How a photo is lit. `docs/checks.md` explains how each is measured.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Exposure {
    /// Luma, 0 (black) ..= 255 (white): the mean of the photo, or half of what its brightest parts reach, if that is more.
    pub light: f64,
    /// Percent of the photo that is burnt out, in that part of it where it is least.
    pub burnt: f64,
    /// Luma that the brighter part of the middle reaches.
    pub middle: f64,
    /// How much there is in the middle: the standard deviation of its luma.
    pub middle_spread: f64,
    /// Luma that the brighter part of the rim reaches.
    pub rim: f64,
}

/// How much a photo looks like one of a screen or of a print. `docs/checks.md` explains how that is measured.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Recapture {
    /// No probability: 0 where nothing speaks for it, a half where it does just enough, near 1 where all of the photo does.
    pub score: f64,
    /// Where on the photo it shows.
    pub region: Option<BoundingBox>,
}

/// A fingerprint of the picture that survives re-saving and scaling.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PerceptualHash {
    /// The algorithm's version: only hashes of one version can be compared.
    pub version: u8,
    /// 256 bits.
    pub bits: [u64; 4],
}

impl PerceptualHash {
    /// Number of differing bits, 0..=256; `None` between versions.
    pub fn distance(&self, other: &Self) -> Option<u32> {
        (self.version == other.version)
            .then(|| self.bits.iter().zip(other.bits).map(|(a, b)| (a ^ b).count_ones()).sum())
    }
}
