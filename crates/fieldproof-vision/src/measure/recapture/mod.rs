//! How much a photo looks like one of a screen, or of a print.
//!
//! What is real has its colours in the same places: where a real pattern repeats, its red, green and blue waves go up and
//! down together, or against each other, which is also what a camera's mosaic of colour filters adds, but of grey meshes so
//! fine that it takes them for other colours. A screen puts its red, green and blue strips side by side, so that its waves
//! are a third of a period apart, before and behind the camera. In the cross spectrum of R-G and B-G that is an imaginary
//! part. A printer's inks have their dots at different angles, each with a frequency of its own: peaks of pure colour, in
//! several colours.
//!
//! Some tiles of the photo are looked at, of 64 x 64 pixels, at two sizes: 5 x 4 of the working picture and 4 x 3 of it
//! at half its size. In each, the few peaks of the colours' spectrum that stand alone speak for a screen ([`Peak::stripes`])
//! or for ink ([`Peak::is_ink`]). No tile alone is enough, so that something small on a real photo does not speak for all of it.
//! The tiles come in an order that spreads the first few over the photo at both sizes: where those say nothing, or enough,
//! the others are not asked.

mod peaks;
mod spectrum;
mod tiles;

use fieldproof_domain::observation::{BoundingBox, Recapture};

use self::{
    peaks::{Peak, peaks},
    spectrum::{SIDE, Spectrum},
    tiles::{Tile, tiles},
};
use crate::raster::Raster;

/// The evidence at which the score is a half.
const HALF: f64 = 1.25;

/// So much evidence is enough, and the rest of the tiles need no look.
const ENOUGH: f64 = 2.5;

/// After so many tiles, less evidence than this speaks for itself.
const HOPELESS: [(usize, f64); 2] = [(8, 0.05), (16, 0.3)];

/// What a tile of ink weighs, and the diversity of colours at which it weighs all of that.
const INK: f64 = 0.6;
const DIVERSE: f64 = 0.1;

/// The evidence of stripes from which a tile is shown as one.
const SHOWN: f64 = 0.5;

/// Score 0..1, and where the evidence is. A picture that is smaller than a tile has no evidence.
pub(crate) fn recapture(picture: &Raster) -> Recapture {
    let mut evidence = Evidence::default();
    let spectrum = Spectrum::default();
    for (number, tile) in (1..).zip(tiles(picture)) {
        evidence.add(&tile, &peaks(&spectrum.of(picture, tile.left, tile.top, tile.step)));
        let is_hopeless = |(tiles, least)| number == tiles && evidence.at_most() < least;
        if evidence.total() >= ENOUGH || HOPELESS.into_iter().any(is_hopeless) {
            break;
        }
    }
    let found = evidence.total();
    Recapture { score: found / (found + HALF), region: evidence.region(picture) }
}

/// What all tiles say together.
#[derive(Default)]
struct Evidence {
    stripes: f64,
    /// Tiles of ink.
    inks: f64,
    /// Peaks of ink, and the sum of their colours as directions.
    colours: (f64, f64, f64),
    /// Edges of what speaks: left, top, right, bottom.
    edges: Option<[u32; 4]>,
}

impl Evidence {
    fn add(&mut self, tile: &Tile, peaks: &[Peak]) {
        let stripes = peaks.iter().map(Peak::stripes).fold(0.0, f64::max);
        let mut is_ink = false;
        for peak in peaks.iter().filter(|peak| peak.is_ink()) {
            is_ink = true;
            let (sin, cos) = peak.colour.sin_cos();
            self.colours = (self.colours.0 + 1.0, self.colours.1 + cos, self.colours.2 + sin);
        }
        self.stripes += stripes;
        self.inks += f64::from(u8::from(is_ink));
        if is_ink || stripes > SHOWN {
            let side = SIDE as u32 * tile.step;
            let edges = self.edges.unwrap_or([u32::MAX, u32::MAX, 0, 0]);
            self.edges = Some([
                edges[0].min(tile.left),
                edges[1].min(tile.top),
                edges[2].max(tile.left + side),
                edges[3].max(tile.top + side),
            ]);
        }
    }

    /// What the total may be.
    fn at_most(&self) -> f64 {
        self.stripes + INK * self.inks
    }

    /// One real pattern in one colour is no print, however often it repeats.
    fn total(&self) -> f64 {
        let (peaks, cos, sin) = self.colours;
        let diversity = if peaks > 0.0 { 1.0 - cos.hypot(sin) / peaks } else { 0.0 };
        self.stripes + INK * self.inks * (diversity / DIVERSE).min(1.0)
    }

