//! A photo with what was seen on it, as a PNG file.

use std::convert::Infallible;

use anyhow::Context as _;
use embedded_graphics::{
    Pixel,
    draw_target::DrawTarget,
    geometry::{OriginDimensions, Point, Size},
    mono_font::{MonoTextStyleBuilder, iso_8859_1::FONT_10X20},
    pixelcolor::{Rgb888, RgbColor as _, WebColors as _},
    prelude::{Drawable as _, Primitive as _},
    primitives::{PrimitiveStyleBuilder, Rectangle, StrokeAlignment},
    text::{Baseline, Text},
};
use fieldproof_domain::observation::{BoundingBox, Observation};
use fieldproof_vision::Photo;

/// Colours that are far from each other; a label keeps its own in one picture.
const COLOURS: [Rgb888; 8] = [
    Rgb888::CSS_LIME,
    Rgb888::CSS_DEEP_PINK,
    Rgb888::CSS_YELLOW,
    Rgb888::CSS_CYAN,
    Rgb888::CSS_ORANGE,
    Rgb888::CSS_VIOLET,
    Rgb888::CSS_WHITE,
    Rgb888::CSS_DODGER_BLUE,
];
/// Height of a line of text, pixels.
const LINE: i32 = 20;

/// Draws boxes with their labels and scores, or the best label at the top, and gives a PNG file.
pub(super) fn draw(photo: &Photo, seen: &Observation) -> anyhow::Result<Vec<u8>> {
    let (width, height) = photo.working_size();
    let mut canvas = Canvas { width, height, rgb: photo.rgb().to_vec() };
    match seen {
        Observation::Classification { concept, score, .. } => {
            canvas.label(&format!("{concept} {score:.2}"), Point::zero(), COLOURS[0]);
        }
        Observation::Text { text, score } => canvas.label(&format!("{text} {score:.2}"), Point::zero(), COLOURS[0]),
        Observation::Embedding { .. } | Observation::Regions(_) => {}
        Observation::Detections(detections) => {
            let mut concepts: Vec<&str> = Vec::new();
            // The best last, so that it lies above the others.
            for detection in detections.iter().rev() {
                let known = concepts.iter().position(|concept| *concept == detection.concept);
                let number = known.unwrap_or_else(|| {
                    concepts.push(&detection.concept);
                    concepts.len() - 1
                });
                let colour = COLOURS[number % COLOURS.len()];
                canvas.frame(&detection.bbox, &format!("{} {:.2}", detection.concept, detection.score), colour);
            }
        }
    }
    canvas.png()
}

struct Canvas {
    width: u32,
    height: u32,
    rgb: Vec<u8>,
}

impl Canvas {
    fn frame(&mut self, bbox: &BoundingBox, text: &str, colour: Rgb888) {
        let at = |x: f64, y: f64| Point::new((x * f64::from(self.width)) as i32, (y * f64::from(self.height)) as i32);
        let (top_left, bottom_right) = (at(bbox.xmin, bbox.ymin), at(bbox.xmax, bbox.ymax));
        let width = (self.width.min(self.height) / 250).max(2);
        let style = PrimitiveStyleBuilder::new()
            .stroke_color(colour)
            .stroke_width(width)
            .stroke_alignment(StrokeAlignment::Inside)
            .build();
        let Ok(()) = Rectangle::with_corners(top_left, bottom_right).into_styled(style).draw(self);
        // Above the box, or inside where there is no room.
        let y = if top_left.y >= LINE { top_left.y - LINE } else { top_left.y };
        self.label(text, Point::new(top_left.x, y), colour);
    }

    fn label(&mut self, text: &str, at: Point, colour: Rgb888) {
        let style =
            MonoTextStyleBuilder::new().font(&FONT_10X20).text_color(Rgb888::BLACK).background_color(colour).build();
        let Ok(_end) = Text::with_baseline(text, at, style, Baseline::Top).draw(self);
    }

    fn png(self) -> anyhow::Result<Vec<u8>> {
        let mut file = Vec::new();
        let mut encoder = png::Encoder::new(&mut file, self.width, self.height);
        encoder.set_color(png::ColorType::Rgb);
        encoder.write_header()?.write_image_data(&self.rgb).context("the pixels do not fit")?;
        Ok(file)
    }
}

impl OriginDimensions for Canvas {
    fn size(&self) -> Size {
        Size::new(self.width, self.height)
    }
}

impl DrawTarget for Canvas {
    type Color = Rgb888;
    type Error = Infallible;

    fn draw_iter<I: IntoIterator<Item = Pixel<Rgb888>>>(&mut self, pixels: I) -> Result<(), Infallible> {
        for Pixel(Point { x, y }, colour) in pixels {
            // What reaches out of the picture is not drawn.
            let (Ok(x), Ok(y)) = (u32::try_from(x), u32::try_from(y)) else { continue };
            if x < self.width && y < self.height {
                let at = (y as usize * self.width as usize + x as usize) * 3;
                self.rgb[at..at + 3].copy_from_slice(&[colour.r(), colour.g(), colour.b()]);
            }
        }
        Ok(())
    }
}
