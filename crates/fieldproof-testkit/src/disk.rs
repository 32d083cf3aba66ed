//! A small disk that a test may fill.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

/// A small file system in memory, which only root can make.
pub struct SmallDisk(PathBuf);

impl SmallDisk {
    /// At a folder, which is made; `None`, and a word about it, for whom it cannot be made.
    ///
    /// # Panics
    /// When the folder cannot be made.
    pub fn make(folder: &Path) -> Option<Self> {
        std::fs::create_dir_all(folder).unwrap();
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", "size=24m", "tmpfs"]).arg(folder);
        let made = mount.output().is_ok_and(|output| output.status.success());
        if !made {
            eprintln!("skipped: only root can make a small disk here");
        }
        made.then(|| Self(folder.to_owned()))
    }

    /// Where it is.
    pub fn folder(&self) -> &Path {
        &self.0
    }

    /// Takes all room but `left` bytes.
    ///
    /// # Panics
    /// When it cannot be written at all.
    pub fn fill(&self, left: usize) {
        let filler = self.filler();
        let mut content = vec![1; 24 * 1024 * 1024];
        // As much as there is room for.
        let _ = std::fs::write(&filler, &content);
        let taken = std::fs::metadata(&filler).unwrap().len() as usize;
        content.truncate(taken - left);
        std::fs::write(&filler, &content).unwrap();
    }

    /// Gives the room back.
    ///
    /// # Panics
    /// When it was not taken.
    pub fn free(&self) {
        std::fs::remove_file(self.filler()).unwrap();
    }

    /// Mounts it otherwise, such as `ro`.
    ///
    /// # Panics
    /// When that cannot be done.
    pub fn remount(&self, how: &str) {
        let done = Command::new("mount").args(["-o", &format!("remount,{how}")]).arg(&self.0).status();
        assert!(done.is_ok_and(|status| status.success()), "remount,{how}");
    }

    fn filler(&self) -> PathBuf {
        self.0.join("filler")
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // Lazily, for the server may still have it open when a test fails.
        let _ = Command::new("umount").arg("--lazy").arg(&self.0).status();
    }
}
