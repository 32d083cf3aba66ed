//! A photo with what was seen on it, as a PNG file.

use embedded_graphics::{
    geometry::Point,
    pixelcolor::{Rgb888, WebColors as _},
    prelude::{Drawable as _, Primitive as _},
    primitives::{PrimitiveStyleBuilder, Rectangle, StrokeAlignment},
};
use fieldproof_domain::observation::{BoundingBox, Observation};
use fieldproof_vision::Photo;

use crate::command::canvas::Canvas;

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
        Observation::Embedding { .. }
        | Observation::Regions(_)
        | Observation::Inscriptions(_)
        | Observation::NotRead => {}
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
                frame(&mut canvas, &detection.bbox, &format!("{} {:.2}", detection.concept, detection.score), colour);
            }
        }
    }
    canvas.png()
}

fn frame(canvas: &mut Canvas, bbox: &BoundingBox, text: &str, colour: Rgb888) {
    let at = |x: f64, y: f64| Point::new((x * f64::from(canvas.width)) as i32, (y * f64::from(canvas.height)) as i32);
    let (top_left, bottom_right) = (at(bbox.xmin, bbox.ymin), at(bbox.xmax, bbox.ymax));
    let width = (canvas.width.min(canvas.height) / 250).max(2);
    let style = PrimitiveStyleBuilder::new()
        .stroke_color(colour)
        .stroke_width(width)
        .stroke_alignment(StrokeAlignment::Inside)
        .build();
    let Ok(()) = Rectangle::with_corners(top_left, bottom_right).into_styled(style).draw(canvas);
    // Above the box, or inside where there is no room.
    let y = if top_left.y >= LINE { top_left.y - LINE } else { top_left.y };
    canvas.label(text, Point::new(top_left.x, y), colour);
}
