//! Readers that are ready to read, and those that cannot be: text is read by a program that may not be installed.

use std::collections::HashMap;

use fieldproof_domain::{
    application::{Application, ReaderSpec},
    observation::{Detection, Observation},
};
use fieldproof_vision::{CodeReader, Details, PrintError, PrintReader};

use super::LoadedApplication;

/// A reader of an application.
pub enum Reader {
    /// Of codes.
    Codes(CodeReader),
    /// Of printed text.
    Print(PrintReader),
    /// One that cannot read on this machine, and why: a sentence for the operator.
    Missing(String),
}

/// Every reader of an application, by name. One that cannot read is no problem of the application: it may well on
/// another machine.
pub(super) fn load(application: &Application) -> HashMap<String, Reader> {
    let reader = |spec: &ReaderSpec| match spec {
        ReaderSpec::Codes { formats } => Reader::Codes(CodeReader::new(formats)),
        ReaderSpec::Text { languages } => match PrintReader::open(languages) {
            Ok(reader) => Reader::Print(reader),
            Err(error) => Reader::Missing(error.to_string()),
        },
    };
    application.readers.iter().map(|(name, spec)| (name.clone(), reader(spec))).collect()
}

impl Reader {
    /// What it reads on a photo, or in regions of it, each with `margin` on its sides. Whatever keeps it from reading
    /// this photo, the rest of the analysis goes on.
    pub(super) fn read(&self, name: &str, details: &Details<'_>, on: Option<(&[Detection], f64)>) -> Observation {
        let read = match (self, on) {
            (Self::Codes(reader), None) => reader.read(details).map_err(PrintError::from),
            (Self::Codes(reader), Some((regions, margin))) => {
                reader.read_regions(details, regions, margin).map_err(PrintError::from)
            }
            (Self::Print(reader), None) => reader.read(details),
            (Self::Print(reader), Some((regions, margin))) => reader.read_regions(details, regions, margin),
            (Self::Missing(_), _) => return Observation::NotRead,
        };
        match read {
            Ok(found) => Observation::Inscriptions(found),
            Err(error) => {
                tracing::warn!(reader = name, %error, "a photo was not read");
                Observation::NotRead
            }
        }
    }
}

impl LoadedApplication {
    /// What the application asks for and this machine does not have, a sentence each: rules get `null` for it.
    pub fn notes(&self) -> Vec<String> {
        let missing = |name: &String| match self.readers.get(name) {
            Some(Reader::Missing(why)) => {
                Some(format!("Reader '{name}' cannot read here, rules get null for it. {why}."))
            }
            _ => None,
        };
        self.application.readers.keys().filter_map(missing).collect()
    }
}
