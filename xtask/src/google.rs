//! The address of a batch, to Google's own client of its resumable protocol: `google-upload.py`, in this package's folder.

use crate::python;
use crate::repository::{finish, root};
use crate::served::Served;
use crate::steps::{Missing, Outcome};
use anyhow::Result;
use std::process::Command;

pub(crate) fn uploads() -> Result<Outcome> {
    let programs = match python::programs()? {
        Ok(programs) => programs,
        Err(Missing(why)) => return Ok(Outcome::Skipped(why)),
    };
    // Nobody unpacks what is sent: it is no archive.
    let served = Served::start(&["--job-workers", "0"])?;
    let mut client = Command::new(programs.join("python3"));
    client.arg(root().join("xtask/google-upload.py")).args([served.url(), served.token()]);
    let passed = finish(client.current_dir(served.folder()))?.success();
    Ok(if passed { Outcome::Passed(String::new()) } else { Outcome::Failed("see above".into()) })
}
