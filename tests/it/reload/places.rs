//! Where a config may be, and how it may come there.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::time::Instant;

use super::{BATCH, PAID, SOON, UNWATCHED, is_dropped};
use crate::support::{Hooksieve, OK, Upstream};

/// Puts a link to `target` in the place of whatever is at `link`, at once.
fn link_to(target: &str, link: &Path) {
    let beside = link.with_file_name("beside");
    symlink(target, &beside).expect("a link can be made");
    fs::rename(beside, link).expect("it can be renamed");
}

/// Writes the config of `hooksieve` with another deny list into a directory beside it.
fn put(hooksieve: &Hooksieve, directory: &str, deny: &str) {
    let config = hooksieve.config();
    let text = fs::read_to_string(&config).expect("it is there");
    let directory = config.with_file_name(directory);
    fs::create_dir_all(&directory).expect("a directory can be made");
    let (head, _) = text.split_once("[filter]").expect("it has rules");
    let text = format!("{head}[filter]\ndeny = [{deny:?}]\n");
    fs::write(directory.join("config.toml"), text).expect("it can be written");
}

#[test]
fn a_mounted_config_map_is_applied_when_its_link_is_swapped() {
    let upstream = Upstream::answering(OK);
    let hooksieve = Hooksieve::before(&upstream);
    let config = hooksieve.config();
    let data = config.with_file_name("..data");
    // As a kubelet does it: what is at the path stays a link for ever, to a link that is swapped.
    put(&hooksieve, "..1", "batch.*");
    symlink("..1", &data).expect("a link can be made");
    link_to("..data/config.toml", &config);
    for (count, deny) in ["invoice.*", "batch.*", "invoice.*"]
        .into_iter()
        .enumerate()
    {
        let [old, new] = [count + 1, count + 2].map(|number| format!("..{number}"));
        put(&hooksieve, &new, deny);
        link_to(&new, &data);
        fs::remove_dir_all(data.with_file_name(old)).expect("it is there");
        hooksieve.lines_of("reloaded", count + 1);
        for body in [BATCH, PAID] {
            let is_denied = body.contains(&deny[..5]);
            assert_eq!(is_dropped(hooksieve.address(), &upstream, body), is_denied);
        }
    }
}

#[test]
fn a_link_is_followed_to_another_directory() {
    let upstream = Upstream::answering(OK);
    let hooksieve = Hooksieve::before(&upstream);
    put(&hooksieve, "a", "batch.*");
    put(&hooksieve, "b", "invoice.*");
    link_to("a/config.toml", &hooksieve.config());
    link_to("b/config.toml", &hooksieve.config());
    hooksieve.line("reloaded");
    assert!(is_dropped(hooksieve.address(), &upstream, PAID));
    put(&hooksieve, "b", "batch.*");
    hooksieve.lines_of("reloaded", 2);
    assert!(is_dropped(hooksieve.address(), &upstream, BATCH));
}

#[test]
fn where_it_can_not_be_watched_it_is_looked_at_and_that_is_told_once() {
    let upstream = Upstream::answering(OK);
    let Some(hooksieve) = Hooksieve::unable_to_watch(&upstream, "") else {
        return;
    };
    assert_eq!(hooksieve.line(UNWATCHED)["level"], "warn");
    for (count, (deny, body)) in [("batch.*", BATCH), ("invoice.*", PAID)]
        .into_iter()
        .enumerate()
    {
        let saved = Instant::now();
        hooksieve.save(&format!("[filter]\ndeny = [{deny:?}]\n"));
        hooksieve.lines_of("reloaded", count + 1);
        assert!(saved.elapsed() < SOON, "{:?}", saved.elapsed());
        assert!(is_dropped(hooksieve.address(), &upstream, body));
    }
    let lines = hooksieve.lines();
    let told = lines.iter().filter(|line| line["message"] == UNWATCHED);
    assert_eq!(told.count(), 1);
}
