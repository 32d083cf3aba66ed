//! The lines of a window, into a file or to standard output.

use std::{
    fs::File,
    io::{ErrorKind, Write},
    path::Path,
};

use anyhow::Context as _;
use fieldproof_app::exports::Preview;

use crate::output::explain;

/// Writes lines to a file, which is there when all of them are; `-`: to standard output. Answers how many there were.
pub(super) async fn write(lines: Preview, file: &Path) -> anyhow::Result<u64> {
    if file == Path::new("-") {
        return copy(lines, &mut std::io::stdout().lock()).await;
    }
    let mut draft = file.as_os_str().to_owned();
    draft.push(".part");
    let said = || format!("{} cannot be written", file.display());
    let mut open = File::create(&draft).with_context(said)?;
    let written = async {
        let count = copy(lines, &mut open).await?;
        open.sync_all().with_context(said)?;
        std::fs::rename(&draft, file).with_context(said)?;
        anyhow::Ok(count)
    };
    let written = written.await;
    if written.is_err() {
        // It is of no use to anybody.
        let _ = std::fs::remove_file(&draft);
    }
    written
}

async fn copy(mut lines: Preview, to: &mut impl Write) -> anyhow::Result<u64> {
    let mut count = 0;
    while let Some(page) = lines.next().await.map_err(explain)? {
        count += page.iter().filter(|byte| **byte == b'\n').count() as u64;
        match to.write_all(&page) {
            // A reader that has gone away, such as `head`, has what it wanted.
            Err(error) if error.kind() == ErrorKind::BrokenPipe => return Ok(count),
            written => written.context("the lines cannot be written")?,
        }
    }
    to.flush().context("the lines cannot be written")?;
    Ok(count)
}
