//! What a user may do on a site.

use serde::{Deserialize, Serialize};

/// A user's role on one site.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Creates work orders, analyses photos, corrects results.
    User,
    /// Everything a user may, and later: users, applications, exports.
    Admin,
}

impl Role {
    /// The word used in the database and on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Admin => "admin",
        }
    }
}

impl std::str::FromStr for Role {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        match word {
            "user" => Ok(Self::User),
            "admin" => Ok(Self::Admin),
            other => Err(format!("unknown role '{other}': use admin or user")),
        }
    }
}
