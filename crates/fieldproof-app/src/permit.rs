//! Rights, held by types: a use case takes a [`Permit`] for its action, and the only way to one asks the policy of
//! [`fieldproof_domain::policy`]. So no front end can forget to ask, and none can ask for another action by mistake.

use std::{fmt, marker::PhantomData, ops::Deref};

use fieldproof_domain::policy::{Action, Forbidden};

use crate::access::Caller;

/// An action as a type.
pub trait Act {
    /// The line of the policy that decides.
    const ACTION: Action;
}

/// The actions that there are use cases for; an action gets its type here with its first one.
pub mod act {
    use super::{Act, Action};

    macro_rules! acts {
        ($($name:ident,)*) => {$(
            #[doc = concat!("[`Action::", stringify!($name), "`]")]
            pub enum $name {}

            impl Act for $name {
                const ACTION: Action = Action::$name;
            }
        )*};
    }

    acts! {
        ReadTaskGroups,
        ListWorkOrders,
        RetrieveWorkOrder,
        CreateWorkOrder,
        UpdateWorkOrder,
        DeleteWorkOrder,
        Analyse,
        CorrectTask,
        SendBatch,
        ManageExports,
    }
}

/// A caller whose role allows the action `A` on the site. Its fields cannot be set: only [`Caller::may`] makes one.
pub struct Permit<A> {
    caller: Caller,
    // A function of `A`, so that a permit may travel between threads whatever `A` is.
    act: PhantomData<fn() -> A>,
}

impl<A> Deref for Permit<A> {
    type Target = Caller;

    fn deref(&self) -> &Caller {
        &self.caller
    }
}

impl<A: Act> fmt::Debug for Permit<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Permit").field(&A::ACTION).field(&self.caller).finish()
    }
}

impl Caller {
    /// The right to an action.
    ///
    /// # Errors
    /// [`Forbidden`] when the caller's role on the site does not allow it.
    pub fn may<A: Act>(&self) -> Result<Permit<A>, Forbidden> {
        self.role.check(A::ACTION)?;
        Ok(Permit { caller: *self, act: PhantomData })
    }
}
