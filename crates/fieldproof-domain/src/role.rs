//! What a user is on a site. What that allows is in [`crate::policy`].

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// A user's role on one site. On another site the same user can have another role, or none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Answers for the site: everything on it.
    #[serde(alias = "admin")]
    OrgAdmin,
    /// Runs the work: everything on work orders.
    Manager,
    /// Judges the work from the office: reads, corrects, reviews.
    Reviewer,
    /// Does the work, often through a program: creates work orders, sends photos, corrects results.
    #[serde(alias = "user")]
    FieldWorker,
    /// Looks on.
    ReadOnly,
}

impl Role {
    /// Every role, in the order of the policy's columns.
    pub const ALL: [Self; 5] = [Self::OrgAdmin, Self::Manager, Self::Reviewer, Self::FieldWorker, Self::ReadOnly];

    /// The word used in the database, on the command line and in answers.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::OrgAdmin => "org-admin",
            Self::Manager => "manager",
            Self::Reviewer => "reviewer",
            Self::FieldWorker => "field-worker",
            Self::ReadOnly => "read-only",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Role {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        match word {
            // There were two roles before there were five: databases and scripts of that time hold their words.
            "admin" => return Ok(Self::OrgAdmin),
            "user" => return Ok(Self::FieldWorker),
            _ => {}
        }
        Self::ALL.into_iter().find(|role| role.as_str() == word).ok_or_else(|| {
            let shown: String = word.chars().take(32).collect();
            let [others @ .., last] = Self::ALL.map(Self::as_str);
            format!("there is no role '{shown}': use {} or {last}", others.join(", "))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_reads_back_as_it_was_written() {
        for role in Role::ALL {
            assert_eq!(role.as_str().parse(), Ok(role));
            assert_eq!(serde_json::to_value(role).unwrap(), role.as_str(), "one word in the database and in answers");
            assert_eq!(serde_json::from_value::<Role>(role.as_str().into()).unwrap(), role);
        }
    }

    #[test]
    fn the_words_of_the_two_roles_before_still_mean_something() {
        for (word, role) in [("admin", Role::OrgAdmin), ("user", Role::FieldWorker)] {
            assert_eq!(word.parse(), Ok(role));
            assert_eq!(serde_json::from_value::<Role>(word.into()).unwrap(), role);
        }
    }

    #[test]
    fn other_words_are_refused_with_those_there_are() {
        let expected = "there is no role 'king': use org-admin, manager, reviewer, field-worker or read-only";
        assert_eq!("king".parse::<Role>(), Err(expected.to_owned()));
        for word in ["", "Admin", "org_admin", "ADMIN", " manager"] {
            assert!(word.parse::<Role>().is_err(), "{word:?}");
        }
    }
}
