//! What a process takes that reads one archive and does nothing else: this program again, so that what it took to make the
//! archive is not measured.

use fieldproof_archive::{Archive, Entry, Limits};
use std::{
    env,
    fs::{self, File},
    process::Command,
};

/// Names the archive to the process that reads it.
const ARCHIVE: &str = "FIELDPROOF_TEST_ARCHIVE";

/// The most memory that the process ever held, KiB.
fn peak() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

fn read(path: &str) -> String {
    let mut archive = match Archive::open(File::open(path).unwrap(), Limits::default()) {
        Ok(archive) => archive,
        Err(error) => return error.code().into(),
    };
    let mut entries = archive.entries().unwrap();
    let (mut files, mut bad) = (0, 0);
    loop {
        match entries.next_entry() {
            Ok(None) => return format!("{files} files, {bad} bad"),
            Ok(Some(Entry::Bad(_))) => bad += 1,
            Ok(Some(Entry::File(file))) => match file.read() {
                Ok(Ok(_)) => files += 1,
                Ok(Err(_)) => bad += 1,
                Err(error) => return format!("{files} files, {bad} bad, {}", error.code()),
            },
            Err(error) => return format!("{files} files, {bad} bad, {}", error.code()),
        }
    }
}

#[test]
#[ignore = "is run by the other test, in a process of its own"]
fn read_one() {
    let path = env::var(ARCHIVE).unwrap();
    let before = peak();
    let outcome = read(&path);
    println!("\ngrown {} {outcome}", peak() - before);
}

/// What came of the archive, and what it took, KiB.
pub(crate) fn measured(bytes: &[u8]) -> (u64, String) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("archive");
    fs::write(&path, bytes).unwrap();
    let mut command = Command::new(env::current_exe().unwrap());
    command.args(["--exact", "process::read_one", "--ignored", "--nocapture"]).env(ARCHIVE, &path);
    let output = command.output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{text}");
    let line = text.lines().find_map(|line| line.strip_prefix("grown ")).unwrap();
    let (grown, outcome) = line.split_once(' ').unwrap();
    (grown.parse().unwrap(), outcome.to_owned())
}
