//! Reading a kept file back, line by line, however it was made smaller.

use std::io::{self, Write as _};

use fieldproof_domain::export::Compression;

use crate::AppError;

/// Takes a file piece by piece and gives its lines.
pub(super) struct Unpacker {
    decoder: Decoder,
    rest: Vec<u8>,
}

enum Decoder {
    None(Vec<u8>),
    Gzip(Box<flate2::write::GzDecoder<Vec<u8>>>),
    Zstd(Box<zstd::stream::write::Decoder<'static, Vec<u8>>>),
}

impl Unpacker {
    pub(super) fn new(compression: Compression) -> Result<Self, AppError> {
        let decoder = match compression {
            Compression::None => Decoder::None(Vec::new()),
            Compression::Gzip => Decoder::Gzip(Box::new(flate2::write::GzDecoder::new(Vec::new()))),
            Compression::Zstd => {
                Decoder::Zstd(Box::new(zstd::stream::write::Decoder::new(Vec::new()).map_err(unreadable)?))
            }
        };
        Ok(Self { decoder, rest: Vec::new() })
    }

    /// The lines that end in this piece, without their ends.
    pub(super) fn lines(&mut self, piece: &[u8]) -> Result<Vec<Vec<u8>>, AppError> {
        let text = match &mut self.decoder {
            Decoder::None(text) => {
                text.extend_from_slice(piece);
                text
            }
            Decoder::Gzip(decoder) => {
                decoder.write_all(piece).and_then(|()| decoder.flush()).map_err(unreadable)?;
                decoder.get_mut()
            }
            Decoder::Zstd(decoder) => {
                decoder.write_all(piece).and_then(|()| decoder.flush()).map_err(unreadable)?;
                decoder.get_mut()
            }
        };
        self.rest.append(text);
        let mut lines: Vec<_> = self.rest.split(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect();
        // Behind the last end there is the beginning of the next line.
        self.rest = lines.pop().unwrap_or_default();
        Ok(lines)
    }
}

fn unreadable(error: io::Error) -> AppError {
    AppError::Internal(format!("the bytes of an export cannot be read: {error}"))
}
