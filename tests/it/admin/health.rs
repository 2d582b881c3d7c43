//! Whether it is alive, and whether events should be sent to it.

use std::io::Write;
use std::sync::Mutex;
use std::sync::mpsc;

use rustix::process::Signal;

use super::{look, watched};
use crate::support::{OK, Upstream, connect, post, read_message, wait_until};

#[test]
fn who_drains_is_alive_and_not_ready() {
    let (go_on, gate) = mpsc::channel::<()>();
    let gate = Mutex::new(gate);
    let upstream = Upstream::new(move |mut connection| {
        connection.request();
        gate.lock()
            .expect("no panic")
            .recv()
            .expect("the test says when");
        connection.write(OK);
    });
    let (mut hooksieve, admin) = watched(&upstream, "");
    assert_eq!(
        (
            look(admin, "/healthz").status,
            look(admin, "/readyz").status
        ),
        (200, 200)
    );
    let mut sender = connect(hooksieve.address());
    sender
        .write_all(post("{}").as_bytes())
        .expect("it can be sent");
    wait_until("it has arrived", || upstream.count() == 1);
    hooksieve.signal(Signal::TERM);
    hooksieve.line("stopping: what is in flight is finished, a second signal ends it at once");
    let ready = look(admin, "/readyz");
    assert_eq!((ready.status, ready.text()), (503, "draining\n"));
    assert_eq!(look(admin, "/healthz").status, 200);
    go_on.send(()).expect("the upstream waits for it");
    assert_eq!(
        read_message(&mut sender, false).expect("an answer").status,
        200
    );
    assert!(hooksieve.wait().success());
}

#[test]
fn a_config_with_a_mistake_makes_it_unready_only_where_that_is_asked_for() {
    let upstream = Upstream::answering(OK);
    for (strict, expected) in [("", 200), ("admin.strict_ready = true\n", 503)] {
        let (hooksieve, admin) = watched(&upstream, strict);
        let lines = format!("admin.listen = \"127.0.0.1:0\"\n{strict}");
        hooksieve.save(&format!("{lines}mode = \"enforced\"\n"));
        hooksieve.line("the config is not applied, the rules in force stay");
        assert_eq!(look(admin, "/readyz").status, expected, "{strict}");
        assert_eq!(look(admin, "/healthz").status, 200);
        hooksieve.save(&format!("{lines}mode = \"observe\"\n"));
        hooksieve.line("reloaded");
        assert_eq!(look(admin, "/readyz").status, 200, "{strict}");
    }
}
