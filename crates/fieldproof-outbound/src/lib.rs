//! Everything of Fieldproof that dials out.
//!
//! Callers hand over URLs, so every outgoing call of a server goes through [`GuardedClient`]: it talks http and https
//! only, looks a name up once, connects to the very address it has checked, and checks every redirect again. Commands
//! that talk to a server whose address an operator has typed use [`server_client`], which goes anywhere. Nothing here
//! holds rules of the field or SQL.
//!
//! The walk of one fetch: `target` reads the URL and refuses what can be refused without a look-up, `resolver` looks the
//! name up and asks the `guard`, `client` follows redirects and counts bytes, `error` says what went wrong in words that
//! go straight into an API answer.

mod client;
pub mod delivery;
mod error;
#[cfg(test)]
mod forbidden_addresses;
mod guard;
mod limits;
pub mod mail;
mod reserved;
mod resolver;
mod server;
mod target;
mod tls;

pub use client::{GuardedClient, SetupError};
pub use error::FetchError;
pub use guard::AddressGuard;
pub use ipnet::IpNet;
pub use limits::FetchLimits;
pub use resolver::{Lookup, NameResolver, SystemResolver};
pub use server::{ServerError, server_client};
