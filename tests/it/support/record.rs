//! The record of drops, as whoever keeps it looks at it.

use std::path::{Path, PathBuf};

use super::run;

/// `audit verify` has nothing to say of these files.
#[track_caller]
pub fn assert_record_is_whole(directory: &Path, files: &[PathBuf]) {
    let files = files.iter().map(|file| file.to_str().expect("text"));
    let arguments: Vec<_> = ["audit", "verify"].into_iter().chain(files).collect();
    let verified = run(directory, &arguments);
    let said = format!("{}{}", verified.stdout, verified.stderr);
    assert_eq!(verified.code, Some(0), "{said}");
}
