//! Whose token is this, and for which site? (contract section 2.0)

use fieldproof_domain::{
    ids::{AppVersionId, SiteId, UserId},
    role::Role,
};
use fieldproof_store::{sites, tokens, users};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use crate::{AppError, Fieldproof};

/// The site that a call names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SiteSelector {
    /// None: the token's default site.
    Default,
    /// By its id, in the path.
    Id(SiteId),
    /// By the first four groups of its id, in the host name.
    Prefix(Uuid),
}

impl SiteSelector {
    /// Reads the first four groups of an id, such as `000f0174-bdf0-47b3-bb3e`.
    pub fn from_prefix(text: &str) -> Option<Self> {
        if text.len() != 23 {
            return None;
        }
        Uuid::parse_str(&format!("{text}-000000000000")).ok().map(Self::Prefix)
    }

    /// The first and last id that it can mean.
    fn range(self) -> Option<(Uuid, Uuid)> {
        match self {
            Self::Default => None,
            Self::Id(id) => Some((id.0, id.0)),
            Self::Prefix(first) => Some((first, Uuid::from_u128(first.as_u128() | 0xffff_ffff_ffff))),
        }
    }
}

/// A user on a site: everything that happens there happens in this name.
/// Use cases ask for more, a [`crate::permit::Permit`]: see [`Caller::may`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Caller {
    /// Who.
    pub user: UserId,
    /// Where.
    pub site: SiteId,
    /// With which rights.
    pub role: Role,
    /// The version that new work orders get.
    pub app_version: AppVersionId,
}

/// What a token's secret opens.
#[derive(Clone, Debug, PartialEq)]
pub enum Access {
    /// The user may use the site.
    Granted(Caller),
    /// There is no such site, or the user has no right to it: the same to the caller.
    NoSuchSite,
    /// There is no such token.
    UnknownToken,
}

/// The stored form of a token's secret. Secrets have 256 random bits, so a plain hash cannot be searched.
pub(crate) fn hash_secret(secret: &str) -> [u8; 32] {
    Sha256::digest(secret.as_bytes()).into()
}

impl Fieldproof {
    /// A user on a site, for what is done later in this user's name; `None`: the user may not use the site any more.
    pub(crate) async fn member(&self, user: UserId, site: SiteId) -> Result<Option<Caller>, AppError> {
        let mut reader = self.store.read().await?;
        let (role, site) = (users::role(&mut reader, user, site).await?, sites::get(&mut reader, site).await?);
        let caller = role.zip(site);
        Ok(caller.map(|(role, site)| Caller { user, site: site.id, role, app_version: site.app_version }))
    }

    /// Who calls, and for which site.
    pub async fn access(&self, secret: &str, site: SiteSelector) -> Result<Access, AppError> {
        let mut reader = self.store.read().await?;
        let found = tokens::access(&mut reader, &hash_secret(secret), site.range()).await?;
        Ok(match found {
            None => Access::UnknownToken,
            Some(tokens::Access { site: None, .. }) => Access::NoSuchSite,
            Some(tokens::Access { user, site: Some(site) }) => {
                Access::Granted(Caller { user, site: site.id, role: site.role, app_version: site.app_version })
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_is_exactly_four_groups() {
        let Some(selector) = SiteSelector::from_prefix("000f0174-bdf0-47b3-bb3e") else { panic!("not read") };
        let (first, last) = selector.range().unwrap();
        assert_eq!(first.to_string(), "000f0174-bdf0-47b3-bb3e-000000000000");
        assert_eq!(last.to_string(), "000f0174-bdf0-47b3-bb3e-ffffffffffff");
        for bad in ["", "000f0174", "000f0174-bdf0-47b3-bb3", "000f0174-bdf0-47b3-bb3e-", "000f0174xbdf0-47b3-bb3e"] {
            assert_eq!(SiteSelector::from_prefix(bad), None, "{bad}");
        }
    }
}
