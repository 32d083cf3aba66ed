//! What photos and work orders of an archive are held to, in the words of those who hold them to it later.

use std::sync::Arc;

use fieldproof_domain::{
    batch::{Place, Problem, ProblemCode, place, read_photo_name},
    work_order::check_name,
};
use fieldproof_vision::{Limits, WorkingScale, decode};
use serde_json::{Map, Value as Json};

use crate::{analyse::unusable, applications::LoadedApplication, batch::process::sentences, work_orders::NewWorkOrder};

/// The rules of an application, or those that hold for any.
pub(super) struct Rules {
    application: Option<Arc<LoadedApplication>>,
}

impl Rules {
    pub(super) fn new(application: Option<Arc<LoadedApplication>>) -> Self {
        Self { application }
    }

    /// What is wrong with a photo: its name, else its content. Takes as long as decoding does.
    pub(super) fn photo(&self, work_order: &str, file: &str, bytes: &[u8]) -> Option<Problem> {
        if let Some(loaded) = &self.application {
            let Place::Photo { stem, .. } = place(file) else { return None };
            if read_photo_name(stem, |group| loaded.application.group(group).is_some()).is_none() {
                return Some(ProblemCode::UnknownTaskGroup.at(Some(work_order), Some(file)));
            }
        }
        let error = decode(bytes, &Limits::default(), WorkingScale::default()).err()?;
        Some(ProblemCode::PhotoRefused.because(Some(work_order), Some(file), unusable(&error)))
    }

    /// Why a work order would be refused.
    ///
    /// # Errors
    /// The sentences.
    pub(super) fn work_order(&self, name: &str, metadata: Option<Map<String, Json>>) -> Result<(), String> {
        match &self.application {
            Some(loaded) => {
                let new = NewWorkOrder { name: name.to_owned(), metadata, ..NewWorkOrder::default() };
                new.check(&loaded.application).map_err(|errors| sentences(&errors))
            }
            None => check_name(name),
        }
    }
}
