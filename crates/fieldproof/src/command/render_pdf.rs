//! `fieldproof render-pdf`: what a server starts for each PDF document, so that a hostile one breaks nothing but this
//! process.

use std::{
    io::{self, BufWriter, Read as _, Write as _},
    process::ExitCode,
};

use fieldproof_app::analyse::{MAX_PDF_BYTES, REFUSED};
use fieldproof_vision::{PageLimits, PdfError, pdf_frames, pdf_pages};

/// What a document may take: seconds of a core, and bytes of memory.
#[cfg(unix)]
const LIMITS: [(rustix::process::Resource, u64); 3] = [
    (rustix::process::Resource::Cpu, 20),
    (rustix::process::Resource::As, 1536 * 1024 * 1024),
    // What crashes as planned need not fill a disk.
    (rustix::process::Resource::Core, 0),
];

/// Why there are no (more) pages.
enum Failure {
    Document(PdfError),
    Output(io::Error),
}

impl From<PdfError> for Failure {
    fn from(error: PdfError) -> Self {
        Self::Document(error)
    }
}

/// Reads a document from standard input, and writes its pages to standard output as [`pdf_frames`] has them.
pub(crate) fn run() -> anyhow::Result<ExitCode> {
    #[cfg(unix)]
    for (resource, most) in LIMITS {
        let limit = rustix::process::Rlimit { current: Some(most), maximum: Some(most) };
        rustix::process::setrlimit(resource, limit)?;
    }
    let mut document = Vec::new();
    io::stdin().lock().take(MAX_PDF_BYTES as u64).read_to_end(&mut document)?;
    let mut output = BufWriter::new(io::stdout().lock());
    let written = pdf_pages(document, &PageLimits::default(), |page| {
        pdf_frames::write(&mut output, &page).map_err(Failure::Output)
    });
    match written {
        Ok(()) => {
            output.flush()?;
            Ok(ExitCode::SUCCESS)
        }
        Err(Failure::Document(error)) => {
            eprintln!("{error}");
            Ok(ExitCode::from(REFUSED))
        }
        Err(Failure::Output(error)) => Err(error.into()),
    }
}
