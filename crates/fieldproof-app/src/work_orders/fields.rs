//! What a work order's fields may hold, for create and update alike.

use fieldproof_domain::{
    application::{Application, check_metadata},
    ids::SiteId,
    work_order::check_name,
};
use fieldproof_store::{Session, users, work_orders::FieldEngineer};
use serde_json::{Map, Value as Json};

use crate::{AppError, FieldErrors, admin::normalise_email};

/// Checks a name.
pub(super) fn name(name: &str, errors: &mut FieldErrors) {
    if let Err(message) = check_name(name) {
        errors.add("name", message);
    }
}

/// Checks metadata against the application's template.
pub(super) fn metadata(application: &Application, metadata: &Map<String, Json>, errors: &mut FieldErrors) {
    if let Err(error) = check_metadata(application, metadata) {
        errors.add("metadata", error.to_string());
    }
}

/// Checks that every work order type is one of the application's.
pub(super) fn types(application: &Application, types: &[String], errors: &mut FieldErrors) {
    let known: Vec<_> = application.work_order_types.iter().map(|kind| kind.name.as_str()).collect();
    for name in types {
        if !known.contains(&name.as_str()) {
            let known = if known.is_empty() {
                "this application has none".to_owned()
            } else {
                format!("use {}", known.join(", "))
            };
            errors.add("work_order_types", format!("There is no work order type '{name}': {known}."));
        }
    }
}

/// The types once each, in the order given.
pub(super) fn unique(types: Vec<String>) -> Vec<String> {
    let mut seen = Vec::new();
    for name in types {
        if !seen.contains(&name) {
            seen.push(name);
        }
    }
    seen
}

/// The account of a field engineer, who must be able to use the site.
///
/// # Errors
/// [`AppError::UnknownEngineer`] when there is none.
pub(super) async fn engineer(session: &mut impl Session, site: SiteId, email: &str) -> Result<FieldEngineer, AppError> {
    let email = normalise_email(email).map_err(|_| AppError::UnknownEngineer)?;
    let user = users::member_by_email(session, &email, site).await?.ok_or(AppError::UnknownEngineer)?;
    Ok(FieldEngineer { id: user.id, email: user.email, name: user.name })
}
