//! What the upstreams of routes have of their own, and what they share.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::net::TcpListener;
use std::sync::{Arc, Mutex};

use super::{called, event, told};
use crate::support::{Hooksieve, OK, Upstream, ask, connect, run, wait_until};

#[test]
fn each_route_waits_for_its_upstream_as_long_as_it_says() {
    let silent = Upstream::new(|mut connection| {
        connection.request();
        let _ = connection.rest();
    });
    let config = "[timeouts]\nresponse = \"60s\"\n[[route]]\npath = \"/short\"\ntimeouts.response = \"50ms\"\n";
    let hooksieve = Hooksieve::with(&silent, config);
    assert_eq!(told(&hooksieve, event("h", "/short", "x")).0, 504);
}

#[test]
fn routes_to_one_upstream_share_its_connections() {
    let served = Arc::new(Mutex::new(HashMap::<usize, HashSet<String>>::new()));
    let lines = served.clone();
    let upstream = Upstream::new(move |mut connection| {
        while let Some(request) = connection.request() {
            let line = request.start_line().to_owned();
            let mut lines = lines.lock().expect("no panic");
            lines.entry(connection.number).or_default().insert(line);
            drop(lines);
            connection.write(OK);
        }
    });
    let address = upstream.address();
    let config = format!(
        "[timeouts]\nreuse = \"20s\"\n[[route]]\npath = \"/a\"\ntimeouts.response = \"9s\"\n\
         [[route]]\npath = \"/b\"\nupstream = \"http://{address}/\"\n"
    );
    let hooksieve = Hooksieve::with(&upstream, &config);
    // One sender's connection is one worker's.
    let mut stream = connect(hooksieve.address());
    wait_until("one connection has served all routes", || {
        for path in ["/a", "/b", "/"] {
            assert_eq!(ask(&mut stream, event("h", path, "x")).status, 200);
        }
        let served = served.lock().expect("no panic");
        served.values().any(|lines| lines.len() == 3)
    });
}

#[test]
fn an_upstream_of_a_route_that_leads_back_is_refused_at_the_start() {
    let free = TcpListener::bind("127.0.2.8:0").expect("a free port");
    let listen = free.local_addr().expect("it is bound");
    drop(free);
    let upstream = called("it");
    let text = format!(
        "listen = \"{listen}\"\nupstream = \"http://{}\"\n[[route]]\npath = \"/a\"\n[[route]]\npath = \"/b\"\n\
         upstream = \"http://{listen}\"\n",
        upstream.address()
    );
    let directory = tempfile::tempdir().expect("a directory for the config");
    fs::write(directory.path().join("config.toml"), text).expect("it can be written");
    let run = run(directory.path(), &[]);
    assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""));
    let told = format!(
        "config.toml:7: route \"/b\" (line 5): upstream = \"http://{listen}\" leads back to listen = \"{listen}\"; \
         write where your endpoint is\n"
    );
    assert_eq!(run.stderr, told);
}

#[test]
fn the_largest_body_that_any_route_inspects_finds_room() {
    let upstream = called("it");
    let config = "[limits]\ninspect = \"1 KiB\"\nmemory = \"1 MiB\"\n\
                  [[route]]\npath = \"/large\"\nlimits.inspect = \"1 MiB\"\nfilter.deny = [\"x\"]\n";
    let hooksieve = Hooksieve::with(&upstream, config);
    let mut body = r#"{"type":"x"}"#.to_owned();
    body.extend(std::iter::repeat_n(' ', (1 << 20) - body.len()));
    let length = body.len();
    let request =
        format!("POST /large HTTP/1.1\r\nHost: h\r\nContent-Length: {length}\r\n\r\n{body}");
    assert_eq!(told(&hooksieve, request), (200, String::new()));
    assert_eq!(hooksieve.events(1)[0]["verdict"], "drop");
}
