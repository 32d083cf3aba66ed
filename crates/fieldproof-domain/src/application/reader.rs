//! Readers: what is written on a photo, read without a model of the application.

/// What a reader reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReaderSpec {
    /// Barcodes and two-dimensional codes.
    Codes {
        /// Which; never empty, each once.
        formats: Vec<CodeFormat>,
    },
    /// Printed text, line by line.
    Text {
        /// As Tesseract calls them, such as `eng`; never empty, each once.
        languages: Vec<String>,
    },
}

/// The concept of a line of text.
const LINE: &str = "line";

impl ReaderSpec {
    /// What it can find: the `concept`s of what rules see.
    pub fn concepts(&self) -> Vec<&'static str> {
        match self {
            Self::Codes { formats } => formats.iter().map(|format| format.as_str()).collect(),
            Self::Text { .. } => vec![LINE],
        }
    }
}

/// A kind of code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CodeFormat {
    /// QR code, ISO/IEC 18004.
    QrCode,
    /// Micro QR code, ISO/IEC 18004.
    MicroQrCode,
    /// Data Matrix ECC 200, ISO/IEC 16022.
    DataMatrix,
    /// Aztec, ISO/IEC 24778.
    Aztec,
    /// PDF417, ISO/IEC 15438.
    Pdf417,
    /// Code 128, ISO/IEC 15417.
    Code128,
    /// Code 39, ISO/IEC 16388.
    Code39,
    /// Code 93.
    Code93,
    /// Interleaved 2 of 5, ISO/IEC 16390.
    Itf,
    /// Codabar.
    Codabar,
    /// EAN-13, ISO/IEC 15420.
    Ean13,
    /// EAN-8, ISO/IEC 15420.
    Ean8,
    /// UPC-A, ISO/IEC 15420.
    UpcA,
    /// UPC-E, ISO/IEC 15420.
    UpcE,
}

impl CodeFormat {
    /// Every one.
    pub const ALL: [Self; 14] = [
        Self::QrCode,
        Self::MicroQrCode,
        Self::DataMatrix,
        Self::Aztec,
        Self::Pdf417,
        Self::Code128,
        Self::Code39,
        Self::Code93,
        Self::Itf,
        Self::Codabar,
        Self::Ean13,
        Self::Ean8,
        Self::UpcA,
        Self::UpcE,
    ];

    /// Its word in an application and in rules.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::QrCode => "qr_code",
            Self::MicroQrCode => "micro_qr_code",
            Self::DataMatrix => "data_matrix",
            Self::Aztec => "aztec",
            Self::Pdf417 => "pdf_417",
            Self::Code128 => "code_128",
            Self::Code39 => "code_39",
            Self::Code93 => "code_93",
            Self::Itf => "itf",
            Self::Codabar => "codabar",
            Self::Ean13 => "ean_13",
            Self::Ean8 => "ean_8",
            Self::UpcA => "upc_a",
            Self::UpcE => "upc_e",
        }
    }
}
