//! Photos as a phone sends them: 12 megapixels, a few megabytes, different each time.

use anyhow::{Context as _, Result};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use bytes::Bytes;
use jpeg_encoder::{ColorType, Encoder, SamplingFactor};
use serde_json::json;

const WIDTH: u16 = 4000;
const HEIGHT: u16 = 3000;
/// As phones save them.
const QUALITY: u8 = 88;

/// A JPEG of 4000 x 3000 pixels. Another `seed` is another scene.
pub(crate) fn jpeg(seed: u32) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, QUALITY);
    encoder.set_sampling_factor(SamplingFactor::F_2_2);
    encoder.encode(&scene(seed), WIDTH, HEIGHT, ColorType::Rgb).context("cannot make a photo")?;
    Ok(bytes)
}

/// The same picture in other bytes: with a comment behind the mark that starts the file.
pub(crate) fn with_comment(jpeg: &[u8], comment: &str) -> Vec<u8> {
    let (start, rest) = jpeg.split_at(2);
    let length = (comment.len() as u16 + 2).to_be_bytes();
    [start, &[0xFF, 0xFE], &length, comment.as_bytes(), rest].concat()
}

/// So many photos of these scenes, in turns, each in bytes of its own.
pub(crate) fn in_other_bytes(scenes: &[Vec<u8>], purpose: &str, number: usize) -> Vec<Vec<u8>> {
    let scenes = scenes.iter().cycle().take(number).enumerate();
    scenes.map(|(at, scene)| with_comment(scene, &format!("{purpose} {at}"))).collect()
}

/// The body of an analysis, with the photo as a data URI.
pub(crate) fn body(task_group: &str, jpeg: &[u8]) -> Bytes {
    let uri = format!("data:image/jpeg;base64,{}", STANDARD.encode(jpeg));
    let body = json!({
        "inputs": [
            {"name": "image_input", "data": {"type": "image", "value": uri}},
            {"name": "context", "data": {"type": "text", "value": task_group}},
        ],
    });
    body.to_string().into()
}

/// Walls and doors (flat areas with hard edges), stains (slow noise), gravel (fast noise), the sensor's grain.
fn scene(seed: u32) -> Vec<u8> {
    let mut rgb = Vec::with_capacity(usize::from(WIDTH) * usize::from(HEIGHT) * 3);
    for y in 0..u32::from(HEIGHT) {
        for x in 0..u32::from(WIDTH) {
            let panel = random(seed, 1, x / 430, y / 610) * 70.0;
            let stains = noise(seed, 2, x, y, 300) * 50.0 + noise(seed, 3, x, y, 60) * 30.0;
            let gravel = noise(seed, 4, x, y, 7) * 34.0;
            let grain = random(seed, 5, x, y) * 13.0;
            let light = 30.0 + panel + stains + gravel + grain;
            let tint = (noise(seed, 6, x, y, 500) - 0.5) * 50.0 + (random(seed, 7, x / 2, y / 2) - 0.5) * 6.0;
            rgb.extend([light + tint, light, light - tint].map(|value| value.clamp(0.0, 255.0) as u8));
        }
    }
    rgb
}

/// Smooth between the random corners of a grid with cells of `size` pixels, 0..=1.
fn noise(seed: u32, layer: u32, x: u32, y: u32, size: u32) -> f32 {
    let (column, row) = (x / size, y / size);
    let (fx, fy) = ((x % size) as f32 / size as f32, (y % size) as f32 / size as f32);
    let corner = |dx, dy| random(seed, layer, column + dx, row + dy);
    let between = |a: f32, b: f32, at: f32| a + (b - a) * at;
    between(between(corner(0, 0), corner(1, 0), fx), between(corner(0, 1), corner(1, 1), fx), fy)
}

/// The same for the same arguments, 0..=1.
fn random(seed: u32, layer: u32, x: u32, y: u32) -> f32 {
    let mut mixed = seed.wrapping_mul(0x9E37_79B1) ^ layer.wrapping_mul(0x85EB_CA77);
    for part in [x, y] {
        mixed = (mixed ^ part).wrapping_mul(0xC2B2_AE3D);
        mixed ^= mixed >> 15;
        mixed = mixed.wrapping_mul(0x27D4_EB2F);
        mixed ^= mixed >> 13;
    }
    mixed as f32 / u32::MAX as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comment_changes_the_bytes_only() {
        assert_eq!(with_comment(&[0xFF, 0xD8, 1, 2], "ab"), [0xFF, 0xD8, 0xFF, 0xFE, 0, 4, b'a', b'b', 1, 2]);
    }

    #[test]
    fn noise_is_between_its_corners() {
        for x in 0..50 {
            let value = noise(1, 2, x, 3, 10);
            assert!((0.0..=1.0).contains(&value));
        }
        assert_ne!(random(1, 2, 3, 4), random(2, 2, 3, 4));
    }
}
