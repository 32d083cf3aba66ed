//! The progress score (contract section 3.7).

/// How far one task group is: tasks with `conformity_status` only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GroupProgress {
    /// Counted tasks that are validated.
    pub validated: u32,
    /// Counted tasks.
    pub counted: u32,
}

/// The score, 0..=100, rounded down: the mean over task groups that have counted tasks of the validated share of
/// them. `None` when no task counts. A mean over groups, not over tasks: the only real score known, 12 with one of
/// four groups half done, fits nothing else.
pub fn progress_score(groups: &[GroupProgress]) -> Option<u8> {
    let counted: Vec<_> = groups.iter().filter(|group| group.counted > 0).collect();
    if counted.is_empty() {
        return None;
    }
    let shares: f64 =
        counted.iter().map(|group| f64::from(group.validated.min(group.counted)) / f64::from(group.counted)).sum();
    // Three thirds sum to a hair under one: without the allowance a finished work order would score 99.
    let score = (shares / counted.len() as f64).mul_add(100.0, 1e-6).floor();
    Some(score.clamp(0.0, 100.0) as u8)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn score(groups: &[(u32, u32)]) -> Option<u8> {
        let groups: Vec<_> = groups.iter().map(|&(validated, counted)| GroupProgress { validated, counted }).collect();
        progress_score(&groups)
    }

    #[test]
    fn known_scores() {
        assert_eq!(score(&[]), None);
        assert_eq!(score(&[(0, 0)]), None);
        assert_eq!(score(&[(0, 3)]), Some(0));
        assert_eq!(score(&[(1, 2), (0, 4), (0, 4), (0, 4)]), Some(12));
        assert_eq!(score(&[(3, 3), (7, 7), (11, 11), (0, 0)]), Some(100));
        assert_eq!(score(&[(1, 3), (1, 3), (1, 3)]), Some(33));
    }

    proptest! {
        #[test]
        fn stays_between_0_and_100_and_is_100_only_when_all_is_validated(
            groups in prop::collection::vec((0_u32..9).prop_flat_map(|n| (0..=n, Just(n))), 0..12)
        ) {
            match score(&groups) {
                None => prop_assert!(groups.iter().all(|g| g.1 == 0)),
                Some(s) => {
                    prop_assert!(s <= 100);
                    prop_assert_eq!(s == 100, groups.iter().all(|g| g.0 == g.1));
                }
            }
        }

        #[test]
        fn never_falls_when_one_more_task_is_validated(
            groups in prop::collection::vec((0_u32..9).prop_flat_map(|n| (0..=n, Just(n))), 1..12), pick in any::<prop::sample::Index>()
        ) {
            let at = pick.index(groups.len());
            let mut better = groups.clone();
            if better[at].0 < better[at].1 { better[at].0 += 1; }
            prop_assert!(score(&better) >= score(&groups));
        }
    }
}
