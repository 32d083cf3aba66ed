//! PNG, row by row into the reduction.

use std::io::{Cursor, ErrorKind};

use png::{ColorType, Decoder, DecodingError, Transformations};

use super::{Decoded, on_white, shrink::Shrink};
use crate::{Limits, PhotoError, WorkingScale};

pub(super) fn decode(bytes: &[u8], limits: &Limits, scale: WorkingScale) -> Result<Decoded, PhotoError> {
    let mut decoder = Decoder::new(Cursor::new(bytes));
    decoder.set_ignore_text_chunk(true);
    decoder.set_ignore_iccp_chunk(true);
    decoder.set_transformations(Transformations::EXPAND | Transformations::STRIP_16);
    let header = decoder.read_header_info().map_err(reason)?;
    let (width, height, interlaced) = (header.width, header.height, header.interlaced);
    limits.check(width, height)?;

    let mut reader = decoder.read_info().map_err(reason)?;
    let (colour, _) = reader.output_color_type();
    let mut shrink = Shrink::new(width, height, scale);
    let mut places = rows_in_file_order(width, height, interlaced);
    while let Some(row) = reader.next_interlaced_row().map_err(reason)? {
        let Some(place) = places.next() else { break };
        add(&mut shrink, place, colour, row.data());
    }
    // Reads up to the end mark, so that a file that lacks its end is found out.
    reader.finish().map_err(reason)?;
    let exif = reader.info().exif_metadata.as_deref().map(<[u8]>::to_vec);
    Ok(Decoded { raster: shrink.finish(), width, height, exif })
}

/// Where a row of the file belongs: row of the picture, first column, distance of columns.
#[derive(Clone, Copy)]
struct Place {
    y: u32,
    x: u32,
    step: u32,
}

/// First column and row, and distance of columns and rows, of each pass of an interlaced picture (PNG section 8.2).
const PASSES: [[u32; 4]; 7] =
    [[0, 0, 8, 8], [4, 0, 8, 8], [0, 4, 4, 8], [2, 0, 4, 4], [0, 2, 2, 4], [1, 0, 2, 2], [0, 1, 1, 2]];

fn rows_in_file_order(width: u32, height: u32, interlaced: bool) -> impl Iterator<Item = Place> {
    let passes: &[[u32; 4]] = if interlaced { &PASSES } else { &[[0, 0, 1, 1]] };
    // A pass that starts right of the picture has no rows in the file.
    let passes = passes.iter().filter(move |[x, ..]| *x < width);
    passes.flat_map(move |&[x, y, step, down]| (y..height).step_by(down as usize).map(move |y| Place { y, x, step }))
}

fn add(shrink: &mut Shrink, Place { y, x, step }: Place, colour: ColorType, row: &[u8]) {
    match colour {
        ColorType::Grayscale => shrink.add(y, x, step, row.iter().map(|&grey| [grey; 3])),
        ColorType::GrayscaleAlpha => {
            shrink.add(y, x, step, row.chunks_exact(2).map(|p| on_white([p[0]; 3], p[1])));
        }
        ColorType::Rgba => {
            shrink.add(y, x, step, row.chunks_exact(4).map(|p| on_white([p[0], p[1], p[2]], p[3])));
        }
        // A palette is expanded to RGB by the decoder.
        ColorType::Rgb | ColorType::Indexed => {
            shrink.add(y, x, step, row.chunks_exact(3).map(|p| [p[0], p[1], p[2]]));
        }
    }
}

fn reason(error: DecodingError) -> PhotoError {
    match error {
        DecodingError::IoError(error) if error.kind() == ErrorKind::UnexpectedEof => PhotoError::truncated(),
        other => PhotoError::broken(format!("its PNG data is damaged ({other})")),
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case(1, 1)]
    #[case(3, 7)]
    #[case(8, 8)]
    #[case(4, 1)]
    #[case(17, 9)]
    fn every_pixel_has_one_place(#[case] width: u32, #[case] height: u32, #[values(false, true)] interlaced: bool) {
        let mut seen = vec![0; (width * height) as usize];
        for Place { y, x, step } in rows_in_file_order(width, height, interlaced) {
            for column in (x..width).step_by(step as usize) {
                seen[(y * width + column) as usize] += 1;
            }
        }
        assert!(seen.iter().all(|&times| times == 1), "{seen:?}");
    }
}
