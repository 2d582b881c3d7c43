//! The files that a config names, as far as it matters whether they are others than before.

use std::path::{Path, PathBuf};

use aws_lc_rs::digest::{SHA256, digest};

use crate::commands::load::read_again;

/// What is in each of some files. Of keys it is nothing that could be told to anybody.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Beside(Vec<(PathBuf, Found)>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Found {
    /// Something, by its hash.
    Content(Vec<u8>),
    /// Nothing, or nothing yet.
    Empty,
    /// It can't be read.
    Unreadable(String),
    /// It can be read but once, and not to look at it.
    Pipe,
}

impl Beside {
    /// These files as they are now.
    pub fn of<'p>(paths: impl Iterator<Item = &'p Path>) -> Self {
        Self(paths.map(|path| (path.to_owned(), look(path))).collect())
    }

    /// The same files as they are now.
    pub fn again(&self) -> Self {
        Self::of(self.paths())
    }

    /// Where they are.
    pub fn paths(&self) -> impl Iterator<Item = &Path> {
        self.0.iter().map(|(path, _)| &**path)
    }

    /// Whether one of them is as nobody leaves it on purpose.
    pub fn is_doubtful(&self) -> bool {
        let mut found = self.0.iter().map(|(_, found)| found);
        found.any(|found| matches!(found, Found::Empty | Found::Unreadable(_)))
    }
}

fn look(path: &Path) -> Found {
    match read_again(path) {
        None => Found::Pipe,
        Some(Err(why)) => Found::Unreadable(why),
        Some(Ok(bytes)) if bytes.trim_ascii().is_empty() => Found::Empty,
        Some(Ok(bytes)) => Found::Content(digest(&SHA256, &bytes).as_ref().to_vec()),
    }
}
