//! The one entry for server, `app check` and `app push`.

use super::{Application, Problem, parse::parse_with_places};
use crate::rules::RuleBook;

/// Reads `application.yaml` and compiles its rules, trying each on made-up observations.
///
/// Whether the files it names exist, and whether its models load, is for the caller: there is no IO here.
///
/// # Errors
/// Every problem, in the order of the file. Rules are looked at once the file itself is in order.
pub fn load(yaml: &str) -> Result<(Application, RuleBook), Vec<Problem>> {
    let (application, places) = parse_with_places(yaml)?;
    let book = RuleBook::compile_at(&application, &places)?;
    Ok((application, book))
}
