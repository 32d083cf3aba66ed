//! What the camera wrote beside the picture. All of it is a bonus: what is broken, blank or absurd is left out.

use chrono::{DateTime, FixedOffset, NaiveDate, TimeZone, Utc};
use exif::{Exif, In, Rational, Reader, Tag, Value};
use fieldproof_domain::observation::GeoPoint;

use crate::decode::Orientation;

/// Longest text that is kept, in characters.
const MAX_TEXT: usize = 128;

/// `ProcessingSoftware`, by which programs that change a picture name themselves.
const PROCESSING_SOFTWARE: Tag = Tag(exif::Context::Tiff, 0x000B);

/// The fields that are used.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct ExifFacts {
    pub(crate) orientation: Orientation,
    pub(crate) taken_at: Option<DateTime<Utc>>,
    /// Whether its zone was written.
    pub(crate) zone_known: bool,
    pub(crate) location: Option<GeoPoint>,
    pub(crate) make: Option<String>,
    pub(crate) model: Option<String>,
}

/// Reads an EXIF block that starts with its TIFF header.
pub(crate) fn read(block: &[u8]) -> ExifFacts {
    let Some(ExifBlock(exif)) = ExifBlock::parse(block) else { return ExifFacts::default() };
    let (taken_at, zone_known) = taken_at(&exif).unzip();
    ExifFacts {
        orientation: orientation(&exif).map(Orientation::from_exif).unwrap_or_default(),
        taken_at,
        zone_known: zone_known.unwrap_or_default(),
        location: location(&exif),
        make: text(&exif, Tag::Make),
        model: text(&exif, Tag::Model),
    }
}

/// A block that could be read, at least in part.
pub(crate) struct ExifBlock(Exif);

impl ExifBlock {
    /// Of a block that starts with its TIFF header.
    pub(crate) fn parse(block: &[u8]) -> Option<Self> {
        let parsed = Reader::new().continue_on_error(true).read_raw(block.to_vec());
        parsed.or_else(|error| error.distill_partial_result(|_| ())).ok().map(Self)
    }

    /// The programs that it names.
    pub(crate) fn software(&self) -> impl Iterator<Item = String> {
        [Tag::Software, PROCESSING_SOFTWARE].into_iter().filter_map(|tag| text(&self.0, tag))
    }

    /// The small picture inside, a JPEG file.
    pub(crate) fn thumbnail(&self) -> Option<&[u8]> {
        let number = |tag| self.0.get_field(tag, In::THUMBNAIL)?.value.get_uint(0);
        let start = number(Tag::JPEGInterchangeFormat)? as usize;
        let length = number(Tag::JPEGInterchangeFormatLength)? as usize;
        self.0.buf().get(start..start.checked_add(length)?)
    }
}

fn orientation(exif: &Exif) -> Option<u32> {
    exif.get_field(Tag::Orientation, In::PRIMARY)?.value.get_uint(0)
}

fn ascii(exif: &Exif, tag: Tag) -> Option<&[u8]> {
    match &exif.get_field(tag, In::PRIMARY)?.value {
        Value::Ascii(texts) => texts.first().map(Vec::as_slice),
        _ => None,
    }
}

fn text(exif: &Exif, tag: Tag) -> Option<String> {
    let text = String::from_utf8_lossy(ascii(exif, tag)?);
    let clean: String = text.trim().chars().filter(|letter| !letter.is_control()).take(MAX_TEXT).collect();
    (!clean.is_empty()).then_some(clean)
}

/// And whether its zone was written.
fn taken_at(exif: &Exif) -> Option<(DateTime<Utc>, bool)> {
    let mut time = exif::DateTime::from_ascii(ascii(exif, Tag::DateTimeOriginal)?).ok()?;
    if let Some(offset) = ascii(exif, Tag::OffsetTimeOriginal) {
        // A blank or broken offset leaves the time in UTC.
        let _kept_without = time.parse_offset(offset);
    }
    let local = NaiveDate::from_ymd_opt(time.year.into(), time.month.into(), time.day.into())?.and_hms_opt(
        time.hour.into(),
        time.minute.into(),
        time.second.into(),
    )?;
    let offset = FixedOffset::east_opt(i32::from(time.offset.unwrap_or(0)) * 60)?;
    Some((offset.from_local_datetime(&local).single()?.to_utc(), time.offset.is_some()))
}

fn location(exif: &Exif) -> Option<GeoPoint> {
    let lat = degrees(exif, Tag::GPSLatitude, Tag::GPSLatitudeRef, b'S')?;
    let lon = degrees(exif, Tag::GPSLongitude, Tag::GPSLongitudeRef, b'W')?;
    let on_earth = (-90.0..=90.0).contains(&lat) && (-180.0..=180.0).contains(&lon);
    // Many cameras write zeros while they have no position.
    let known = lat != 0.0 || lon != 0.0;
    (on_earth && known).then_some(GeoPoint { lat, lon })
}

/// Degrees, minutes and seconds as one number, negative where the reference is `negative`.
fn degrees(exif: &Exif, value: Tag, reference: Tag, negative: u8) -> Option<f64> {
    let Value::Rational(parts) = &exif.get_field(value, In::PRIMARY)?.value else { return None };
    let number = |index: usize| {
        let part: &Rational = parts.get(index)?;
        (part.denom != 0).then(|| part.to_f64())
    };
    let degrees = number(0)? + number(1).unwrap_or(0.0) / 60.0 + number(2).unwrap_or(0.0) / 3600.0;
    let sign = if ascii(exif, reference)?.first()?.eq_ignore_ascii_case(&negative) { -1.0 } else { 1.0 };
    Some(sign * degrees)
}
