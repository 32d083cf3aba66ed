//! The `fieldproof` program: server, demo and admin commands.

mod command;
mod demo;
mod logging;
mod options;
mod output;
mod server;

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use fieldproof_app::analyse::RENDER_COMMAND;

use crate::{
    command::{
        app, backup, batch, checks, doctor, export, jobs, model, move_to, openapi, render_pdf, restore, site, token,
        user,
    },
    options::ServeOptions,
};

/// Checks photos of field work with computer vision, while the worker is still on site.
#[derive(Parser)]
#[command(name = "fieldproof", version, about, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the API.
    Serve(ServeOptions),
    /// Make a demo site, send its photos through the API, print the verdicts, and go on serving.
    Demo(demo::DemoOptions),
    /// Make and list sites.
    #[command(subcommand)]
    Site(site::SiteCommand),
    /// Make users and let them use sites.
    #[command(subcommand)]
    User(user::UserCommand),
    /// Make, list and revoke API tokens.
    #[command(subcommand)]
    Token(token::TokenCommand),
    /// Check, push and test an application's folder.
    #[command(subcommand)]
    App(app::AppCommand),
    /// See what the checks of level 1 measure on photos.
    #[command(subcommand)]
    Checks(checks::ChecksCommand),
    /// See what an ONNX file is and what it sees, before it is in an application.
    #[command(subcommand)]
    Model(model::ModelCommand),
    /// Send archives of many work orders to a server, follow them, and check them before.
    #[command(subcommand)]
    Batch(batch::BatchCommand),
    /// Deliver work orders to where people keep their data: make, run and see exports.
    #[command(subcommand)]
    Export(export::ExportCommand),
    /// See the work that is done later, and start again what was given up.
    #[command(subcommand)]
    Jobs(jobs::JobsCommand),
    /// Do jobs in a process of its own, beside the servers on the same database.
    Worker(ServeOptions),
    /// Write everything into one file, also beside a running server.
    Backup(backup::BackupCommand),
    /// Write a backup into an empty place.
    Restore(restore::RestoreCommand),
    /// Look whether everything is there and as it was written, also beside a running server.
    Doctor(doctor::DoctorCommand),
    /// Copy everything to another, empty place, such as from SQLite to PostgreSQL; stop the server before.
    Move(move_to::MoveCommand),
    /// Print the OpenAPI document.
    Openapi,
    /// Render the PDF document on standard input, for the server that starts this.
    #[command(name = RENDER_COMMAND, hide = true)]
    RenderPdf,
}

#[tokio::main]
async fn main() -> ExitCode {
    let cli = Cli::parse();
    let result = match cli.command {
        Command::Serve(options) => server::command(options).await,
        Command::Demo(options) => demo::command(options).await,
        Command::Site(command) => site::run(command).await,
        Command::User(command) => user::run(command).await,
        Command::Token(command) => token::run(command).await,
        Command::App(command) => app::run(command).await,
        Command::Checks(command) => checks::run(command),
        Command::Model(command) => model::run(command),
        Command::Batch(command) => batch::run(command).await,
        Command::Export(command) => export::run(command).await,
        Command::Jobs(command) => jobs::run(command).await,
        Command::Worker(options) => server::worker_command(options).await,
        Command::Backup(command) => backup::run(command).await,
        Command::Restore(command) => restore::run(command).await,
        Command::Doctor(command) => doctor::run(command).await,
        Command::Move(command) => move_to::run(command).await,
        Command::Openapi => openapi::run(),
        Command::RenderPdf => render_pdf::run(),
    };
    match result {
        Ok(code) => code,
        Err(error) => {
            eprintln!("fieldproof: {error:#}");
            ExitCode::FAILURE
        }
    }
}
