//! What went wrong where: the lines of a batch's error file.

use serde::{Deserialize, Serialize};

/// A line of the error file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// Name of the work order's folder; none for what lies outside of any.
    pub work_order: Option<String>,
    /// Path of the file in the archive; none when it is about the work order as a whole.
    pub file: Option<String>,
    /// Stable, for programs.
    pub code: String,
    /// A sentence for people: what is wrong and what to do.
    pub reason: String,
}

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident $code:literal $reason:literal;)*) => {
        /// What can be wrong with a batch's files and work orders, apart from what is wrong with the archive itself.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum ProblemCode {
            $($(#[$doc])* $name,)*
        }

        impl ProblemCode {
            /// Every code.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// The word in the error file; never changes.
            pub fn code(self) -> &'static str {
                match self {
                    $(Self::$name => $code,)*
                }
            }

            /// What is wrong and what to do, where nothing more is known.
            pub fn reason(self) -> &'static str {
                match self {
                    $(Self::$name => $reason,)*
                }
            }
        }
    };
}

codes! {
    /// A file at the top of the archive.
    OutsideFolder "outside_folder"
        "The file lies in no folder: put the files of each work order into a folder that has its name.";
    /// A file in a folder of a folder.
    TooDeep "too_deep"
        "The file lies too deep: a work order's files lie directly in its folder, and the folders at the top of the archive.";
    /// A file of another kind.
    UnexpectedFile "unexpected_file"
        "The file was passed over: a work order's folder holds metadata.json, parameters.json and photos (.jpg, .jpeg, .png, .webp).";
    /// A photo whose content is none.
    NotAPhoto "not_a_photo"
        "The file is no JPEG, PNG or WebP, whatever its name says.";
    /// A photo for a task group that the application does not have.
    UnknownTaskGroup "unknown_task_group"
        "No task group has this name: name photos as task groups are named, with '-' and a number behind if the order matters.";
    /// The analysis refused the photo.
    PhotoRefused "photo_refused"
        "The photo could not be analysed.";
    /// `metadata.json` or `parameters.json` that is no JSON object.
    NotAnObject "not_an_object"
        "The file must be a JSON object, in UTF-8.";
    /// The work order could not be made.
    WorkOrderRefused "work_order_refused"
        "The work order could not be made.";
    /// There was a work order of that name, and it was left alone.
    WorkOrderExists "work_order_exists"
        "There is a work order of this name already, so this one was passed over: send the batch with on_existing=append to add photos to it.";
    /// The archive breaks off in the middle of the work order.
    WorkOrderCut "work_order_cut"
        "The archive breaks off in the middle of this work order: send it again.";
    /// Not all of the archive came within a week.
    UploadExpired "upload_expired"
        "The archive did not come in time: make a new batch and send it again.";
    /// What was sent is not there any more, as after the restore of a backup.
    ArchiveGone "archive_gone"
        "The archive is not in the blob store any more: make a new batch and send it again.";
    /// The right to do it was lost meanwhile.
    NotAllowed "not_allowed"
        "Whoever sent the batch may no longer do this on the site.";
    /// Our own fault, again and again.
    GaveUp "gave_up"
        "The server tried for days and gave up: its log says why. Retry the batch when that is mended.";
}

impl ProblemCode {
    /// A line of the error file with the code's own sentence.
    pub fn at(self, work_order: Option<&str>, file: Option<&str>) -> Problem {
        self.because(work_order, file, self.reason())
    }

    /// A line of the error file with a sentence that says more.
    pub fn because(self, work_order: Option<&str>, file: Option<&str>, reason: impl Into<String>) -> Problem {
        Problem {
            work_order: work_order.map(str::to_owned),
            file: file.map(str::to_owned),
            code: self.code().to_owned(),
            reason: reason.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_code_is_a_word_of_its_own_with_a_sentence() {
        let codes: HashSet<_> = ProblemCode::ALL.iter().map(|code| code.code()).collect();
        assert_eq!(codes.len(), ProblemCode::ALL.len());
        for code in ProblemCode::ALL {
            assert!(code.code().bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_'), "{code:?}");
            assert!(code.reason().ends_with('.'), "{code:?}");
        }
    }
}
