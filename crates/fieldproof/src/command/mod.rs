//! Admin commands, which open the data folder themselves, also beside a running server; and `batch`, which talks to a
//! server over HTTP.

pub(crate) mod app;
pub(crate) mod backup;
pub(crate) mod batch;
mod canvas;
pub(crate) mod checks;
pub(crate) mod doctor;
pub(crate) mod export;
pub(crate) mod jobs;
pub(crate) mod model;
pub(crate) mod move_to;
pub(crate) mod openapi;
pub(crate) mod render_pdf;
pub(crate) mod restore;
pub(crate) mod site;
pub(crate) mod token;
pub(crate) mod user;
