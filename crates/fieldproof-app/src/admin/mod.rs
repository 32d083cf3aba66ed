//! Sites, users and tokens: what an operator does from the command line.

mod password;
mod sites;
mod tokens;
mod users;
pub(crate) use users::normalise_email;

pub use tokens::NewToken;
pub use users::NewUser;
