use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use super::*;
use crate::audit::chain::{Chain, Finding};
use crate::audit::line::tests::dropped;

fn settings(directory: &Path) -> Settings {
    Settings {
        path: directory.join("dropped.jsonl"),
        max_size: 2000,
        keep: 3,
    }
}

fn opened(directory: &Path) -> Record {
    open(settings(directory)).unwrap().record
}

/// Writes one line that counts.
fn add(record: &mut Record) {
    record.append(&dropped("a", None)).unwrap();
    record.commit().unwrap();
    if record.is_full() {
        record.rotate().unwrap();
    }
}

/// The lines of these files, and what is found in them.
fn lines(files: &[PathBuf]) -> (usize, Vec<Finding>) {
    let mut chain = Chain::default();
    let text: String = files
        .iter()
        .map(|file| fs::read_to_string(file).unwrap())
        .collect();
    assert!(text.is_empty() || text.ends_with('\n'));
    let findings = text.lines().filter_map(|line| chain.take(line.as_bytes()));
    (text.lines().count(), findings.collect())
}

#[test]
fn a_record_goes_on_through_files_and_starts() {
    let directory = tempfile::tempdir().unwrap();
    let path = settings(directory.path()).path;
    let mut count = 0;
    for _ in 0..3 {
        let mut record = opened(directory.path());
        add(&mut record);
        count += 1;
        // It ends with a file that has just been closed, so the next start finds none.
        while path.exists() {
            add(&mut record);
            count += 1;
        }
    }
    add(&mut opened(directory.path()));
    count += 1;
    let closed: Vec<_> = (1..=3)
        .rev()
        .map(|number| rotation::closed(&path, number))
        .collect();
    let mut files: Vec<_> = closed.into_iter().filter(|file| file.exists()).collect();
    files.push(path.clone());
    assert_eq!(files.len(), 4);
    assert_eq!(lines(&files), (count, vec![]));
    let mode = fs::metadata(&path).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn a_torn_line_is_cut_off_at_the_start_and_another_process_kept_out() {
    let directory = tempfile::tempdir().unwrap();
    let path = settings(directory.path()).path;
    let mut record = opened(directory.path());
    add(&mut record);
    assert!(open(settings(directory.path())).is_err(), "it is locked");
    drop(record);
    let whole = fs::read(&path).unwrap();
    fs::write(&path, [&whole[..], b"{\"number\":2,\"pr"].concat()).unwrap();
    let Opened { mut record, torn } = open(settings(directory.path())).unwrap();
    assert_eq!(torn, 15);
    add(&mut record);
    assert_eq!(lines(&[path]), (2, vec![]));
}

#[test]
fn what_is_given_up_leaves_no_trace() {
    let directory = tempfile::tempdir().unwrap();
    let path = settings(directory.path()).path;
    let mut record = opened(directory.path());
    add(&mut record);
    for body in [10, 100_000] {
        record
            .append(&dropped("b", Some(&vec![b'x'; body])))
            .unwrap();
        record.give_up();
    }
    add(&mut record);
    assert_eq!(lines(&[path]), (2, vec![]));
}

#[test]
fn a_file_that_was_moved_is_followed_by_another_and_a_deleted_one_is_no_record() {
    let directory = tempfile::tempdir().unwrap();
    let (path, moved) = (settings(directory.path()).path, directory.path().join("x"));
    let mut record = opened(directory.path());
    add(&mut record);
    fs::rename(&path, &moved).unwrap();
    add(&mut record);
    assert_eq!(lines(&[moved, path.clone()]), (2, vec![]));
    record.append(&dropped("b", None)).unwrap();
    fs::remove_file(&path).unwrap();
    assert!(record.commit().is_err());
    record.give_up();
    add(&mut record);
    assert_eq!(lines(&[path]).0, 1);
}

#[test]
fn a_directory_that_vanished_or_another_file_at_the_path_is_an_error_until_it_is_mended() {
    let directory = tempfile::tempdir().unwrap();
    let inner = directory.path().join("inner");
    fs::create_dir(&inner).unwrap();
    let mut record = opened(&inner);
    add(&mut record);
    fs::remove_dir_all(&inner).unwrap();
    for _ in 0..2 {
        assert!(record.append(&dropped("a", None)).is_err());
        record.give_up();
    }
    fs::create_dir(&inner).unwrap();
    add(&mut record);
    assert_eq!(lines(&[settings(&inner).path]).0, 1);
    fs::write(settings(&inner).path, "127.0.0.1 localhost\n").unwrap();
    drop(record);
    assert!(open(settings(&inner)).is_err());
    assert!(open(settings(&inner.join("x"))).is_err());
}

#[test]
fn a_file_that_can_not_be_moved_goes_on_growing() {
    let directory = tempfile::tempdir().unwrap();
    let path = settings(directory.path()).path;
    // A directory with something in it can't be replaced.
    for number in 1..=3 {
        fs::create_dir_all(rotation::closed(&path, number).join("x")).unwrap();
    }
    let mut record = opened(directory.path());
    for number in 1..=20 {
        record.append(&dropped("a", None)).unwrap();
        record.commit().unwrap();
        if record.is_full() {
            assert!(record.rotate().is_err());
            assert!(!record.is_full(), "{number}");
        }
    }
    assert_eq!(lines(&[path]), (20, vec![]));
}
