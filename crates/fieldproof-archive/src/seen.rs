//! Which paths an archive has had.

use crate::EntryPath;
use std::{
    collections::HashSet,
    hash::{BuildHasher, Hasher, RandomState},
};

/// Remembers paths by a hash of 64 bits, so that 200,000 long ones take 4 MiB. The hash has a key that is drawn for each
/// archive: nobody can make two paths that collide, and by chance two of 200,000 do once in a billion archives.
#[derive(Default)]
pub(crate) struct Seen {
    key: RandomState,
    hashes: HashSet<u64>,
}

impl Seen {
    /// Whether `path` is new, in any letter case. It no longer is afterwards.
    pub(crate) fn is_new(&mut self, path: &EntryPath) -> bool {
        let mut hasher = self.key.build_hasher();
        for c in path.as_str().chars() {
            fold(c, |c| hasher.write_u32(c.into()));
        }
        self.hashes.insert(hasher.finish())
    }
}

/// The letter in one case, as file systems that ignore case compare it: up, where that is one letter, then down. The way
/// up brings together what is lower case twice, such as the two small sigmas.
fn fold(c: char, mut each: impl FnMut(char)) {
    let mut upper = c.to_uppercase();
    let c = match (upper.len(), upper.next()) {
        (1, Some(upper)) => upper,
        _ => c,
    };
    c.to_lowercase().for_each(&mut each);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Limits;
    use rstest::rstest;

    #[rstest]
    #[case::same("WO/a.jpg", "WO/a.jpg", false)]
    #[case::letter_case("WO/Pose.JPG", "wo/pose.jpg", false)]
    #[case::accents("WO/ÉTÉ.jpg", "WO/été.jpg", false)]
    #[case::greek("ΟΔΟΣ", "οδος", false)]
    #[case::kelvin("K", "k", false)]
    #[case::sharp_s("STRAẞE", "straße", false)]
    #[case::other("WO/a.jpg", "WO/b.jpg", true)]
    #[case::other_folder("WO 1/a.jpg", "WO 2/a.jpg", true)]
    #[case::other_cut("a/bc", "ab/c", true)]
    #[case::accents_count("WO/ete.jpg", "WO/été.jpg", true)]
    #[case::sharp_s_is_not_two("straße", "strasse", true)]
    fn second_path(#[case] first: &str, #[case] second: &str, #[case] new: bool) {
        let path = |text| EntryPath::read(text, &Limits::default()).unwrap();
        let mut seen = Seen::default();
        assert!(seen.is_new(&path(first)));
        assert_eq!(seen.is_new(&path(second)), new);
        assert!(!seen.is_new(&path(first)));
    }
}
