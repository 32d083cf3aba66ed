//! A picture to draw on.

use std::convert::Infallible;

use anyhow::Context as _;
use embedded_graphics::{
    Pixel,
    draw_target::DrawTarget,
    geometry::{OriginDimensions, Point, Size},
    mono_font::{MonoTextStyleBuilder, iso_8859_1::FONT_10X20},
    pixelcolor::{Rgb888, RgbColor as _},
    prelude::Drawable as _,
    text::{Baseline, Text},
};

/// RGB, 8 bits a channel, rows from the top.
pub(crate) struct Canvas {
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) rgb: Vec<u8>,
}

impl Canvas {
    /// In one colour.
    pub(crate) fn blank(width: u32, height: u32, colour: Rgb888) -> Self {
        let pixels = (width * height) as usize;
        Self { width, height, rgb: [colour.r(), colour.g(), colour.b()].repeat(pixels) }
    }

    /// A line of text, black on that colour, from its top left corner on.
    pub(crate) fn label(&mut self, text: &str, at: Point, colour: Rgb888) {
        let style =
            MonoTextStyleBuilder::new().font(&FONT_10X20).text_color(Rgb888::BLACK).background_color(colour).build();
        let Ok(_end) = Text::with_baseline(text, at, style, Baseline::Top).draw(self);
    }

    /// As a PNG file.
    pub(crate) fn png(self) -> anyhow::Result<Vec<u8>> {
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
