//! OpenSSH's own server on the loopback, where the environment names its program. Reach it with
//! `--allow-address 127.0.0.0/8`.

use std::{
    net::{TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};

use tempfile::TempDir;

/// Names OpenSSH's `sshd` (`/usr/sbin/sshd`). `cargo xtask test` installs it.
const SSHD: &str = "FIELDPROOF_TEST_SSHD";

/// A server with a key of its own, and a folder; killed and removed when dropped.
pub struct SftpServer {
    program: PathBuf,
    folder: TempDir,
    options: Vec<String>,
    port: u16,
    child: Option<Child>,
}

impl SftpServer {
    /// A server; `None`, and a word about it, where OpenSSH's is not named.
    ///
    /// # Panics
    /// When it does not start.
    pub fn start() -> Option<Self> {
        Self::start_with(&[])
    }

    /// As [`SftpServer::start`], with options of its `internal-sftp`, such as `-R`.
    ///
    /// # Panics
    /// When it does not start.
    pub fn start_with(options: &[&str]) -> Option<Self> {
        let Some(program) = std::env::var_os(SSHD).filter(|program| !program.is_empty()) else {
            eprintln!("skipped: no OpenSSH server");
            return None;
        };
        // OpenSSH's server wants a folder for its children, when it is root.
        let _ = std::fs::create_dir_all("/run/sshd");
        let port = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a port").port();
        let options = options.iter().map(|option| (*option).to_owned()).collect();
        let folder = tempfile::tempdir().expect("a folder");
        let mut server = Self { program: program.into(), folder, options, port, child: None };
        std::fs::create_dir(server.files()).expect("a folder");
        server.make_key("user", "a passphrase");
        server.renew_host_key();
        Some(server)
    }

    /// Gives the server another host key, as after it was set up anew.
    ///
    /// # Panics
    /// When it does not start.
    pub fn renew_host_key(&mut self) {
        self.stop();
        let _ = std::fs::remove_file(self.folder.path().join("host"));
        self.make_key("host", "");
        let config = self.folder.path().join("config");
        let file = |name: &str| self.folder.path().join(name).display().to_string();
        let text = format!(
            "ListenAddress 127.0.0.1\nPort {}\nHostKey {}\nAuthorizedKeysFile {}\nPidFile none\nStrictModes no\n\
             UsePAM no\nPasswordAuthentication no\nSubsystem sftp internal-sftp {}\n",
            self.port,
            file("host"),
            file("user.pub"),
            self.options.join(" "),
        );
        std::fs::write(&config, text).expect("a configuration");
        let mut command = Command::new(&self.program);
        command.arg("-D").arg("-f").arg(&config).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        self.child = Some(command.spawn().expect("OpenSSH's server starts"));
        for _ in 0..500 {
            if TcpStream::connect(("127.0.0.1", self.port)).is_ok() {
                return;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        panic!("OpenSSH's server does not listen on port {}", self.port);
    }

    /// Its port on 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Who may log in.
    ///
    /// # Panics
    /// When the machine does not say who runs the tests.
    pub fn username(&self) -> String {
        let output = Command::new("id").arg("-un").output().expect("who runs the tests");
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    }

    /// The key to log in with, encrypted with `a passphrase`.
    ///
    /// # Panics
    /// Never.
    pub fn private_key(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("user")).expect("a key")
    }

    /// The key that it shows.
    ///
    /// # Panics
    /// Never.
    pub fn host_key(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("host.pub")).expect("a key")
    }

    /// An empty folder for files.
    pub fn files(&self) -> PathBuf {
        self.folder.path().join("files")
    }

    fn make_key(&self, name: &str, passphrase: &str) {
        let mut command = Command::new("ssh-keygen");
        command.args(["-q", "-t", "ed25519", "-N", passphrase, "-f"]).arg(Path::new(self.folder.path()).join(name));
        assert!(command.status().is_ok_and(|status| status.success()), "ssh-keygen does not make a key");
    }

    /// Stops it.
    pub fn stop(&mut self) {
        if let Some(mut child) = self.child.take() {
            // It may be gone already.
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

impl Drop for SftpServer {
    fn drop(&mut self) {
        self.stop();
    }
}
