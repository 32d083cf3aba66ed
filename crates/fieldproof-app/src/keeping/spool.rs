//! What is put aside in a file without a name until it is needed, since it may be larger than memory.

use std::{
    fs::File,
    io::{self, BufRead as _, BufReader, BufWriter, Seek as _, Write as _},
    path::Path,
};

/// A file that nobody else sees, gone with this.
pub(super) struct Spool {
    file: BufWriter<File>,
    bytes: u64,
}

impl Spool {
    /// An empty one in a folder that has the room.
    pub(super) fn in_folder(folder: &Path) -> io::Result<Self> {
        Ok(Self { file: BufWriter::new(tempfile::tempfile_in(folder)?), bytes: 0 })
    }

    /// An empty one where the system keeps such files.
    pub(super) fn new() -> io::Result<Self> {
        Self::in_folder(&std::env::temp_dir())
    }

    pub(super) fn add(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.bytes += bytes.len() as u64;
        self.file.write_all(bytes)
    }

    /// A line of it.
    pub(super) fn add_line(&mut self, line: &str) -> io::Result<()> {
        self.add(line.as_bytes())?;
        self.add(b"\n")
    }

    /// Its length, and itself from the start.
    pub(super) fn read(self) -> io::Result<(u64, BufReader<File>)> {
        let mut file = self.file.into_inner().map_err(io::IntoInnerError::into_error)?;
        file.rewind()?;
        Ok((self.bytes, BufReader::new(file)))
    }

    /// Its lines, without their ends.
    pub(super) fn lines(self) -> io::Result<impl Iterator<Item = io::Result<String>>> {
        Ok(self.read()?.1.lines())
    }
}
