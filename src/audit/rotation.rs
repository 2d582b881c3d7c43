//! What the files of a record are called, and which of them go.

use std::ffi::OsString;
use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

/// The file that was closed so many files ago, from 1: `dropped.jsonl.1` beside `dropped.jsonl`.
pub(super) fn closed(path: &Path, number: usize) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(format!(".{number}"));
    PathBuf::from(name)
}

/// Closes the file at `path`: it becomes the first of the closed ones, each of which moves on by one. `keep` of them are
/// kept.
///
/// Where this ends half-way, no file has been lost but the one that was to go, and another try goes on from there.
pub(super) fn rotate(path: &Path, keep: usize) -> io::Result<()> {
    // No further than up to the first name that is free.
    let mut number = 1;
    while number < keep && fs::symlink_metadata(closed(path, number)).is_ok() {
        number += 1;
    }
    while number > 1 {
        fs::rename(closed(path, number - 1), closed(path, number))?;
        number -= 1;
    }
    fs::rename(path, closed(path, 1))
}

/// Makes names in the directory of `path` as durable as what is in the files.
pub(super) fn sync_directory(path: &Path) -> io::Result<()> {
    let directory = match path.parent() {
        Some(parent) if parent != Path::new("") => parent,
        _ => Path::new("."),
    };
    match fs::File::open(directory)?.sync_all() {
        // Not every file system can.
        Err(error) if error.kind() == ErrorKind::InvalidInput => Ok(()),
        synced => synced,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is in each file, by its name.
    fn files(directory: &Path) -> Vec<(String, String)> {
        let entries = fs::read_dir(directory).unwrap().map(|entry| {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            (name, fs::read_to_string(path).unwrap())
        });
        let mut files: Vec<_> = entries.collect();
        files.sort();
        files
    }

    #[test]
    fn files_move_on_and_the_oldest_goes() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("a");
        for text in ["1", "2", "3", "4"] {
            fs::write(&path, text).unwrap();
            rotate(&path, 2).unwrap();
        }
        let expected = [("a.1", "4"), ("a.2", "3")];
        let expected = expected.map(|(name, text)| (name.to_owned(), text.to_owned()));
        assert_eq!(files(directory.path()), expected);
    }

    #[test]
    fn a_rotation_that_ended_half_way_loses_no_file() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("a");
        // As left behind when a.1 had become a.2, and a was still there.
        fs::write(&path, "3").unwrap();
        fs::write(closed(&path, 2), "2").unwrap();
        rotate(&path, 3).unwrap();
        let names: Vec<_> = files(directory.path())
            .into_iter()
            .map(|(_, text)| text)
            .collect();
        assert_eq!(names, ["3", "2"]);
        sync_directory(&path).unwrap();
    }
}
