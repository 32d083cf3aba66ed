//! Exports: every work order that was created or updated in a window, for whoever works with the data (contract section 5).
//!
//! | file | what it does |
//! |---|---|
//! | `preview` | the lines of a window, straight to who asks |
//! | `lines` | from what is stored to the lines of a file |

mod lines;
mod preview;

pub use preview::Preview;
