//! What commands of the program print, and those that go on.

use std::{
    io::Read as _,
    process::{Child, Command, Output, Stdio},
};

use serde_json::Value;

/// A command that goes on, killed when dropped.
pub struct Running(pub(super) Child);

impl Running {
    /// Waits until it has begun to say something: from then on it listens to signals.
    ///
    /// # Panics
    /// When it ends without a word.
    pub fn begun(&mut self) {
        let said = self.0.stdout.as_mut().expect("its output is read").read(&mut [0]);
        assert!(said.is_ok_and(|bytes| bytes == 1), "it ended without a word");
    }

    /// Sends SIGTERM and waits.
    ///
    /// # Panics
    /// When it does not end well.
    pub fn terminate(&mut self) {
        let sent = Command::new("kill").args(["-TERM", &self.0.id().to_string()]).status();
        assert!(sent.is_ok_and(|status| status.success()), "SIGTERM could not be sent");
        let status = self.0.wait().expect("the command ends");
        assert!(status.success(), "{status}");
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may be gone already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// What a command printed.
#[derive(Clone, Debug)]
pub struct CliOutput {
    /// The exit code; -1 after a signal.
    pub status: i32,
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
}

impl CliOutput {
    pub(super) fn of(command: &mut Command) -> Self {
        command.stdin(Stdio::null()).output().expect("the program starts").into()
    }

    /// Itself, after success.
    ///
    /// # Panics
    /// When the exit code is not 0.
    #[track_caller]
    pub fn ok(self) -> Self {
        assert_eq!(self.status, 0, "{}{}", self.stdout, self.stderr);
        self
    }

    /// The standard output of a success as JSON.
    ///
    /// # Panics
    /// When the exit code is not 0, or the output is not one line of JSON.
    #[track_caller]
    pub fn ok_json(self) -> Value {
        self.ok().json()
    }

    /// The standard output as JSON.
    ///
    /// # Panics
    /// When it is not exactly one line of JSON.
    #[track_caller]
    pub fn json(self) -> Value {
        assert_eq!(self.stdout.lines().count(), 1, "{:?}", self.stdout);
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {}", self.stdout))
    }
}

impl From<Output> for CliOutput {
    fn from(output: Output) -> Self {
        Self {
            status: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}
