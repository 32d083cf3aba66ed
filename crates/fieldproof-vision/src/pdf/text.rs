//! Whether something is written on a page.

use hayro::{
    hayro_interpret::{
        BlendMode, ClipPath, Context, Device, GlyphDrawMode, Image, InterpreterCache, InterpreterSettings, Paint,
        PathDrawMode, SoftMask, font::Glyph, interpret_page,
    },
    hayro_syntax::page::Page,
    vello_cpu::kurbo::{Affine, BezPath, Rect},
};

/// Looks for glyphs that are drawn: those that a scanner lays invisibly over its picture do not count.
pub(super) fn is_on<'a>(page: &'a Page<'a>, settings: &InterpreterSettings) -> bool {
    let cache = InterpreterCache::new();
    let (width, height) = page.render_dimensions();
    let whole = Rect::new(0.0, 0.0, f64::from(width), f64::from(height));
    let mut context = Context::new(Affine::IDENTITY, whole, &cache, page.xref(), settings.clone());
    let mut seen = Glyphs { are_there: false };
    interpret_page(page, &mut context, &mut seen);
    seen.are_there
}

/// Draws nothing.
struct Glyphs {
    are_there: bool,
}

impl<'a> Device<'a> for Glyphs {
    fn draw_glyph(&mut self, _: &Glyph<'a>, _: Affine, _: Affine, _: &Paint<'a>, mode: &GlyphDrawMode) {
        self.are_there |= !matches!(mode, GlyphDrawMode::Invisible);
    }
    fn set_soft_mask(&mut self, _: Option<SoftMask<'a>>) {}
    fn set_blend_mode(&mut self, _: BlendMode) {}
    fn draw_path(&mut self, _: &BezPath, _: Affine, _: &Paint<'a>, _: &PathDrawMode) {}
    fn push_clip_path(&mut self, _: &ClipPath) {}
    fn push_transparency_group(&mut self, _: f32, _: Option<SoftMask<'a>>, _: BlendMode) {}
    fn draw_image(&mut self, _: Image<'a, '_>, _: Affine) {}
    fn pop_clip_path(&mut self) {}
    fn pop_transparency_group(&mut self) {}
}
