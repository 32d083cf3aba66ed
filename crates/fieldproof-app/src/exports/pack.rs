//! Making lines smaller, and counting and hashing what comes out.

use std::io::{self, Write as _};

use bytes::Bytes;
use fieldproof_domain::export::Compression;
use sha2::{Digest as _, Sha256};
use tokio::task::spawn_blocking;

use crate::AppError;

/// As zstd's own command has it.
const ZSTD_LEVEL: i32 = 3;

/// Takes lines and gives the bytes of a file.
pub(super) struct Packer {
    encoder: Encoder,
    sha256: Sha256,
    bytes: u64,
}

enum Encoder {
    None(Vec<u8>),
    Gzip(Box<flate2::write::GzEncoder<Vec<u8>>>),
    Zstd(Box<zstd::stream::write::Encoder<'static, Vec<u8>>>),
}

impl Packer {
    pub(super) fn new(compression: Compression) -> Result<Self, AppError> {
        let encoder = match compression {
            Compression::None => Encoder::None(Vec::new()),
            // Without a date, so that the same lines give the same bytes.
            Compression::Gzip => {
                Encoder::Gzip(Box::new(flate2::GzBuilder::new().write(Vec::new(), flate2::Compression::default())))
            }
            Compression::Zstd => {
                Encoder::Zstd(Box::new(zstd::stream::write::Encoder::new(Vec::new(), ZSTD_LEVEL).map_err(failed)?))
            }
        };
        Ok(Self { encoder, sha256: Sha256::new(), bytes: 0 })
    }

    /// The bytes that some lines become, or what is there of them; on a thread that may be busy with it.
    pub(super) async fn pack(mut self, text: Vec<u8>) -> Result<(Self, Bytes), AppError> {
        let packed = spawn_blocking(move || {
            let packed = match &mut self.encoder {
                Encoder::None(packed) => {
                    *packed = text;
                    packed
                }
                Encoder::Gzip(encoder) => {
                    encoder.write_all(&text)?;
                    encoder.get_mut()
                }
                Encoder::Zstd(encoder) => {
                    encoder.write_all(&text)?;
                    encoder.get_mut()
                }
            };
            let packed = std::mem::take(packed);
            self.sha256.update(&packed);
            self.bytes += packed.len() as u64;
            Ok((self, Bytes::from(packed)))
        });
        packed.await.map_err(|panic| AppError::Internal(panic.to_string()))?.map_err(failed)
    }

    /// The last bytes; then how many there are in all, and their SHA-256.
    pub(super) fn finish(mut self) -> Result<(Bytes, u64, String), AppError> {
        let packed = match self.encoder {
            Encoder::None(packed) => packed,
            Encoder::Gzip(encoder) => encoder.finish().map_err(failed)?,
            Encoder::Zstd(encoder) => encoder.finish().map_err(failed)?,
        };
        self.sha256.update(&packed);
        let digest = self.sha256.finalize();
        let hex = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        Ok((packed.clone().into(), self.bytes + packed.len() as u64, hex))
    }
}

fn failed(error: io::Error) -> AppError {
    AppError::Internal(format!("lines of an export cannot be made smaller: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exports::unpack::Unpacker;

    #[tokio::test]
    async fn what_is_packed_comes_out_again_whatever_the_pieces() {
        let lines: Vec<_> = (0..500).map(|number| format!("{{\"line\": {number}}}")).collect();
        let text = lines.join("\n") + "\n";
        for compression in Compression::ALL {
            let mut packed = Vec::new();
            let mut packer = Packer::new(compression).unwrap();
            for piece in text.as_bytes().chunks(1000) {
                let (next, some) = packer.pack(piece.to_vec()).await.unwrap();
                packer = next;
                packed.extend_from_slice(&some);
            }
            let (last, bytes, sha256) = packer.finish().unwrap();
            packed.extend_from_slice(&last);
            assert_eq!(bytes, packed.len() as u64);
            let expected: String = Sha256::digest(&packed).iter().map(|byte| format!("{byte:02x}")).collect();
            assert_eq!(sha256, expected);
            let mut unpacker = Unpacker::new(compression).unwrap();
            let mut found = Vec::new();
            for piece in packed.chunks(77) {
                found.extend(unpacker.lines(piece).unwrap());
            }
            let found: Vec<_> = found.into_iter().map(|line| String::from_utf8(line).unwrap()).collect();
            assert_eq!(found, lines, "{compression:?}");
        }
    }
}
