//! Exports: every work order that was created or updated in a window, for whoever works with the data (contract section 5).
//!
//! | file | what it does |
//! |---|---|
//! | `preview` | the lines of a window, straight to who asks |
//! | `lines`, `record` | from what is stored to the lines of a file |
//! | `settings`, `place_settings`, `sftp_settings`, `places`, `sealed` | what an export is set to; what the operator allows; secrets |
//! | `manager`, `configure`, `sites`, `steer`, `run`, `view` | who may manage exports; making, setting, steering, running and seeing them |
//! | `job`, `windows`, `note`, `work_off` | a site's windows, one after the other, until each is delivered; the same at a command line |
//! | `write`, `pack` | the file of a window, kept so that it can be delivered again |
//! | `destination`, `deliver`, `photos`, `unpack`, `mail` | from the kept file to the place where it should be |

mod configure;
mod deliver;
mod destination;
mod job;
mod lines;
mod mail;
mod manager;
mod note;
mod pack;
mod photos;
mod place_settings;
mod places;
mod preview;
mod record;
mod run;
mod sealed;
mod settings;
mod sftp_settings;
mod sites;
mod steer;
mod unpack;
mod view;
mod windows;
mod work_off;
mod write;

use deliver::Undelivered;
pub use destination::Probed;
pub use fieldproof_outbound::{
    delivery::{DeliveryError, ProbeStep, Trouble},
    mail::MailSetupError,
};
pub use manager::Manager;
pub use place_settings::SECRET;
pub use places::ExportPlaces;
pub(crate) use preview::PREVIEWS;
pub use preview::Preview;
pub use view::{Export, ExportSite, ExportState, ExportView, RefusedMail, Run, RunPage, RunState, Written};
pub use write::KEPT;
