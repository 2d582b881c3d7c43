//! The incident that `docs/operating.md` walks through: an endpoint fails at a new type, which is denied, and handed in when
//! the endpoint is mended.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::admin::{look, metrics, watched};
use crate::support::{OK, Upstream, exchange, post, run};

const FAILS: &str = "HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n";
const CONFIG: &str =
    "[filter]\ndeny = [\"batch.*\"]\n[audit]\npath = \"dropped.jsonl\"\nbody = true\n";

#[test]
fn an_endpoint_that_fails_is_seen_spared_and_given_what_it_missed() {
    let mended = Arc::new(AtomicBool::new(false));
    let copes = mended.clone();
    let endpoint = Upstream::new(move |mut connection| {
        while let Some(request) = connection.request() {
            let is_new = request.text().contains("report.ready");
            let fails = is_new && !copes.load(Ordering::Relaxed);
            connection.write(if fails { FAILS } else { OK });
        }
    });
    let (hooksieve, admin) = watched(&endpoint, CONFIG);
    let send = |name: &str| {
        let event = format!(r#"{{"type":"{name}","id":"evt_1"}}"#);
        exchange(hooksieve.address(), post(&event)).status
    };
    let in_a_row = || metrics(admin)["hooksieve_consecutive_failures{route=\"\"}"].clone();

    // It fails, and whoever looks sees that, and what to write.
    for _ in 0..3 {
        assert_eq!(send("report.ready"), 500);
    }
    assert_eq!(in_a_row(), "3");
    let page = look(admin, "/");
    assert!(
        page.text().contains("has failed 3 times in a row"),
        "{}",
        page.text()
    );
    assert!(
        page.text().contains("deny = [..., &#39;report.ready&#39;]"),
        "{}",
        page.text()
    );

    // It is denied.
    let denied = CONFIG.replace("[\"batch.*\"]", "[\"batch.*\", \"report.ready\"]");
    hooksieve.save(&format!("admin.listen = \"127.0.0.1:0\"\n{denied}"));
    hooksieve.line("reloaded");
    assert_eq!(send("report.ready"), 200);
    assert_eq!(send("invoice.paid"), 200);
    assert_eq!(in_a_row(), "0");
    assert_eq!(endpoint.count(), 4);

    // It is mended, and gets what was dropped, once.
    mended.store(true, Ordering::Relaxed);
    let config = hooksieve.config();
    let directory = config.parent().expect("it is in a directory");
    let resend = || {
        run(
            directory,
            &["resend", "--type", "report.ready", "dropped.jsonl"],
        )
    };
    let verify = run(directory, &["audit", "verify", "dropped.jsonl"]);
    assert_eq!(verify.code, Some(0), "{}", verify.stdout);
    for _ in 0..2 {
        let run = resend();
        assert_eq!(run.code, Some(0), "{}{}", run.stdout, run.stderr);
        let arrived = endpoint.requests();
        assert_eq!(arrived.len(), 5);
        assert_eq!(arrived[4].text(), r#"{"type":"report.ready","id":"evt_1"}"#);
    }
}
