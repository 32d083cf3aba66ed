//! Archives of work orders, as operators send them.

use std::{
    fs::File,
    io::{BufWriter, Cursor, Seek, Write},
    path::Path,
};

use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

/// An archive being packed: files in the order given, under any name, good or bad.
#[derive(Clone, Debug, Default)]
pub struct Archive {
    files: Vec<(String, Vec<u8>)>,
}

impl Archive {
    /// With nothing in it.
    pub fn new() -> Self {
        Self::default()
    }

    /// With one more file.
    #[must_use]
    pub fn file(mut self, path: &str, content: impl Into<Vec<u8>>) -> Self {
        self.files.push((path.to_owned(), content.into()));
        self
    }

    /// As a zip whose files are stored as they are.
    ///
    /// # Panics
    /// When a name cannot be in a zip.
    pub fn zip(&self) -> Vec<u8> {
        let files = self.files.iter().map(|(path, content)| (path.as_str(), content.as_slice()));
        zip_into(Cursor::new(Vec::new()), files).into_inner()
    }

    /// Writes such a zip to a file, with one content in memory at a time.
    ///
    /// # Panics
    /// When a name cannot be in a zip, or the file cannot be written.
    pub fn write_zip(path: &Path, files: impl IntoIterator<Item = (String, Vec<u8>)>) {
        zip_into(BufWriter::new(File::create(path).expect("a file to write")), files)
            .flush()
            .expect("room for the zip");
    }

    /// As a tar.
    ///
    /// # Panics
    /// When a name cannot be in a tar.
    pub fn tar(&self) -> Vec<u8> {
        let mut tar = tar::Builder::new(Vec::new());
        for (path, content) in &self.files {
            let mut header = tar::Header::new_gnu();
            header.set_size(content.len() as u64);
            header.set_mode(0o644);
            // Not through the library's own check: some names are bad on purpose.
            let name = header.as_old_mut().name.get_mut(..path.len()).expect("a short name");
            name.copy_from_slice(path.as_bytes());
            header.set_cksum();
            tar.append(&header, &content[..]).expect("a file in the tar");
        }
        tar.into_inner().expect("a tar")
    }
}

fn zip_into<W: Write + Seek>(target: W, files: impl IntoIterator<Item = (impl AsRef<str>, impl AsRef<[u8]>)>) -> W {
    let mut zip = ZipWriter::new(target);
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    for (path, content) in files {
        zip.start_file(path.as_ref(), options).expect("a file in the zip");
        zip.write_all(content.as_ref()).expect("its content");
    }
    zip.finish().expect("a zip")
}
