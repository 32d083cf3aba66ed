//! Files that are no photo, half a photo, or a photo that would fill the memory.

use std::time::{Duration, Instant};

use fieldproof_testkit::{Scene, TestServer, data_uri};

use crate::{Untouched, memory::peak_memory, server};

const WEBP: &[u8] = include_bytes!("../../../fieldproof-vision/tests/photos/lossy.webp");
const LIMIT: usize = 5 * 1024 * 1024;

async fn refused(server: &TestServer, order: &Untouched<'_>, case: &str, photo: &[u8], word: &str) {
    let answer = server.client().analyse(&order.id, "before", photo).await;
    let message = order.refuses(case, "inputs", &answer).await;
    assert!(message.to_lowercase().contains(word), "{case}: {message}");
}

/// The photo with comments in it until it has this many bytes.
pub(crate) fn padded(jpeg: &[u8], length: usize) -> Vec<u8> {
    let mut bytes = jpeg[..2].to_vec();
    let mut missing = length - jpeg.len();
    while missing > 0 {
        // No rest may be too small for a segment of its own.
        let segment = if missing > 0xFFFF + 2 + 4 { 0xFFFF + 2 } else { missing.min(0xFFFF) };
        bytes.extend([0xFF, 0xFE]);
        bytes.extend(u16::try_from(segment - 2).unwrap().to_be_bytes());
        bytes.resize(bytes.len() + segment - 4, b'x');
        missing -= segment;
    }
    bytes.extend(&jpeg[2..]);
    bytes
}

/// The JPEG with another size in its header.
fn resized_jpeg(jpeg: &[u8], width: u16, height: u16) -> Vec<u8> {
    let mut bytes = jpeg.to_vec();
    let frame = bytes.windows(2).position(|pair| matches!(pair, [0xFF, 0xC0..=0xC2])).unwrap();
    bytes[frame + 5..frame + 7].copy_from_slice(&height.to_be_bytes());
    bytes[frame + 7..frame + 9].copy_from_slice(&width.to_be_bytes());
    bytes
}

/// The PNG with another size in its header, whose checksum is right.
fn resized_png(png: &[u8], width: u32, height: u32) -> Vec<u8> {
    let mut bytes = png.to_vec();
    bytes[16..20].copy_from_slice(&width.to_be_bytes());
    bytes[20..24].copy_from_slice(&height.to_be_bytes());
    let crc = bytes[12..29].iter().fold(!0u32, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| (crc >> 1) ^ (0xEDB8_8320 & (crc & 1).wrapping_neg()))
    });
    bytes[29..33].copy_from_slice(&(!crc).to_be_bytes());
    bytes
}

#[tokio::test]
async fn a_photo_that_ends_early_is_broken_wherever_it_ends() {
    let server = server().start().await;
    let order = Untouched::new(&server).await;
    let jpeg = Scene::new(2).jpeg(640, 480, 85);
    let png = Scene::new(2).png(320, 240);
    for (format, photo, headers) in [
        ("JPEG", jpeg.as_slice(), &[3, 4, 20, 160, 600][..]),
        ("PNG", &png, &[8, 16, 33, 41, 60]),
        ("WebP", WEBP, &[12, 16, 20, 25, 30]),
    ] {
        let tails = [photo.len() / 4, photo.len() / 2, photo.len() * 9 / 10, photo.len() - 20, photo.len() - 1];
        for length in headers.iter().copied().chain(tails) {
            refused(&server, &order, &format!("{format} cut to {length}"), &photo[..length], "broken").await;
        }
    }
}

#[tokio::test]
async fn other_files_are_told_what_they_are() {
    let server = server().start().await;
    let order = Untouched::new(&server).await;
    let file = |start: &[u8]| [start, &[0; 300]].concat();
    for (case, bytes, word) in [
        ("HEIC", file(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic"), "heic"),
        ("AVIF", file(b"\0\0\0\x18ftypavif\0\0\0\0mif1avif"), "avif"),
        ("GIF", file(b"GIF89a\x01\0\x01\0"), "gif"),
        ("PDF", file(b"%PDF-1.7\n"), "pdf"),
        ("BMP", file(b"BM"), "bmp"),
        ("TIFF", file(b"II*\0"), "tiff"),
        ("a ZIP", file(b"PK\x03\x04"), "not a photo"),
        ("a program", file(b"\x7fELF\x02\x01\x01"), "not a photo"),
        ("zeros", file(b""), "not a photo"),
        ("SVG", b"<svg xmlns='http://www.w3.org/2000/svg'/>".to_vec(), "not a photo"),
        ("a text", b"hello world\n".repeat(30), "not a photo"),
        ("one byte", vec![0xFF], "not a photo"),
    ] {
        refused(&server, &order, case, &bytes, word).await;
    }
}

#[tokio::test]
async fn huge_pictures_are_refused_quickly_and_without_memory_for_them() {
    let server = server().start().await;
    let order = Untouched::new(&server).await;
    let jpeg = Scene::new(3).jpeg(640, 480, 85);
    let png = Scene::new(3).png(320, 240);
    server.client().analyse(&order.id, "papers", &[]).await.expect(400);
    let before = peak_memory(&server);
    for (case, photo, word) in [
        ("PNG 65535 x 65535", resized_png(&png, 65_535, 65_535), "pixels"),
        ("PNG 2^31-1 x 2^31-1", resized_png(&png, 0x7FFF_FFFF, 0x7FFF_FFFF), "pixels"),
        ("PNG 1 x 100000001", resized_png(&png, 1, 100_000_001), "pixels"),
        ("PNG 10001 x 10000", resized_png(&png, 10_001, 10_000), "pixels"),
        ("PNG 9999 x 9999 without them", resized_png(&png, 9999, 9999), "broken"),
        ("PNG 0 x 0", resized_png(&png, 0, 0), "broken"),
        ("JPEG 65535 x 65535", resized_jpeg(&jpeg, 65_535, 65_535), "pixels"),
        ("JPEG 10001 x 10000", resized_jpeg(&jpeg, 10_001, 10_000), "pixels"),
        ("JPEG 9999 x 9999 without them", resized_jpeg(&jpeg, 9999, 9999), "broken"),
        ("JPEG 0 x 0", resized_jpeg(&jpeg, 0, 0), "broken"),
    ] {
        let start = Instant::now();
        refused(&server, &order, case, &photo, word).await;
        assert!(start.elapsed() < Duration::from_secs(5), "{case} took {:?}", start.elapsed());
    }
    // 65,535 x 65,535 pixels would be 12 GB; a photo of 100 megapixels at full size 300 MB.
    let grown = peak_memory(&server) - before;
    assert!(grown < 100_000, "the server took {grown} kB more");
}

#[tokio::test]
async fn five_megabytes_are_taken_and_one_byte_more_is_not() {
    let server = server().start().await;
    let order = Untouched::new(&server).await;
    let jpeg = Scene::new(4).photo();
    for (case, length) in [("one byte more", LIMIT + 1), ("two", LIMIT + 2), ("5.9 MB", 5_900_000)] {
        let photo = padded(&jpeg, length);
        assert_eq!(photo.len(), length);
        refused(&server, &order, case, &photo, "5 mb").await;
    }
    let answer = server.client().analyse_value(&order.id, "before", &data_uri(&vec![0; 10_000_000])).await;
    assert_eq!(answer.status, 413, "{}", answer.text());
    order.check("a body over its limit").await;
    let exactly = padded(&jpeg, LIMIT);
    server.client().analyse(&order.id, "before", &exactly).await.expect(200);
    assert_eq!(std::fs::read(&server.stored_photos()[0]).unwrap(), exactly);
}
