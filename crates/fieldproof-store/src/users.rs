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

/// The sites that a user may use, each with the role there.
pub async fn memberships(session: &mut impl Session, user: UserId) -> Result<Vec<(SiteId, Role)>, StoreError> {
    let rows = session.all("SELECT site_id, role FROM memberships WHERE user_id = $1", args![user]).await?;
    rows.iter().map(|row| Ok((row.get("site_id")?, parse_role(row)?))).collect()
}

pub(crate) fn parse_role(row: &Row) -> Result<Role, StoreError> {
    row.get::<String>("role")?.parse().map_err(|reason| StoreError::unexpected("memberships.role", reason))
}

#[cfg(test)]
mod tests {
    use fieldproof_domain::ids::AppVersionId;
    use uuid::Uuid;

    use super::*;
    use crate::{Places, Store, app_versions, sites};

    #[tokio::test]
    async fn the_roles_of_a_database_from_before_are_read() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&Places::in_folder(folder.path())).await.unwrap();
        let (now, id) = (DateTime::UNIX_EPOCH, Uuid::from_u128(1));
        let (site, jane, version) = (SiteId(id), UserId(id), AppVersionId(id));
        let mut writer = store.write().await.unwrap();
        let text = || "x".to_owned();
        let app =
            app_versions::AppVersion { id: version, name: text(), version: text(), digest: text(), files: vec![] };
        app_versions::insert(&mut writer, &app, now).await.unwrap();
        sites::insert(&mut writer, &sites::Site { id: site, name: text(), app_version: version }, now).await.unwrap();
        let user = User { id: jane, email: "jane.doe@example.com".to_owned(), name: None, password_hash: None };
        insert(&mut writer, &user, now).await.unwrap();
        grant(&mut writer, jane, site, Role::ReadOnly).await.unwrap();
        for (word, expected) in [("admin", Role::OrgAdmin), ("user", Role::FieldWorker)] {
            writer.execute("UPDATE memberships SET role = $1", args![word]).await.unwrap();
            assert_eq!(role(&mut writer, jane, site).await.unwrap(), Some(expected));
        }
    }
}
