//! An application's own tests: its photos through the very use cases that serve the API, in a throw-away data folder.

use std::{collections::BTreeMap, path::Path, sync::Arc};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use fieldproof_domain::{
    application::expectations::{Expectations, ExpectedPhoto},
    check::Check,
    role::Role,
    work_order::TaskValue,
};
use fieldproof_vision::Engine;
use serde_json::Map;

use super::{Bundle, LoadedApplication};
use crate::{
    AppError, Fieldproof, Settings, SystemAmbient,
    access::Caller,
    admin::NewUser,
    analyse::{AnalysisRequest, NewInput, NewInputData},
    engine::LazyEngine,
    repeat::Unkept,
    work_orders::NewWorkOrder,
};

/// What was said of one photo, or was expected to be.
#[derive(Clone, Debug, PartialEq)]
pub struct Said {
    /// Conformity messages, in the order of their codes.
    pub checks: Vec<Check>,
    /// Values by task name.
    pub tasks: BTreeMap<String, Option<TaskValue>>,
}

/// One photo's verdict beside the expected one.
#[derive(Clone, Debug, PartialEq)]
pub struct PhotoVerdict {
    /// Relative to the application's folder.
    pub photo: String,
    /// The context it was sent with.
    pub task_group: String,
    /// What was expected; only the tasks that `tests.yaml` names.
    pub expected: Said,
    /// What was said.
    pub found: Said,
    /// Rules that failed, by task.
    pub failures: BTreeMap<String, String>,
}

impl PhotoVerdict {
    /// Whether the verdict is the expected one.
    pub fn is_expected(&self) -> bool {
        self.failures.is_empty()
            && self.expected.checks == self.found.checks
            && self.expected.tasks.iter().all(|(task, value)| self.found.tasks.get(task).unwrap_or(&None) == value)
    }
}

/// One work order's verdicts.
#[derive(Clone, Debug, PartialEq)]
pub struct WorkOrderVerdict {
    /// Its name.
    pub name: String,
    /// In the order sent.
    pub photos: Vec<PhotoVerdict>,
    /// The expected score, if `tests.yaml` names one.
    pub expected_progress: Option<u8>,
    /// The score at the end.
    pub found_progress: Option<u8>,
}

impl WorkOrderVerdict {
    /// Whether everything is as expected.
    pub fn is_expected(&self) -> bool {
        self.photos.iter().all(PhotoVerdict::is_expected)
            && (self.expected_progress.is_none() || self.expected_progress == self.found_progress)
    }
}

/// A rehearsal: an application in a data folder of its own.
pub struct Rehearsal {
    system: Fieldproof,
    caller: Caller,
}

impl Rehearsal {
    /// Sets up `application` in the empty folder `data`.
    pub async fn open(
        data: &Path,
        engine: Arc<dyn Engine>,
        application: &LoadedApplication,
        bundle: &Bundle,
    ) -> Result<Self, AppError> {
        let mut system =
            Fieldproof::open(&Settings::new(data), Arc::new(SystemAmbient)).await.map_err(AppError::Internal)?;
        system.engine = LazyEngine::opened(engine);
        let pushed = system.store_application(&application.application, bundle).await?;
        let site = system.create_site("rehearsal", pushed.id).await?;
        let new = NewUser { email: "rehearsal@example.com".to_owned(), ..NewUser::default() };
        let user = system.create_user(new, &site, Role::OrgAdmin).await?;
        let caller = Caller { user: user.id, site: site.id, role: Role::OrgAdmin, app_version: pushed.id };
        Ok(Self { system, caller })
    }

    /// Sends every photo of `expectations`, found in `folder`, in order.
    pub async fn run(&self, folder: &Path, expectations: &Expectations) -> Result<Vec<WorkOrderVerdict>, AppError> {
        let mut verdicts = Vec::new();
        for expected in &expectations.work_orders {
            let new = NewWorkOrder {
                name: expected.name.clone(),
                metadata: Some(expected.metadata.clone()),
                types: expected.types.clone(),
                ..NewWorkOrder::default()
            };
            let order = self.system.create_work_order(&self.caller.may()?, new, &Unkept).await?;
            let mut photos = Vec::new();
            for photo in &expected.photos {
                photos.push(self.send(order.order.id, folder, photo).await?);
            }
            let order = self.system.retrieve_work_order(&self.caller.may()?, order.order.id, false).await?;
            verdicts.push(WorkOrderVerdict {
                name: expected.name.clone(),
                photos,
                expected_progress: expected.progress,
                found_progress: order.order.progress_score,
            });
        }
        Ok(verdicts)
    }

    async fn send(
        &self,
        order: fieldproof_domain::ids::WorkOrderId,
        folder: &Path,
        expected: &ExpectedPhoto,
    ) -> Result<PhotoVerdict, AppError> {
        let bytes = Bundle::read_file(folder, &expected.photo)
            .map_err(|problem| AppError::field("photo", problem.to_string()))?;
        let input = |name: &str, data| NewInput { name: name.to_owned(), data, metadata: Map::new() };
        let request = AnalysisRequest {
            inputs: vec![
                input("context", NewInputData::Text(expected.task_group.clone())),
                input(
                    "image_input",
                    NewInputData::Image(format!("data:image/jpeg;base64,{}", STANDARD.encode(&bytes)).into()),
                ),
            ],
            metadata: Map::new(),
        };
        let verdict =
            self.system.analyse(&self.caller.may()?, order, request, &Unkept).await.map_err(|error| match error {
                AppError::Invalid(errors) => AppError::field("photo", format!("{}: {errors:?}", expected.photo)),
                other => other,
            })?;
        let checks = verdict.findings().map(|finding| finding.problem.check()).collect();
        let tasks = verdict.outcomes.iter().map(|outcome| (outcome.task.clone(), outcome.value.clone())).collect();
        let failures = verdict.outcomes.iter().filter_map(|o| Some((o.task.clone(), o.failure.clone()?))).collect();
        Ok(PhotoVerdict {
            photo: expected.photo.clone(),
            task_group: expected.task_group.clone(),
            expected: Said { checks: expected.checks.clone(), tasks: expected.tasks.clone() },
            found: Said { checks, tasks },
            failures,
        })
    }
}
