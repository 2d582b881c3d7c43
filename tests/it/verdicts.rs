//! The tables of verdicts in `tests/verdicts`: the proxy, `explain` and the library say of each row what it says.

mod explained;
mod library;
mod proxy;
mod table;

use table::{Found, Group, files};

/// Checks each group of each file, several at once.
#[track_caller]
fn assert_agreed(check: fn(&Group, &mut Found)) {
    assert!(table::assert_agreed(4, || check) >= 1_000);
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
