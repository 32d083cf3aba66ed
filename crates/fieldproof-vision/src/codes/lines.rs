//! Barcodes: read along lines across the picture, in six directions.
//!
//! The library looks for the first thing like a code on a row and takes the first row that reads. On photos of the
//! field, grilles and cables come first, and now and then they read as a short code. So a line is cut where no code can
//! go on, each part is read by itself, and a code counts where several lines beside each other read the same; from
//! where to where they do also says how tall it is.

use std::collections::HashSet;

use fieldproof_domain::application::CodeFormat;
use rxing::{
    BarcodeFormat, DecodeHints, Point,
    common::BitMatrix,
    oned::{MultiFormatOneDReader, OneDReader as _},
    point,
};

use super::{Bitmap, Seen, known_as};

mod parts;

const KINDS: [CodeFormat; 9] = [
    CodeFormat::Code128,
    CodeFormat::Code39,
    CodeFormat::Code93,
    CodeFormat::Itf,
    CodeFormat::Codabar,
    CodeFormat::Ean13,
    CodeFormat::Ean8,
    CodeFormat::UpcA,
    CodeFormat::UpcE,
];

/// Directions of the lines, in degrees. A line reads a code all of whose bars it crosses: one that is a third as tall
/// as it is wide may be turned by 18 degrees.
const UPRIGHT: [f32; 2] = [0.0, 90.0];
const SLANTED: [f32; 4] = [30.0, 60.0, 120.0, 150.0];
/// Lines in one direction.
const MOST_LINES: f32 = 240.0;
/// Lines that have to agree.
const FEWEST_LINES: usize = 3;
/// Lines after which the same text is another code. Dirt and reflections make some of them miss.
const GAP: usize = 10;

/// One code on one line.
struct Hit {
    line: usize,
    from: Point,
    to: Point,
    format: CodeFormat,
    text: String,
}

/// The codes of these kinds that lines cross; those that stand slanted are looked for where none stands upright.
pub(super) fn read(picture: &Bitmap, formats: &[CodeFormat], hints: &DecodeHints) -> Vec<Seen> {
    let wanted: Vec<CodeFormat> = KINDS.into_iter().filter(|kind| formats.contains(kind)).collect();
    if wanted.is_empty() {
        return Vec::new();
    }
    let known: HashSet<BarcodeFormat> = wanted.iter().map(|format| known_as(*format)).collect();
    let hints = DecodeHints { PossibleFormats: Some(known), ..hints.clone() };
    let mut lines =
        Lines { picture: picture.get_black_matrix(), reader: MultiFormatOneDReader::new(&hints), hints, wanted };
    let mut look = |angles: &[f32]| angles.iter().flat_map(|angle| agreed(lines.hits(*angle))).collect::<Vec<_>>();
    let upright = look(&UPRIGHT);
    if upright.is_empty() { look(&SLANTED) } else { upright }
}

struct Lines<'p> {
    picture: &'p BitMatrix,
    reader: MultiFormatOneDReader,
    hints: DecodeHints,
    wanted: Vec<CodeFormat>,
}

impl Lines<'_> {
    /// What all lines of a direction read.
    fn hits(&mut self, angle: f32) -> Vec<Hit> {
        let (width, height) = (self.picture.width() as f32, self.picture.height() as f32);
        let (sin, cos) = angle.to_radians().sin_cos();
        // The lines that touch the picture, by their distance from its middle.
        let reach = (width * sin.abs() + height * cos.abs()) / 2.0;
        let step = (2.0 * reach / MOST_LINES).max(2.0);
        let half = width.hypot(height) / 2.0;
        let mut hits = Vec::new();
        for line in 0..(2.0 * reach / step) as usize {
            let aside = (line as f32 + 0.5) * step - reach;
            let middle = point(width / 2.0 - aside * sin, height / 2.0 + aside * cos);
            let at = |along: f32| point(middle.x + along * cos, middle.y + along * sin);
            let is_inside = |place: Point| place.x >= 0.0 && place.y >= 0.0 && place.x < width && place.y < height;
            let along = |step: usize| step as f32 - half;
            let Some(first) = (0..(2.0 * half) as usize).map(along).find(|along| is_inside(at(*along))) else {
                continue;
            };
            let places = (0..).map(|step| at(first + step as f32)).take_while(|place| is_inside(*place));
            let bits: Vec<bool> = places.map(|place| self.picture.get(place.x as u32, place.y as u32)).collect();
            for part in parts::of(&bits) {
                if let Some((format, text)) = self.read(&parts::alone(&bits, &part)) {
                    let (from, to) = (at(first + part.start as f32), at(first + part.end as f32));
                    hits.push(Hit { line, from, to, format, text });
                }
            }
        }
        hits
    }

    /// What a part of a line says, read in either direction.
    fn read(&mut self, part: &[bool]) -> Option<(CodeFormat, String)> {
        let mut row = parts::as_row(part.iter());
        let mut found = self.reader.decode_row(0, &row, &self.hints);
        if found.is_err() {
            row.reverse();
            found = self.reader.decode_row(0, &row, &self.hints);
        }
        let found = found.ok()?;
        let format = *self.wanted.iter().find(|format| known_as(**format) == *found.getBarcodeFormat())?;
        Some((format, found.getText().to_owned()))
    }
}

/// Hits of the same text on lines beside each other are one code.
fn agreed(hits: Vec<Hit>) -> Vec<Seen> {
    let mut codes: Vec<Vec<Hit>> = Vec::new();
    for hit in hits {
        let is_of = |code: &&mut Vec<Hit>| {
            code.last().is_some_and(|last| {
                let is_same = last.format == hit.format && last.text == hit.text;
                let is_beside = hit.from.distance(last.from) < last.from.distance(last.to) / 2.0;
                is_same && is_beside && hit.line - last.line <= GAP
            })
        };
        match codes.iter_mut().find(is_of) {
            Some(code) => code.push(hit),
            None => codes.push(vec![hit]),
        }
    }
    let tall = codes.into_iter().filter(|code| code.len() >= FEWEST_LINES);
    let seen = |code: Vec<Hit>| {
        let (first, last) = (code.first()?, code.last()?);
        let points = vec![first.from, first.to, last.to, last.from];
        Some(Seen { format: first.format, text: first.text.clone(), points })
    };
    tall.filter_map(seen).collect()
}
