//! Small files that claim large pictures must not cost memory. By itself, so that no other test is measured.
#![cfg(target_os = "linux")]

use fieldproof_vision::{Limits, Photo, PhotoError, WorkingScale, decode};

/// The most address space that the process ever had, MiB.
fn peak() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmPeak:"))?;
    Some(line.split_whitespace().nth(1)?.parse::<u64>().ok()? / 1024)
}

fn read(bytes: &[u8]) -> Result<Photo, PhotoError> {
    decode(bytes, &Limits::default(), WorkingScale::default())
}

fn png(width: u32, height: u32, interlaced: bool) -> Vec<u8> {
    let mut body = b"IHDR".to_vec();
    body.extend(width.to_be_bytes());
    body.extend(height.to_be_bytes());
    body.extend([16, 6, 0, 0, u8::from(interlaced)]);
    let crc = !body.iter().fold(u32::MAX, |crc, &byte| {
        (0..8).fold(crc ^ u32::from(byte), |crc, _| if crc & 1 == 1 { crc >> 1 ^ 0xEDB8_8320 } else { crc >> 1 })
    });
    [b"\x89PNG\r\n\x1A\n\0\0\0\x0D", &body[..], &crc.to_be_bytes(), b"\0\0\x10\0IDATx\x01"].concat()
}

fn jpeg(frame: u8, width: u16, height: u16) -> Vec<u8> {
    let mut file = vec![0xFF, 0xD8, 0xFF, frame, 0, 17, 8];
    file.extend(height.to_be_bytes());
    file.extend(width.to_be_bytes());
    file.extend([3, 1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0]);
    file.extend([0xFF, 0xDA, 0, 12, 3, 1, 0, 2, 0, 3, 0, 0, 63, 0, 0x12, 0x34, 0xFF, 0xD9]);
    file
}

fn webp(name: &[u8; 4], header: &[u8]) -> Vec<u8> {
    let mut file = b"RIFF\0\0\0\0WEBP".to_vec();
    file.extend(name);
    file.extend((header.len() as u32).to_le_bytes());
    file.extend(header);
    let length = file.len() as u32 - 8;
    file[4..8].copy_from_slice(&length.to_le_bytes());
    file
}

#[test]
fn bombs_are_refused_before_pixels_are_allocated() {
    // Makes the threads and tables that every photo needs.
    assert!(read(&jpeg(0xC0, 8, 8)).is_err());
    let before = peak().unwrap();

    let too_large = [
        png(65_535, 65_535, false),
        png(65_535, 65_535, true),
        png(u32::MAX >> 1, u32::MAX >> 1, false),
        png(100_000_001, 1, false),
        jpeg(0xC0, 65_535, 65_535),
        jpeg(0xC2, 65_535, 65_535),
        jpeg(0xC0, 65_535, 1_526),
        webp(b"VP8L", &[0x2F, 0xFF, 0xFF, 0xFF, 0x0F, 0, 0, 0]),
        webp(b"VP8 ", &[0x10, 0, 0, 0x9D, 0x01, 0x2A, 0xFF, 0x3F, 0xFF, 0x3F]),
        webp(b"VP8X", &[0, 0, 0, 0, 0xFE, 0xFF, 0, 0xFE, 0xFF, 0]),
    ];
    for file in &too_large {
        let error = read(file).unwrap_err();
        assert!(matches!(error, PhotoError::TooManyPixels { max: 100_000_000, .. }), "{error}");
    }
    // The header alone, and every beginning of it.
    for file in &too_large {
        for length in 0..file.len() {
            assert!(read(&file[..length]).is_err());
        }
    }
    // One row that is a hundred million pixels wide.
    assert!(matches!(read(&png(100_000_000, 1, false)), Err(PhotoError::Unsupported { .. })));
    // Just allowed, with no data behind: a row and the reduced picture, not the picture.
    for file in [png(10_000, 10_000, false), png(10_000, 10_000, true), jpeg(0xC0, 10_000, 10_000)] {
        assert!(matches!(read(&file), Err(PhotoError::Broken { .. })));
    }
    let grown = peak().unwrap() - before;
    assert!(grown < 96, "{grown} MiB");
}
