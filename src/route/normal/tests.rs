use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::*;

fn may_be(path: &str, form: &str) -> bool {
    any_form(path.as_bytes(), |other| other == form.as_bytes()).expect("not too many")
}

#[test]
fn a_path_may_be_taken_for_whatever_some_receiver_makes_of_it() {
    for (path, form) in [
        ("//a/b", "/a/b"),
        ("/a//b", "/a/b"),
        ("/a/./b", "/a/b"),
        ("/a/.", "/a/"),
        ("/a/.", "/a"),
        ("/a/..", "/"),
        ("/x/../a/b", "/a/b"),
        ("/../a/b", "/a/b"),
        ("/x//../a", "/x/a"),
        ("/x//../a", "/a"),
        ("/%61/b", "/a/b"),
        ("/a%2Fb", "/a/b"),
        ("/a//b/", "/a/b/"),
        ("/a%2fb%3B%2Ec", "/a%2fb;.c"),
        ("/a%2fb%3B%2Ec", "/a%2fb%3B.c"),
        ("/a%252Fb", "/a%2Fb"),
        ("/a%252Fb", "/a/b"),
        ("/a%25252Fb", "/a/b"),
        ("/x/%2e%2e/a", "/a"),
        ("/x%2f..%2Fa", "/a"),
        ("/x/%252e%252e/a", "/a"),
        ("/x/.%2e%3Bv=1/a", "/a"),
        ("/a;v=1/b;w", "/a/b"),
        ("/x/..;/a", "/a"),
        ("/x/..;v/a", "/a"),
        ("/a%3Bv/b", "/a/b"),
        ("/a\\b", "/a/b"),
        ("/x\\..\\a", "/a"),
        ("/a%5cb", "/a/b"),
        ("/a%3Fb=/../c", "/a"),
        ("/a%23b", "/a"),
        ("/a%00.b", "/a"),
        ("/a/;/b", "/a/b"),
    ] {
        assert!(!is_plain(path.as_bytes()), "{path}");
        assert!(may_be(path, form), "{path} {form}");
    }
}

#[test]
fn what_looks_like_an_escape_or_dots_and_is_none_stays() {
    for path in ["/a%", "/a%2", "/a%zz", "/a%+1"] {
        assert_eq!(any_form(path.as_bytes(), |_| true), Ok(false), "{path}");
    }
    for path in [
        "/",
        "/a",
        "/a/",
        "/a.b/c..d",
        "/...",
        "/.a/..b",
        "/a+b",
        "*",
        "",
    ] {
        assert!(is_plain(path.as_bytes()), "{path}");
    }
}

#[test]
fn a_path_of_tricks_is_given_up() {
    let tricks = "/a;x/%2e%2e//./b%252f..%255c%3b".repeat(20);
    assert_eq!(any_form(tricks.as_bytes(), |_| false), Err(TooMany));
    let nested = format!("/%{}2e", "25".repeat(10_000));
    assert_eq!(any_form(nested.as_bytes(), |_| false), Err(TooMany));
    let ordinary = format!("/token/{}", "%2Bx%2F%3D.".repeat(20));
    assert_eq!(any_form(ordinary.as_bytes(), |_| false), Ok(false));
}

proptest! {
    #[test]
    fn no_step_changes_a_plain_path_but_for_the_slash_at_its_end(
        pieces in vec(select(vec!["/", "/.", "a", "%2e", ";", "\\", "/..", "..", "b"]), 0..8)
    ) {
        let path = format!("/{}", pieces.concat()).into_bytes();
        let trimmed = path.strip_suffix(b"/").unwrap_or(&path);
        let forms: Vec<_> = STEPS.iter().map(|(_, step)| step(&path)).collect();
        if is_plain(&path) {
            prop_assert!(forms.iter().all(|form| *form == path || form == trimmed));
        } else {
            prop_assert!(forms.iter().any(|form| *form != path));
        }
    }

    #[test]
    fn a_step_without_what_it_needs_changes_nothing(
        pieces in vec(select(vec!["/", "..", "a", "%2e", "%", ";", "\\", "?", "#", "\0"]), 0..8)
    ) {
        let path = format!("/{}", pieces.concat()).into_bytes();
        for (needed, step) in STEPS {
            if !needed.is_empty() && !path.iter().any(|byte| needed.contains(byte)) {
                prop_assert_eq!(&step(&path), &path);
            }
        }
    }
}
