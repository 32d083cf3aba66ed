//! People and programs with an account, and the sites they may use.

use chrono::{DateTime, Utc};
use fieldproof_domain::{
    ids::{SiteId, UserId},
    role::Role,
};

use crate::{
    Session, StoreError, Writer,
    db::{Query as _, Row, args},
};

/// A user's row.
#[derive(Clone, Debug, PartialEq)]
pub struct User {
    /// The id.
    pub id: UserId,
    /// Lower case, unique.
    pub email: String,
    /// First and last name, if given.
    pub name: Option<String>,
    /// Argon2id in PHC form; `None`: no login by password.
    pub password_hash: Option<String>,
}

fn read(row: &Row) -> Result<User, StoreError> {
    Ok(User {
        id: row.get("id")?,
        email: row.get("email")?,
        name: row.get_opt("name")?,
        password_hash: row.get_opt("password_hash")?,
    })
}

/// Adds a user.
pub async fn insert(writer: &mut Writer, user: &User, now: DateTime<Utc>) -> Result<(), StoreError> {
    writer
        .execute(
            "INSERT INTO users (id, email, name, password_hash, created_at) VALUES ($1, $2, $3, $4, $5)",
            args![user.id, &user.email, user.name.as_ref(), user.password_hash.as_ref(), now],
        )
        .await?;
    Ok(())
}

/// The user with that address, already in lower case.
pub async fn by_email(session: &mut impl Session, email: &str) -> Result<Option<User>, StoreError> {
    let row = session.first("SELECT id, email, name, password_hash FROM users WHERE email = $1", args![email]).await?;
    row.as_ref().map(read).transpose()
}

/// The user with that address, already in lower case, if the user may use the site.
pub async fn member_by_email(
    session: &mut impl Session,
    email: &str,
    site: SiteId,
) -> Result<Option<User>, StoreError> {
    let row = session
        .first(
            "SELECT users.id, email, name, password_hash FROM users
             JOIN memberships ON memberships.user_id = users.id AND memberships.site_id = $2
             WHERE email = $1",
            args![email, site],
        )
        .await?;
    row.as_ref().map(read).transpose()
}

/// Lets a user use a site, or changes the role there.
pub async fn grant(writer: &mut Writer, user: UserId, site: SiteId, role: Role) -> Result<(), StoreError> {
    writer
        .execute(
            "INSERT INTO memberships (user_id, site_id, role) VALUES ($1, $2, $3)
             ON CONFLICT (user_id, site_id) DO UPDATE SET role = excluded.role",
            args![user, site, role.as_str()],
        )
        .await?;
    Ok(())
}

/// The user's role on the site; `None`: no access.
pub async fn role(session: &mut impl Session, user: UserId, site: SiteId) -> Result<Option<Role>, StoreError> {
    let row =
        session.first("SELECT role FROM memberships WHERE user_id = $1 AND site_id = $2", args![user, site]).await?;
    row.map(|row| parse_role(&row)).transpose()
}

pub(crate) fn parse_role(row: &Row) -> Result<Role, StoreError> {
    row.get::<String>("role")?.parse().map_err(|reason| StoreError::unexpected("memberships.role", reason))
}
