//! Which role may do what: one table, asked by every use case.

use crate::role::Role;

macro_rules! allowed {
    (yes) => {
        true
    };
    (-) => {
        false
    };
}

/// One line for each action, so that the whole policy is read at a glance and an action without a line cannot be.
macro_rules! policy {
    ($($action:ident [$org_admin:tt $manager:tt $reviewer:tt $field_worker:tt $read_only:tt] $what:literal;)*) => {
        /// Something that a caller wants to do on a site.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Action {
            $(#[doc = $what] $action,)*
        }

        impl Action {
            /// Every action, in the order of the policy's lines.
            pub const ALL: &[Self] = &[$(Self::$action,)*];

            /// What is done, in words.
            pub fn describe(self) -> &'static str {
                match self {
                    $(Self::$action => $what,)*
                }
            }
        }

        impl Role {
            /// Whether this role allows the action on its site.
            ///
            /// - Everybody reads everything: a person who may not see a verdict cannot act on it.
            /// - Field workers do what the contract lets a token do, since integrations send photos with theirs. They do
            ///   not delete: whose work is judged must not be able to make a bad verdict go away. Nor do they review.
            /// - Reviewers judge what others sent and set it right: tags, metadata, values. They make no evidence of
            ///   their own, so they neither create nor analyse, and they destroy none.
            /// - Managers answer for the work orders, so all of that, and what leaves the site in bulk.
            /// - Org admins also decide who may use the site and by which rules photos are judged there.
            pub fn may(self, action: Action) -> bool {
                match action {
                    $(Action::$action => match self {
                        Self::OrgAdmin => allowed!($org_admin),
                        Self::Manager => allowed!($manager),
                        Self::Reviewer => allowed!($reviewer),
                        Self::FieldWorker => allowed!($field_worker),
                        Self::ReadOnly => allowed!($read_only),
                    },)*
                }
            }
        }
    };
}

policy! {
    //                  org-          re-    field  read
    //                  admin manager viewer worker only
    ReadTaskGroups     [ yes   yes    yes    yes    yes ] "read task groups";
    RetrieveWorkOrder  [ yes   yes    yes    yes    yes ] "retrieve a work order";
    ListWorkOrders     [ yes   yes    yes    yes    yes ] "list work orders";
    CreateWorkOrder    [ yes   yes     -     yes     -  ] "create a work order";
    UpdateWorkOrder    [ yes   yes    yes    yes     -  ] "update a work order";
    Analyse            [ yes   yes     -     yes     -  ] "analyse a photo";
    CorrectTask        [ yes   yes    yes    yes     -  ] "correct a task";
    ReviewWorkOrder    [ yes   yes    yes     -      -  ] "review a work order";
    DeleteWorkOrder    [ yes   yes     -      -      -  ] "delete a work order";
    SendBatch          [ yes   yes     -      -      -  ] "send a batch";
    ManageExports      [ yes   yes     -      -      -  ] "manage exports";
    ManageUsers        [ yes    -      -      -      -  ] "manage users";
    ManageApplications [ yes    -      -      -      -  ] "manage applications";
}

/// The caller's role does not allow it. Its text is for the caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("Your role on this site ({role}) does not allow this: ask its {}.", .action.in_charge())]
pub struct Forbidden {
    /// The caller's role.
    pub role: Role,
    /// What was wanted.
    pub action: Action,
}

impl Role {
    /// As [`Role::may`], for `?`.
    ///
    /// # Errors
    /// [`Forbidden`] when this role does not allow the action.
    pub fn check(self, action: Action) -> Result<(), Forbidden> {
        if self.may(action) { Ok(()) } else { Err(Forbidden { role: self, action }) }
    }
}

impl Action {
    /// The role nearest to the caller that can do it, or can give the right to.
    fn in_charge(self) -> Role {
        if Role::Manager.may(self) { Role::Manager } else { Role::OrgAdmin }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The actions that a role allows and another does not.
    fn beyond(more: Role, less: Role) -> Vec<Action> {
        Action::ALL.iter().copied().filter(|action| more.may(*action) && !less.may(*action)).collect()
    }

    #[test]
    fn nobody_may_do_more_than_a_manager_nor_a_manager_more_than_an_org_admin() {
        assert_eq!(beyond(Role::Manager, Role::OrgAdmin), []);
        for role in [Role::Reviewer, Role::FieldWorker, Role::ReadOnly] {
            assert_eq!(beyond(role, Role::Manager), []);
            assert_eq!(beyond(Role::ReadOnly, role), [], "everybody reads");
        }
        assert!(Action::ALL.iter().all(|action| Role::OrgAdmin.may(*action)));
    }

    #[test]
    fn who_only_reads_changes_nothing() {
        let allowed: Vec<_> = Action::ALL.iter().copied().filter(|action| Role::ReadOnly.may(*action)).collect();
        assert_eq!(allowed, [Action::ReadTaskGroups, Action::RetrieveWorkOrder, Action::ListWorkOrders]);
    }

    #[test]
    fn a_refusal_names_somebody_who_may() {
        for (role, action, whom) in [
            (Role::ReadOnly, Action::Analyse, "manager"),
            (Role::FieldWorker, Action::DeleteWorkOrder, "manager"),
            (Role::Manager, Action::ManageUsers, "org-admin"),
        ] {
            let expected = format!("Your role on this site ({role}) does not allow this: ask its {whom}.");
            assert_eq!(role.check(action).map_err(|refusal| refusal.to_string()), Err(expected));
        }
        assert_eq!(Role::ReadOnly.check(Action::RetrieveWorkOrder), Ok(()));
    }
}
