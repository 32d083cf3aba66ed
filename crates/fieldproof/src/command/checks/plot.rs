//! Two heaps of numbers as bars, with thresholds, as a PNG file.

use embedded_graphics::{
    geometry::{Point, Size},
    pixelcolor::{Rgb888, WebColors as _},
    prelude::{Drawable as _, Primitive as _},
    primitives::{PrimitiveStyle, Rectangle},
};

use super::{threshold::histogram, tune::Tuned};
use crate::command::canvas::Canvas;

const WIDTH: u32 = 900;
const HEIGHT: u32 = 360;
/// Left and right of the bars, and below them.
const MARGIN: i32 = 40;
/// Room for the words above.
const TOP: i32 = 110;
const BARS: usize = 40;

const GOOD: Rgb888 = Rgb888::CSS_SEA_GREEN;
const BAD: Rgb888 = Rgb888::CSS_CRIMSON;
const BEST: Rgb888 = Rgb888::CSS_GOLD;
const NOW: Rgb888 = Rgb888::CSS_LIGHT_GRAY;

/// One picture below the other for each measure.
pub(super) fn draw(tuned: &[Tuned]) -> anyhow::Result<Vec<u8>> {
    let mut canvas = Canvas::blank(WIDTH, HEIGHT * tuned.len().max(1) as u32, Rgb888::CSS_WHITE);
    for (number, one) in (0..).zip(tuned) {
        measure(&mut canvas, one, number * HEIGHT as i32);
    }
    canvas.png()
}

fn measure(canvas: &mut Canvas, one: &Tuned, top: i32) {
    let (low, high) = one.range();
    let across = WIDTH as i32 - 2 * MARGIN;
    let place = |value: f64| MARGIN + ((value - low) / (high - low).max(f64::MIN_POSITIVE) * f64::from(across)) as i32;
    let (good, bad) = (histogram(&one.good, (low, high), BARS), histogram(&one.bad, (low, high), BARS));
    // Each heap by its own number of photos: a hundred good ones and ten bad ones are as high.
    let part = |counts: &[usize], at: usize| {
        let all = counts.iter().sum::<usize>().max(1);
        counts.get(at).copied().unwrap_or_default() as f64 / all as f64
    };
    let highest = (0..BARS).flat_map(|at| [part(&good, at), part(&bad, at)]).fold(0.01, f64::max);
    let floor = top + HEIGHT as i32 - MARGIN;
    let most = f64::from(HEIGHT as i32 - TOP - MARGIN);
    let width = across / BARS as i32;
    for at in 0..BARS {
        for (heap, colour, shift) in [(&good, GOOD, 0), (&bad, BAD, width / 2)] {
            let tall = (part(heap, at) / highest * most) as i32;
            let left = MARGIN + at as i32 * across / BARS as i32 + shift;
            fill(canvas, (left, floor - tall), (width / 2 - 1, tall), colour);
        }
    }
    fill(canvas, (MARGIN, floor), (across, 1), Rgb888::CSS_BLACK);
    let lines = [(one.now, NOW, "now"), (one.best.map(|best| best.threshold), BEST, "best")];
    let mut text_top = top + 40;
    for (threshold, colour, name) in lines {
        let Some(threshold) = threshold.filter(|value| value.is_finite()) else { continue };
        fill(
            canvas,
            (place(threshold).clamp(MARGIN, MARGIN + across), top + TOP - 10),
            (3, floor - top - TOP + 10),
            colour,
        );
        canvas.label(&format!("{name}: {threshold:.2}"), Point::new(MARGIN, text_top), colour);
        text_top += 22;
    }
    canvas.label(&one.title(), Point::new(MARGIN, top + 12), Rgb888::CSS_WHITE);
    canvas.label(&format!("good: {}", one.good.len()), Point::new(WIDTH as i32 - 340, top + 40), GOOD);
    canvas.label(&format!("bad: {}", one.bad.len()), Point::new(WIDTH as i32 - 180, top + 40), BAD);
    canvas.label(&format!("{low:.2}"), Point::new(MARGIN, floor + 8), Rgb888::CSS_WHITE);
    canvas.label(&format!("{high:.2}"), Point::new(WIDTH as i32 - MARGIN - 80, floor + 8), Rgb888::CSS_WHITE);
}

fn fill(canvas: &mut Canvas, (left, top): (i32, i32), (width, height): (i32, i32), colour: Rgb888) {
    let size = Size::new(width.max(0) as u32, height.max(0) as u32);
    let style = PrimitiveStyle::with_fill(colour);
    let Ok(()) = Rectangle::new(Point::new(left, top), size).into_styled(style).draw(canvas);
}
