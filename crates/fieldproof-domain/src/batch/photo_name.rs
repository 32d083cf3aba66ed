//! Names of photos in a batch (contract section 4.2): `task_group_name-3.jpg`.

use std::cmp::Ordering;

/// For which task group a photo is, and when its turn comes within the work order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PhotoName<'a> {
    /// Name of the task group.
    pub task_group: &'a str,
    /// The number behind the last `-`; it counts across the whole work order.
    pub number: Option<u64>,
}

/// Reads a photo's name without its ending. Names of task groups may hold `-` and digits themselves, so the whole name
/// is tried first, then the name before a last `-` and digits. `None`: no task group has either name.
pub fn read_photo_name(stem: &str, is_task_group: impl Fn(&str) -> bool) -> Option<PhotoName<'_>> {
    if is_task_group(stem) {
        return Some(PhotoName { task_group: stem, number: None });
    }
    let (task_group, digits) = stem.rsplit_once('-')?;
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) || !is_task_group(task_group) {
        return None;
    }
    // A number too large for anything still stands behind all others.
    Some(PhotoName { task_group, number: Some(digits.parse().unwrap_or(u64::MAX)) })
}

impl PhotoName<'_> {
    /// Whose turn comes first: numbers in their order, then photos without one; by file name where that leaves it open.
    pub fn turn(&self, file: &str, other: &Self, other_file: &str) -> Ordering {
        let key = |name: &Self| (name.number.is_none(), name.number);
        key(self).cmp(&key(other)).then_with(|| file.cmp(other_file))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(stem: &str) -> Option<(&str, Option<u64>)> {
        let groups = ["A", "B", "pm-ouvert-apres", "cabinet", "cabinet-2"];
        read_photo_name(stem, |name| groups.contains(&name)).map(|name| (name.task_group, name.number))
    }

    #[test]
    fn the_longest_task_group_that_fits_counts() {
        for (stem, expected) in [
            ("A", Some(("A", None))),
            ("A-0", Some(("A", Some(0)))),
            ("A-007", Some(("A", Some(7)))),
            ("A-99999999999999999999999", Some(("A", Some(u64::MAX)))),
            ("pm-ouvert-apres", Some(("pm-ouvert-apres", None))),
            ("pm-ouvert-apres-12", Some(("pm-ouvert-apres", Some(12)))),
            ("cabinet-1", Some(("cabinet", Some(1)))),
            ("cabinet-2", Some(("cabinet-2", None))),
            ("cabinet-2-5", Some(("cabinet-2", Some(5)))),
            ("A-", None),
            ("A--1", None),
            ("A-x", None),
            ("A-١", None),
            ("a", None),
            ("C-1", None),
            ("-1", None),
            ("", None),
        ] {
            assert_eq!(read(stem), expected, "{stem}");
        }
    }

    #[test]
    fn numbers_come_first_and_count_across_task_groups() {
        let mut files = ["A-1", "B-0", "A", "B-10", "B-2", "A-2", "B"];
        files.sort_by(|one, other| {
            let name = |stem| read_photo_name(stem, |group| group == "A" || group == "B").unwrap();
            name(one).turn(one, &name(other), other)
        });
        assert_eq!(files, ["B-0", "A-1", "A-2", "B-2", "B-10", "A", "B"]);
    }

    proptest! {
        #[test]
        fn any_name_is_read_or_refused(stem in ".{0,40}") {
            if let Some(name) = read_photo_name(&stem, |group| group.len() % 2 == 0) {
                prop_assert!(stem.starts_with(name.task_group));
            }
        }
    }
}
