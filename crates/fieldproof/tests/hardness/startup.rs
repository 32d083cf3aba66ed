//! What keeps the program from starting is said in one sentence, with exit code 1.

use std::{
    fs::Permissions,
    net::TcpListener,
    os::unix::{fs::PermissionsExt as _, process::CommandExt as _},
    path::Path,
    process::{Command, Output, Stdio},
    time::Duration,
};

use crate::server;

const PROGRAM: &str = env!("CARGO_BIN_EXE_fieldproof");
/// Nobody's user id, for when the tests themselves run as root, who may write everywhere.
const NOBODY: u32 = 65_534;

/// Runs `serve`; one that starts although it should not is killed after a while.
fn serve(program: &Path, as_nobody: bool, data: &Path, options: &[&str]) -> Output {
    let mut command = Command::new(program);
    command.arg("serve").arg("--data").arg(data).args(["--log", "off"]).args(options);
    if !options.contains(&"--listen") {
        command.args(["--listen", "127.0.0.1:0"]);
    }
    if as_nobody {
        command.uid(NOBODY).gid(NOBODY);
    }
    let child = command.current_dir("/").stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    let mut child = child.unwrap();
    for _ in 0..1000 {
        if child.try_wait().unwrap().is_some() {
            return child.wait_with_output().unwrap();
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    child.kill().unwrap();
    child.wait_with_output().unwrap()
}

#[track_caller]
fn says(case: &str, output: &Output, words: &[&str]) {
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{case}: {}{said}", String::from_utf8_lossy(&output.stdout));
    assert!(said.starts_with("fieldproof: ") && !said.contains("panicked"), "{case}: {said}");
    for word in words {
        assert!(said.contains(word), "{case}: no '{word}' in: {said}");
    }
}

#[test]
fn folders_and_options_that_cannot_be_used() {
    let folder = tempfile::tempdir().unwrap();
    let data = |name: &str, file: &str, content: &str| {
        let data = folder.path().join(name);
        std::fs::create_dir_all(&data).unwrap();
        std::fs::write(data.join(file), content).unwrap();
        data
    };
    let busy = TcpListener::bind("127.0.0.1:0").unwrap();
    let busy = busy.local_addr().unwrap().to_string();
    let file = data("a", "file", "x").join("file");
    let good = folder.path().join("good");
    let text = "this is no database, only a text that is long enough to be looked at as one, or so it seems to be";
    std::fs::create_dir_all(folder.path().join("folder/fieldproof.db")).unwrap();
    let run = |data: &Path, options: &[&str]| serve(Path::new(PROGRAM), false, data, options);
    let years = (400u64 * 366 * 24 * 60 * 60).to_string();
    says("a file", &run(&file, &[]), &["data folder", "choose another"]);
    says("inside a file", &run(&file.join("x"), &[]), &["data folder", "choose another"]);
    says("no database", &run(&data("text", "fieldproof.db", text), &[]), &["fieldproof.db", "not a database"]);
    says("a folder as database", &run(&folder.path().join("folder"), &[]), &["fieldproof.db", "cannot be opened"]);
    says("a short key", &run(&data("key", "secret.key", "short"), &[]), &["secret.key", "too short"]);
    says(
        "wrong settings",
        &run(&data("toml", "fieldproof.toml", "workers = \"many\""), &[]),
        &["fieldproof.toml", "many"],
    );
    says("an unknown setting", &run(&data("key2", "fieldproof.toml", "wokers = 1"), &[]), &["wokers"]);
    says("a port in use", &run(&good, &["--listen", &busy]), &[&busy, "in use", "--listen"]);
    says("a short key", &run(&good, &["--secret-key", "short"]), &["FIELDPROOF_SECRET_KEY", "32"]);
    says("no URL", &run(&good, &["--public-url", "nonsense"]), &["--public-url nonsense"]);
    says("links for centuries", &run(&good, &["--link-lifetime", &years]), &["ten years"]);
    says("links for ever", &run(&good, &["--link-lifetime", "18446744073709551615"]), &["ten years"]);
}

#[tokio::test]
async fn a_queue_of_any_length_can_be_asked_for() {
    let server = server().option("--queue", "18446744073709551615").start().await;
    server.client().get("/readyz").await.expect(200);
}

/// Makes everything in a folder readable for all and writable for none.
fn freeze(folder: &Path) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            freeze(&path);
        } else {
            std::fs::set_permissions(&path, Permissions::from_mode(0o444)).unwrap();
        }
    }
    std::fs::set_permissions(folder, Permissions::from_mode(0o555)).unwrap();
}

#[tokio::test]
async fn a_folder_that_is_read_only_is_refused_at_once() {
    let mut server = server().on_sqlite().start().await;
    server.terminate().await;
    let folder = tempfile::tempdir().unwrap();
    std::fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).unwrap();
    let probe = folder.path().join("probe");
    std::fs::create_dir(&probe).unwrap();
    freeze(&probe);
    let root = std::fs::write(probe.join("x"), "x").is_ok();
    // Others cannot look into the folder that the program was built in, perhaps.
    let program = folder.path().join("fieldproof");
    std::fs::copy(PROGRAM, &program).unwrap();

    let empty = folder.path().join("empty");
    std::fs::create_dir(&empty).unwrap();
    freeze(&empty);
    says("an empty folder", &serve(&program, root, &empty, &[]), &["data folder", "empty", "Permission denied"]);

    freeze(server.data());
    std::fs::set_permissions(server.data().parent().unwrap(), Permissions::from_mode(0o755)).unwrap();
    says("a used folder", &serve(&program, root, server.data(), &[]), &["Permission denied"]);

    // The folder and the photos can be written, the database cannot.
    for folder in [probe.as_path(), &empty, server.data()] {
        thaw(folder);
    }
    std::fs::set_permissions(server.data().join("fieldproof.db"), Permissions::from_mode(0o444)).unwrap();
    says("a used database", &serve(&program, root, server.data(), &[]), &["fieldproof.db", "rights"]);
}

/// Makes everything in a folder writable for all.
fn thaw(folder: &Path) {
    std::fs::set_permissions(folder, Permissions::from_mode(0o777)).unwrap();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            thaw(&path);
        } else {
            std::fs::set_permissions(&path, Permissions::from_mode(0o666)).unwrap();
        }
    }
}
