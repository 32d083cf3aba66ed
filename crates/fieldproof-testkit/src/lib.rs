//! What tests of the whole program stand on: a server of their own, a client, photos, and a place to fetch photos
//! from. Everything panics with a sentence when it cannot do its work, as a test does. Never a dependency of the
//! product.

// Whatever goes wrong in here has to end the test.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod application;
mod archive;
mod by_hand;
mod client;
mod cutting;
mod database;
mod disk;
mod label;
mod lossy;
mod mail;
mod pdf;
mod photo;
mod server;
mod sftp;
mod sink;
mod slow;

pub use application::Application;
pub use archive::Archive;
pub use client::{Answer, Client, analysis_body, data_uri};
pub use cutting::{Cut, CuttingProxy};
pub use database::TestDatabase;
pub use disk::SmallDisk;
pub use label::labelled;
pub use lossy::LossyProxy;
pub use mail::{Mail, MailServer};
pub use pdf::PdfDocument;
pub use photo::{Scene, Tint};
pub use server::{CliOutput, Running, TestServer, TestServerBuilder};
pub use sftp::SftpServer;
pub use sink::{Reply, Sink};
pub use slow::SlowProxy;