    fn region(&self, picture: &Raster) -> Option<BoundingBox> {
        let [left, top, right, bottom] = self.edges?;
        let part = |edge: u32, of: u32| (f64::from(edge) / f64::from(of)).min(1.0);
        Some(BoundingBox {
            xmin: part(left, picture.width),
            ymin: part(top, picture.height),
            xmax: part(right, picture.width),
            ymax: part(bottom, picture.height),
        })
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn picture(width: u32, height: u32, colour: impl Fn(f64, f64) -> [f64; 3]) -> Raster {
        let pixels = (0..height).flat_map(|y| (0..width).map(move |x| (f64::from(x), f64::from(y))));
        let rgb = pixels.flat_map(|(x, y)| colour(x, y).map(|value| value.clamp(0.0, 255.0) as u8)).collect();
        Raster { width, height, rgb }
    }

    /// Waves across the picture, each colour `apart` of a period behind the one before.
    fn waves(apart: f64, height: f64) -> Raster {
        picture(900, 680, |x, y| {
            let phase = (x + 0.06 * y) / 5.3;
            [0.0, 1.0, 2.0].map(|colour| 128.0 + height * (std::f64::consts::TAU * (phase + colour * apart)).sin())
        })
    }

    #[rstest]
    #[case::strips_of_a_screen(1.0 / 3.0, 12.0, true)]
    #[case::the_other_way_round(-1.0 / 3.0, 12.0, true)]
    #[case::a_grille(0.0, 60.0, false)]
    #[case::colours_against_each_other(0.5, 12.0, false)]
    #[case::nothing(1.0 / 3.0, 0.0, false)]
    fn stripes(#[case] apart: f64, #[case] height: f64, #[case] is_screen: bool) {
        let found = recapture(&waves(apart, height));
        assert_eq!(found.score >= 0.5, is_screen, "{found:?}");
        assert!(found.region.is_some() || !is_screen, "{found:?}");
    }

    #[test]
    fn inks_at_different_angles() {
        let ink = |x: f64, y: f64, angle: f64| {
            let (sin, cos) = angle.to_radians().sin_cos();
            let wave = |at: f64| (std::f64::consts::TAU * at / 6.1).cos();
            18.0 * wave(x * cos + y * sin) * wave(y * cos - x * sin)
        };
        let print = picture(900, 680, |x, y| [15.0, 75.0, 45.0].map(|angle| 150.0 + ink(x, y, angle)));
        assert!(recapture(&print).score >= 0.5, "{:?}", recapture(&print));
        let one_colour = picture(900, 680, |x, y| [150.0 + ink(x, y, 15.0), 150.0, 150.0]);
        assert!(recapture(&one_colour).score < 0.5, "{:?}", recapture(&one_colour));
    }

    #[test]
    fn something_small_does_not_speak_for_the_photo() {
        let screen = waves(1.0 / 3.0, 12.0);
        let noise = |x: f64, y: f64| {
            let mut mixed = x as u64 * 0x9E37_79B9_7F4A + y as u64 * 0x85EB_CA6B_35D1;
            for _ in 0..2 {
                mixed = (mixed ^ mixed >> 29).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            }
            f64::from((mixed >> 59) as u32)
        };
        let mut photo = picture(900, 680, |x, y| [0.0, 1.0, 2.0].map(|colour| 105.0 + noise(x + 1000.0 * colour, y)));
        for y in 0..40_usize {
            photo.rgb[y * 2700..][..120].copy_from_slice(&screen.rgb[y * 2700..][..120]);
        }
        assert!(recapture(&photo).score < 0.5, "{:?}", recapture(&photo));
    }

    #[test]
    fn small_pictures_and_large_working_pictures() {
        assert_eq!(recapture(&picture(60, 900, |_, _| [9.0; 3])).score, 0.0);
        let large = waves(1.0 / 3.0, 12.0);
        let doubled = picture(1800, 1360, |x, y| {
            let at = (y as usize / 2 * 900 + x as usize / 2) * 3;
            [0, 1, 2].map(|colour| f64::from(large.rgb[at + colour]))
        });
        let (found, expected) = (recapture(&doubled), recapture(&large));
        assert!((found.score - expected.score).abs() < 1e-6, "{found:?} {expected:?}");
    }
}
