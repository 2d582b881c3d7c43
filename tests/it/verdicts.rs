//! The tables of verdicts in `tests/verdicts`: the proxy, `explain` and the library say of each row what it says.

mod explained;
mod library;
mod proxy;
mod table;

use std::thread;

use table::{Found, Group, files};

/// Checks each group of each file, several at once.
#[track_caller]
fn assert_agreed(check: fn(&Group, &mut Found)) {
    let groups: Vec<_> = files().into_iter().flat_map(|(_, groups)| groups).collect();
    let threads = 4;
    let found = thread::scope(|scope| {
        let started: Vec<_> = (0..threads)
            .map(|first| {
                let groups = groups.iter().skip(first).step_by(threads);
                scope.spawn(move || {
                    let mut found = Found::default();
                    groups.for_each(|group| check(group, &mut found));
                    found
                })
            })
            .collect();
        let joined = started.into_iter().map(thread::ScopedJoinHandle::join);
        let joined = joined.map(|found| found.expect("all rows can be tried"));
        joined.collect::<Vec<_>>()
    });
    let wrong: Vec<_> = found.iter().flat_map(|found| &found.wrong).collect();
    let first: Vec<_> = wrong.iter().take(10).map(|wrong| wrong.as_str()).collect();
    assert!(
        wrong.is_empty(),
        "{} rows:\n{}",
        wrong.len(),
        first.join("\n")
    );
    assert!(found.iter().map(|found| found.rows).sum::<usize>() >= 1_000);
}

#[test]
fn there_are_many_rows_of_every_kind() {
    for (name, groups) in files() {
        let rows = || groups.iter().flat_map(|group| &group.rows);
        assert!(rows().count() >= 100, "{name}");
        for action in ["forward", "drop", "reject"] {
            let is_there = rows().any(|row| row.action == action);
            assert!(is_there, "nothing to {action} in {name}");
        }
    }
}

#[test]
fn the_library_agrees_with_each_row() {
    assert_agreed(library::check);
}

#[test]
fn the_proxy_agrees_with_each_row() {
    assert_agreed(proxy::check);
}

#[test]
fn explain_agrees_with_each_row() {
    assert_agreed(explained::check);
}
