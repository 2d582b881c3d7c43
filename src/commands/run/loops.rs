//! Upstreams that lead back to where the program listens itself.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use crate::config::{Problems, Value};
use crate::route::Routes;
use crate::upstream::OwnAddresses;

/// An upstream that leads back here would get each event until the connections are used up: what to tell the user then.
pub fn refuse_loop(
    path: &Path,
    text: &str,
    routes: &Routes,
    listen: &Value,
    own: &OwnAddresses,
) -> Result<(), String> {
    // To look a name up may take its time: each is looked up once.
    let mut origins = HashMap::new();
    let mut lines = HashSet::new();
    for route in routes.iter() {
        let origin = &route.upstream;
        let leads_back = origins
            .entry(origin)
            .or_insert_with(|| own.are_all_of(origin));
        if *leads_back {
            lines.insert(route.line);
        }
    }
    if lines.is_empty() {
        return Ok(());
    }
    let wrong = format!("leads back to listen = {listen}; write where your endpoint is");
    let problems = Problems::of_key(text, "upstream", &wrong, |line| lines.contains(&line));
    Err(problems.display_with(path).to_string())
}
