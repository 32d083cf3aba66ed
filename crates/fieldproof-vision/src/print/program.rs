//! A program that gets bytes and gives bytes, within bounds.

use std::{
    io::{self, Read as _, Write as _},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

/// Most bytes that it may give: a page full of words is a tenth of it.
const MOST_OUTPUT: u64 = 8 * 1024 * 1024;
/// Most bytes of what it complains of.
const MOST_COMPLAINT: u64 = 2000;
/// How often it is looked whether it has ended.
const PAUSE: Duration = Duration::from_millis(5);

/// Runs a program with these bytes on its standard input, and gives what it has written to its standard output.
///
/// It runs on one core, and is killed at `until`, or when it writes too much.
///
/// # Errors
/// `NotFound` where there is no such program, `TimedOut` where it was killed, `Other` with what it complains of.
pub(super) fn run(program: &str, options: &[&str], input: Vec<u8>, until: Instant) -> io::Result<Vec<u8>> {
    let mut command = Command::new(program);
    // Its own threads would only fight with those of the workers.
    command.args(options).env("OMP_THREAD_LIMIT", "1");
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut running = Running(command.spawn()?);
    let mut stdin = running.0.stdin.take();
    let (stdout, stderr) = (running.0.stdout.take(), running.0.stderr.take());
    // Each pipe by a thread of its own: a program that waits for one of them must not wait for ever.
    let writer = thread::Builder::new().spawn(move || {
        // One that has seen enough closes its end.
        let _written = stdin.as_mut().map(|stdin| stdin.write_all(&input));
    })?;
    let output = thread::Builder::new().spawn(move || read(stdout, MOST_OUTPUT))?;
    let complaint = thread::Builder::new().spawn(move || read(stderr, MOST_COMPLAINT))?;
    let status = loop {
        if let Some(status) = running.0.try_wait()? {
            break status;
        }
        if Instant::now() >= until {
            return Err(io::ErrorKind::TimedOut.into());
        }
        thread::sleep(PAUSE);
    };
    let _ended = writer.join();
    let output = output.join().unwrap_or_default();
    if status.success() && output.len() as u64 <= MOST_OUTPUT {
        return Ok(output);
    }
    let complaint = String::from_utf8_lossy(&complaint.join().unwrap_or_default()).into_owned();
    let first = complaint.lines().find(|line| !line.trim().is_empty()).unwrap_or("it does not say why");
    Err(io::Error::other(format!("{first} ({status})")))
}

/// As much as is allowed and one byte more. Whoever writes on finds the pipe closed, and ends.
fn read(pipe: Option<impl io::Read>, most: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    let _partial = pipe.map(|pipe| pipe.take(most + 1).read_to_end(&mut bytes));
    bytes
}

/// A program that does not outlive the call.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // Both say nothing of one that has ended.
        let _killed = self.0.kill();
        let _ended = self.0.wait();
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn shell(script: &str, input: &[u8], seconds: u64) -> io::Result<Vec<u8>> {
        run("/bin/sh", &["-c", script], input.to_vec(), Instant::now() + Duration::from_secs(seconds))
    }

    #[test]
    fn bytes_go_through() {
        let input = vec![7; 300_000];
        assert_eq!(shell("cat", &input, 60).unwrap(), input);
        assert_eq!(shell("echo \"$OMP_THREAD_LIMIT\"", &input, 60).unwrap(), b"1\n");
    }

    #[test]
    fn what_goes_wrong_is_told() {
        let error = run("/no/such/program", &[], Vec::new(), Instant::now()).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::NotFound);
        let error = shell("echo; echo 'no such language' >&2; exit 3", b"", 60).unwrap_err();
        assert!(error.to_string().starts_with("no such language"), "{error}");
        assert_eq!(shell("exec sleep 1000", b"", 0).unwrap_err().kind(), io::ErrorKind::TimedOut);
    }

    #[test]
    fn too_much_is_not_read() {
        let error = shell("exec cat /dev/zero", b"", 60).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::Other, "{error}");
    }
}
