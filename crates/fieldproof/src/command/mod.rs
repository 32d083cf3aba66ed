//! Admin commands. They open the data folder themselves, also beside a running server.

pub(crate) mod app;
pub(crate) mod jobs;
pub(crate) mod openapi;
pub(crate) mod site;
pub(crate) mod token;
pub(crate) mod user;
