//! The pages of a PDF document, rendered by a process of its own: what a hostile document breaks is that process.

use std::{path::Path, process::Stdio, time::Duration};

use bytes::Bytes;
use fieldproof_vision::{is_pdf, pdf_frames};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    process::Command,
    runtime::Handle,
    time::timeout,
};

use super::{stages::timed, workers::Slot};
use crate::{AppError, Fieldproof};

/// The command of the program that renders.
pub const RENDER_COMMAND: &str = "render-pdf";

/// How long all pages of a document may take.
const LONGEST: Duration = Duration::from_secs(30);

/// The most that all pages of a document may have, in bytes.
const MOST_BYTES: u64 = 128 * 1024 * 1024;

/// The most that is read of why a document cannot be rendered, in bytes.
const LONGEST_REASON: u64 = 1000;

/// One of the pictures that an input is judged by: a photo has one.
#[derive(Clone, Debug)]
pub(super) struct Page {
    /// Of a PDF document, from 1.
    pub(super) number: Option<u32>,
    /// A photo's file, or a page as one.
    pub(super) bytes: Bytes,
    /// Something is written on the page, not only photographed.
    pub(super) has_text: bool,
}

impl Fieldproof {
    /// What is to be judged of an input.
    ///
    /// # Errors
    /// [`AppError::Invalid`] for a PDF document that cannot be used.
    pub(super) async fn pages(&self, slot: &Slot, input: &Bytes) -> Result<Vec<Page>, AppError> {
        if !is_pdf(input) {
            return Ok(vec![Page { number: None, bytes: input.clone(), has_text: false }]);
        }
        let Some(program) = self.pdf_program.clone() else {
            return Err(AppError::field(
                "inputs",
                "The image is a PDF, which this server does not take: send a photo.",
            ));
        };
        let (document, runtime) = (input.clone(), Handle::current());
        // On a worker, since rendering takes a core as much as decoding does.
        let job = move || runtime.block_on(render(&program, &document));
        let pages = timed("render", slot.run(job)).await?;
        pages.map_err(|reason| AppError::field("inputs", format!("The image cannot be used: {reason}.")))
    }
}

async fn render(program: &Path, document: &[u8]) -> Result<Vec<Page>, String> {
    let failed = |error: std::io::Error| {
        tracing::error!(%error, program = %program.display(), "no PDF can be rendered");
        "the PDF cannot be rendered on this server at the moment; send its pages as photos".to_owned()
    };
    let mut command = Command::new(program);
    command.arg(RENDER_COMMAND).env_clear().kill_on_drop(true);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().map_err(failed)?;
    let (Some(mut input), Some(output), Some(complaints)) =
        (child.stdin.take(), child.stdout.take(), child.stderr.take())
    else {
        return Err(failed(std::io::Error::other("it has no standard streams")));
    };
    let (mut written, mut reason) = (Vec::new(), Vec::new());
    let exchange = async {
        let send = async move {
            // Who refuses a document need not have read all of it.
            drop(input.write_all(document).await);
        };
        let (mut output, mut complaints) = (output.take(MOST_BYTES), complaints.take(LONGEST_REASON));
        let (_, read, _) = tokio::join!(send, output.read_to_end(&mut written), complaints.read_to_end(&mut reason));
        read?;
        drop((output, complaints));
        child.wait().await
    };
    match timeout(LONGEST, exchange).await {
        Ok(Ok(status)) if status.success() => read(written).ok_or_else(too_much),
        Ok(Ok(status)) if status.code() == Some(REFUSED.into()) => {
            Err(String::from_utf8_lossy(&reason).trim().to_owned())
        }
        Ok(Err(error)) => Err(failed(error)),
        // It has run into its limits, or was killed at the end of its time.
        Ok(Ok(_)) | Err(_) => Err(too_much()),
    }
}

/// The exit status of a renderer that says on its standard error what is wrong with the document.
pub const REFUSED: u8 = 3;

fn too_much() -> String {
    "the PDF takes too much time or memory to be rendered; send its pages as photos".to_owned()
}

fn read(written: Vec<u8>) -> Option<Vec<Page>> {
    let written = Bytes::from(written);
    let pages = pdf_frames::read(&written)?;
    let page = |(page, number): (fieldproof_vision::PdfPage<&[u8]>, u32)| Page {
        number: Some(number),
        bytes: written.slice_ref(page.jpeg),
        has_text: page.has_text,
    };
    let pages: Vec<_> = pages.into_iter().zip(1..).map(page).collect();
    (!pages.is_empty()).then_some(pages)
}
