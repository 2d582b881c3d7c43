//! The page, as it is sent. What a browser makes of it is looked at in tests/page.

use hooksieve::telemetry::visible;
use serde_json::json;

use super::{look, watched};
use crate::support::{OK, Upstream, exchange, post};

/// The rows of the section with this id.
fn rows(page: &str, id: &str) -> usize {
    let (_, section) = page
        .split_once(&format!("<section id=\"{id}\""))
        .expect("it is there");
    let (section, _) = section.split_once("</section>").expect("it ends");
    section.matches("<tr>").count() - 1
}

#[test]
fn no_text_of_a_senders_is_a_part_of_it() {
    let upstream = Upstream::answering(OK);
    let (hooksieve, admin) = watched(&upstream, "");
    for hostile in [
        "<script>alert(1)</script>",
        "\"><img src=x>",
        "'x' onload=y",
        "a\u{202e}b\u{7}\n",
    ] {
        let event = json!({ "type": hostile, "id": hostile });
        exchange(hooksieve.address(), post(&event.to_string()));
    }
    hooksieve.events(4);
    for path in ["/", "/?type=%3Cscript%3E%22'", "/?type=%E2%80%AE"] {
        let answer = look(admin, path);
        assert_eq!(answer.field("content-type"), ["text/html; charset=utf-8"]);
        let page = answer.text();
        assert_eq!(page.matches("<script").count(), 1, "{path}");
        assert!(!page.contains("<img") && !page.contains("'x'"), "{path}");
        let is_hidden = |char: char| char != '\n' && visible(&char.to_string()) != char.to_string();
        assert!(!page.contains(is_hidden), "{path}");
    }
    let page = look(admin, "/");
    assert!(
        page.text()
            .contains("&lt;script&gt;alert(1)&lt;/script&gt;")
    );
    assert_eq!(rows(page.text(), "types"), 4);
}

#[test]
fn only_so_much_is_kept_and_shown_however_much_comes() {
    let upstream = Upstream::answering(OK);
    let (hooksieve, admin) = watched(&upstream, "[filter]\ndeny = [\"t*\"]\n");
    for number in 0..250 {
        let event = json!({ "type": format!("t{number}") });
        exchange(hooksieve.address(), post(&event.to_string()));
    }
    hooksieve.events(250);
    let page = look(admin, "/").text().to_owned();
    assert_eq!((rows(&page, "types"), rows(&page, "recent")), (201, 100));
    assert!(page.contains("all others"));
    let wanted = look(admin, "/?type=t24");
    assert_eq!(rows(wanted.text(), "recent"), 10, "t240 to t249");
    assert_eq!(rows(look(admin, "/?type=unheard-of").text(), "recent"), 0);
}
