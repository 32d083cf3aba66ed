//! In whose name exports are managed, and which they are.

use fieldproof_domain::ids::{ExportId, SiteId, UserId};
use fieldproof_store::{
    Session,
    audit::Entry,
    exports::{self, Export, ExportSite},
    sites, users,
};

use crate::{
    AppError, Fieldproof, Missing,
    permit::{Act as _, Permit, act},
};

/// In whose name exports are managed.
#[derive(Clone, Copy, Debug)]
pub enum Manager<'a> {
    /// Somebody who may on one site, and on those others where the role says so too.
    Caller(&'a Permit<act::ManageExports>),
    /// The server's operator, at its command line.
    Operator,
}

impl Manager<'_> {
    pub(super) fn user(self) -> Option<UserId> {
        match self {
            Self::Caller(caller) => Some(caller.user),
            Self::Operator => None,
        }
    }

    /// The audit row of what was done.
    pub(super) fn sign(self, entry: Entry) -> Entry {
        match self {
            Self::Caller(caller) => entry.by(caller.user).on(caller.site),
            Self::Operator => entry,
        }
    }

    /// The sites whose exports may be managed.
    pub(super) async fn sites(self, session: &mut impl Session) -> Result<Vec<SiteId>, AppError> {
        Ok(match self {
            Self::Operator => sites::list(session).await?.into_iter().map(|site| site.id).collect(),
            Self::Caller(caller) => users::memberships(session, caller.user)
                .await?
                .into_iter()
                .filter_map(|(site, role)| role.may(act::ManageExports::ACTION).then_some(site))
                .collect(),
        })
    }
}

impl Fieldproof {
    /// An export that may be managed in this name: on the caller's site, and on no site that is not the caller's to manage.
    ///
    /// # Errors
    /// [`Missing::Export`].
    pub(super) async fn managed_export(
        &self,
        session: &mut impl Session,
        by: Manager<'_>,
        id: ExportId,
    ) -> Result<(Export, Vec<ExportSite>), AppError> {
        let missing = || AppError::NotFound(Missing::Export);
        let export = exports::get(session, id).await?.ok_or_else(missing)?;
        let sites = exports::sites_of(session, id).await?;
        if is_managed(by, &sites, &by.sites(session).await?) { Ok((export, sites)) } else { Err(missing()) }
    }
}

/// Whether an export of these sites may be managed by who manages those of `own`.
pub(super) fn is_managed(by: Manager<'_>, sites: &[ExportSite], own: &[SiteId]) -> bool {
    let is_here = match by {
        Manager::Operator => true,
        Manager::Caller(caller) => sites.iter().any(|site| site.site == caller.site),
    };
    is_here && sites.iter().all(|site| own.contains(&site.site))
}
