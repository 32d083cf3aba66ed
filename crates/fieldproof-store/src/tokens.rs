//! API tokens: only their hashes are kept.

use chrono::{DateTime, Utc};
use fieldproof_domain::{
    ids::{AppVersionId, SiteId, TokenId, UserId},
    role::Role,
};
use uuid::Uuid;

use crate::{
    Session, StoreError, Writer,
    db::{Query as _, args},
    users::parse_role,
};

/// A token, without its secret.
#[derive(Clone, Debug, PartialEq)]
pub struct Token {
    /// The id.
    pub id: TokenId,
    /// Whose rights it carries.
    pub user: UserId,
    /// The site of a call that names none.
    pub site: SiteId,
}

/// A token as an operator sees it.
#[derive(Clone, Debug, PartialEq)]
pub struct TokenLine {
    /// The id.
    pub id: TokenId,
    /// Its user's address.
    pub email: String,
    /// Name of its default site.
    pub site: String,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was revoked.
    pub revoked_at: Option<DateTime<Utc>>,
}

/// What a secret opens on one site.
#[derive(Clone, Debug, PartialEq)]
pub struct Access {
    /// Whose token it is.
    pub user: UserId,
    /// The site, and what the user may do on it; `None`: there is no such site for this user.
    pub site: Option<SiteAccess>,
}

/// A site that a user may use.
#[derive(Clone, Debug, PartialEq)]
pub struct SiteAccess {
    /// The site.
    pub id: SiteId,
    /// What the user may do.
    pub role: Role,
    /// The version that new work orders get.
    pub app_version: AppVersionId,
}

/// Adds a token.
pub async fn insert(
    writer: &mut Writer,
    token: &Token,
    secret_hash: &[u8],
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    writer
        .execute(
            "INSERT INTO tokens (id, user_id, site_id, secret_hash, created_at) VALUES ($1, $2, $3, $4, $5)",
            args![token.id, token.user, token.site, secret_hash, now],
        )
        .await?;
    Ok(())
}

/// What the token with this hash opens: on the site whose id lies in `site`, or on its default site without one.
/// `None`: there is no such token, or it was revoked. One statement, since every API call asks it.
pub async fn access(
    session: &mut impl Session,
    secret_hash: &[u8],
    site: Option<(Uuid, Uuid)>,
) -> Result<Option<Access>, StoreError> {
    let (first, last) = site.unzip();
    let row = session
        .first(
            "SELECT tokens.user_id, sites.id AS site_id, sites.app_version_id, memberships.role
             FROM tokens
             LEFT JOIN memberships ON memberships.user_id = tokens.user_id
               AND memberships.site_id BETWEEN COALESCE($2, tokens.site_id) AND COALESCE($3, tokens.site_id)
             LEFT JOIN sites ON sites.id = memberships.site_id
             WHERE tokens.secret_hash = $1 AND tokens.revoked_at IS NULL
             ORDER BY memberships.site_id
             LIMIT 1",
            args![secret_hash, first, last],
        )
        .await?;
    let Some(row) = row else { return Ok(None) };
    let site = match row.get_opt("site_id")? {
        None => None,
        Some(id) => Some(SiteAccess { id, role: parse_role(&row)?, app_version: row.get("app_version_id")? }),
    };
    Ok(Some(Access { user: row.get("user_id")?, site }))
}

/// Every token, newest first.
pub async fn list(session: &mut impl Session) -> Result<Vec<TokenLine>, StoreError> {
    let rows = session
        .all(
            "SELECT tokens.id, users.email, sites.name AS site, tokens.created_at, tokens.revoked_at
             FROM tokens JOIN users ON users.id = tokens.user_id JOIN sites ON sites.id = tokens.site_id
             ORDER BY tokens.created_at DESC, tokens.id DESC",
            vec![],
        )
        .await?;
    rows.iter()
        .map(|row| {
            Ok(TokenLine {
                id: row.get("id")?,
                email: row.get("email")?,
                site: row.get("site")?,
                created_at: row.get("created_at")?,
                revoked_at: row.get_opt("revoked_at")?,
            })
        })
        .collect()
}

/// Makes a token useless from the next call on. Answers whether there was one to revoke.
pub async fn revoke(writer: &mut Writer, id: TokenId, now: DateTime<Utc>) -> Result<bool, StoreError> {
    let changed = writer
        .execute("UPDATE tokens SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL", args![id, now])
        .await?;
    Ok(changed > 0)
}
