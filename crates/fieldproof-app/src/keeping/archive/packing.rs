//! How an archive is packed: as the ending of its name says.

use std::{
    fs::File,
    io::{self, BufReader, BufWriter, Read, Write},
    path::Path,
};

use flate2::{Compression, read::MultiGzDecoder, write::GzEncoder};
use tempfile::NamedTempFile;

use crate::keeping::KeepingError;

/// Photos do not get smaller; rows do, at any level.
const ZSTD_LEVEL: i32 = 3;

/// How an archive is packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::keeping) enum Packing {
    Plain,
    Gzip,
    Zstd,
}

impl Packing {
    /// What the name of the file asks for.
    ///
    /// # Errors
    /// [`KeepingError::Name`].
    pub(in crate::keeping) fn of(file: &Path) -> Result<Self, KeepingError> {
        let name = file.file_name().map(|name| name.to_string_lossy().to_lowercase()).unwrap_or_default();
        let endings = [(".tar", Self::Plain), (".tar.gz", Self::Gzip), (".tar.zst", Self::Zstd)];
        let found = endings.into_iter().find(|(ending, _)| name.len() > ending.len() && name.ends_with(ending));
        found.map(|(_, packing)| packing).ok_or_else(|| KeepingError::Name(file.to_owned()))
    }

    pub(super) fn writer(self, file: NamedTempFile) -> io::Result<PackWriter> {
        let file = BufWriter::new(file);
        Ok(match self {
            Self::Plain => PackWriter::Plain(file),
            Self::Gzip => PackWriter::Gzip(GzEncoder::new(file, Compression::default())),
            Self::Zstd => PackWriter::Zstd(zstd::Encoder::new(file, ZSTD_LEVEL)?),
        })
    }

    pub(super) fn reader(self, file: File) -> io::Result<Box<dyn Read>> {
        let file = BufReader::new(file);
        Ok(match self {
            Self::Plain => Box::new(file),
            Self::Gzip => Box::new(MultiGzDecoder::new(file)),
            Self::Zstd => Box::new(zstd::Decoder::with_buffer(file)?),
        })
    }
}

/// A file that is packed as it is written.
pub(super) enum PackWriter {
    Plain(BufWriter<NamedTempFile>),
    Gzip(GzEncoder<BufWriter<NamedTempFile>>),
    Zstd(zstd::Encoder<'static, BufWriter<NamedTempFile>>),
}

impl PackWriter {
    /// The file, with everything in it.
    pub(super) fn finish(self) -> io::Result<NamedTempFile> {
        let file = match self {
            Self::Plain(file) => file,
            Self::Gzip(packer) => packer.finish()?,
            Self::Zstd(packer) => packer.finish()?,
        };
        file.into_inner().map_err(io::IntoInnerError::into_error)
    }
}

impl Write for PackWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Plain(file) => file.write(bytes),
            Self::Gzip(packer) => packer.write(bytes),
            Self::Zstd(packer) => packer.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Plain(file) => file.flush(),
            Self::Gzip(packer) => packer.flush(),
            Self::Zstd(packer) => packer.flush(),
        }
    }
}
