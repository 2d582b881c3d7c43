//! What is found out about real files, and how soon.

use std::fs::{self, File};
use std::io::Write;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use super::source::{Asking, Found, Source};
use crate::config::Reload;

/// Sooner than it would be found without a word of the system's.
const SOON: Duration = Duration::from_secs(2);
/// Only a failing test waits for so long.
const PATIENCE: Duration = Duration::from_secs(20);

/// A file that is watched, on a thread.
struct Watched {
    directory: TempDir,
    asking: Asking,
    found: Receiver<Found>,
}

impl Watched {
    /// The file `path` in a directory of its own, which `prepare` fills.
    fn new(path: &str, when: Reload, prepare: impl FnOnce(&Path)) -> Self {
        let directory = tempfile::tempdir().unwrap();
        prepare(directory.path());
        let path = directory.path().join(path);
        let before = Ok(fs::read(&path).unwrap());
        let (mut source, asking) = Source::new(path, before, when);
        let (tell, found) = mpsc::channel();
        thread::spawn(move || {
            while let Some(next) = source.next() {
                if tell.send(next).is_err() {
                    break;
                }
            }
        });
        Self {
            directory,
            asking,
            found,
        }
    }

    /// The file `c`, of which a first change was found: from now on nobody looks unless told to.
    fn settled() -> Self {
        let watched = Self::new("c", Reload::Watch, |root| {
            fs::write(root.join("c"), "before").unwrap();
        });
        watched.changes("first", |root| fs::write(root.join("c"), "first").unwrap());
        watched
    }

    /// Where it is.
    fn path(&self, path: &str) -> PathBuf {
        self.directory.path().join(path)
    }

    /// Does `change`, of which nothing but `text` must be found, and soon.
    #[track_caller]
    fn changes(&self, text: &str, change: impl FnOnce(&Path)) {
        change(self.directory.path());
        let begun = Instant::now();
        assert_eq!(self.found(), Found::Change(Ok(text.into())));
        let taken = begun.elapsed();
        assert!(taken < SOON, "it took {taken:?}");
    }

    /// The same for what makes the file unreadable.
    #[track_caller]
    fn breaks(&self, change: impl FnOnce(&Path)) {
        change(self.directory.path());
        let begun = Instant::now();
        let found = self.found();
        assert!(matches!(&found, Found::Change(Err(_))), "{found:?}");
        let taken = begun.elapsed();
        assert!(taken < SOON, "it took {taken:?}");
    }

    #[track_caller]
    fn found(&self) -> Found {
        self.found.recv_timeout(PATIENCE).expect("it is found")
    }
}

/// Puts a link to `target` in the place of whatever is at `link`, at once.
fn link_to(target: &str, link: &Path) {
    let beside = link.with_file_name("beside");
    symlink(target, &beside).unwrap();
    fs::rename(beside, link).unwrap();
}

/// What an editor or a tool does to a file.
type Save = fn(&Path);

#[test]
fn a_file_is_found_however_it_is_saved() {
    let ways: [(&str, Save); 6] = [
        ("in place", |c| fs::write(c, "in place").unwrap()),
        ("written and renamed", |c| {
            let beside = c.with_extension("tmp");
            fs::write(&beside, "written and renamed").unwrap();
            fs::rename(beside, c).unwrap();
        }),
        // As Vim does it, and Emacs.
        ("moved away and written anew", |c| {
            let backup = c.with_extension("c~");
            fs::rename(c, &backup).unwrap();
            let mut file = File::create_new(c).unwrap();
            file.write_all(b"moved away and written anew").unwrap();
            file.sync_all().unwrap();
            fs::remove_file(backup).unwrap();
        }),
        ("copied away and emptied", |c| {
            let backup = c.with_extension("c~");
            fs::copy(c, &backup).unwrap();
            let mut file = File::create(c).unwrap();
            thread::sleep(Duration::from_millis(200));
            file.write_all(b"copied away and emptied").unwrap();
        }),
        ("in two goes", |c| {
            let mut file = File::create(c).unwrap();
            file.write_all(b"in two").unwrap();
            thread::sleep(Duration::from_millis(200));
            file.write_all(b" goes").unwrap();
        }),
        ("removed, and copied after a while", |c| {
            fs::remove_file(c).unwrap();
            thread::sleep(Duration::from_millis(200));
            fs::write(c, "removed, and copied after a while").unwrap();
        }),
    ];
    let watched = Watched::settled();
    for (way, save) in ways {
        watched.changes(way, |root| save(&root.join("c")));
    }
}

#[test]
fn what_is_saved_unchanged_is_no_change() {
    let watched = Watched::settled();
    let path = watched.path("c");
    fs::write(&path, "first").unwrap();
    fs::write(watched.path("log"), "something else").unwrap();
    // Were it one, it would be found before this.
    thread::sleep(Duration::from_millis(300));
    watched.changes("second", |_| fs::write(&path, "second").unwrap());
}

#[test]
fn a_mounted_config_map_is_found_when_its_link_is_swapped() {
    let put = |root: &Path, version: &str| {
        fs::create_dir(root.join(version)).unwrap();
        fs::write(root.join(version).join("c"), version).unwrap();
    };
    let watched = Watched::new("c", Reload::Watch, |root| {
        put(root, "..1");
        symlink("..1", root.join("..data")).unwrap();
        symlink("..data/c", root.join("c")).unwrap();
    });
    for (old, new) in [("..1", "..2"), ("..2", "..3"), ("..3", "..4")] {
        watched.changes(new, |root| {
            put(root, new);
            link_to(new, &root.join("..data"));
            fs::remove_dir_all(root.join(old)).unwrap();
        });
    }
}

#[test]
fn a_link_is_followed_to_another_directory_and_there() {
    let watched = Watched::new("c", Reload::Watch, |root| {
        for directory in ["a", "b"] {
            fs::create_dir(root.join(directory)).unwrap();
            fs::write(root.join(directory).join("c"), directory).unwrap();
        }
        symlink("a/c", root.join("c")).unwrap();
    });
    watched.changes("in a", |root| fs::write(root.join("a/c"), "in a").unwrap());
    watched.changes("b", |root| link_to("b/c", &root.join("c")));
    watched.changes("in b", |root| {
        fs::write(root.join("a/c"), "again in a").unwrap();
        fs::write(root.join("b/c"), "in b").unwrap();
    });
    let [new, link] = ["new", "c"].map(|name| watched.path(name));
    watched.breaks(|_| link_to("new", &link));
    watched.changes("it is there", |_| fs::write(new, "it is there").unwrap());
    watched.changes("no link", |_| {
        fs::remove_file(&link).unwrap();
        fs::write(&link, "no link").unwrap();
    });
}

#[test]
fn a_directory_may_go_come_and_be_replaced() {
    let put = |directory: &Path, text: &str| {
        fs::create_dir(directory).unwrap();
        fs::write(directory.join("c"), text).unwrap();
    };
    let watched = Watched::new("etc/c", Reload::Watch, |root| {
        put(&root.join("etc"), "before");
    });
    watched.changes("first", |root| {
        fs::write(root.join("etc/c"), "first").unwrap();
    });
    watched.breaks(|root| fs::remove_dir_all(root.join("etc")).unwrap());
    watched.changes("made again", |root| put(&root.join("etc"), "made again"));
    watched.changes("replaced", |root| {
        put(&root.join("new"), "replaced");
        fs::rename(root.join("etc"), root.join("old")).unwrap();
        fs::rename(root.join("new"), root.join("etc")).unwrap();
    });
    watched.changes("in that", |root| {
        fs::write(root.join("etc/c"), "in that").unwrap();
    });
}

#[test]
fn a_file_that_is_gone_emptied_or_a_directory_is_found_and_so_is_its_return() {
    let watched = Watched::settled();
    let path = watched.path("c");
    watched.breaks(|_| fs::remove_file(&path).unwrap());
    watched.changes("back", |_| fs::write(&path, "back").unwrap());
    watched.changes("", |_| fs::write(&path, "").unwrap());
    watched.changes("full", |_| fs::write(&path, "full").unwrap());
    watched.breaks(|_| {
        fs::remove_file(&path).unwrap();
        fs::create_dir(&path).unwrap();
    });
    watched.changes("a file", |_| {
        fs::remove_dir(&path).unwrap();
        fs::write(&path, "a file").unwrap();
    });
}

#[test]
fn what_the_system_does_not_tell_is_found_all_the_same() {
    let watched = Watched::settled();
    // It is written by another name, in a directory that nobody watches.
    let elsewhere = watched.path("elsewhere");
    fs::create_dir(&elsewhere).unwrap();
    fs::hard_link(watched.path("c"), elsewhere.join("c")).unwrap();
    fs::write(elsewhere.join("c"), "elsewhere").unwrap();
    assert_eq!(watched.found(), Found::Change(Ok("elsewhere".into())));
}

#[test]
fn who_asks_is_answered_at_once_whatever_is_in_it() {
    let watched = Watched::new("c", Reload::Signal, |root| {
        fs::write(root.join("c"), "before").unwrap();
    });
    let asked = |text: &str| {
        watched.asking.ask();
        assert_eq!(watched.found(), Found::Asked(Ok(text.into())));
    };
    asked("before");
    fs::write(watched.path("c"), "after").unwrap();
    asked("after");
    fs::write(watched.path("c"), "").unwrap();
    asked("");
    fs::remove_file(watched.path("c")).unwrap();
    watched.asking.ask();
    assert!(matches!(watched.found(), Found::Asked(Err(_))));
}

#[test]
fn nothing_is_watched_until_it_is_to_be() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("c");
    fs::write(&path, "before").unwrap();
    let (mut source, asking) = Source::new(path.clone(), Ok("before".into()), Reload::Signal);
    fs::write(&path, "after").unwrap();
    thread::sleep(Duration::from_millis(300));
    asking.ask();
    assert_eq!(source.next(), Some(Found::Asked(Ok("after".into()))));
    source.look_when(Reload::Watch);
    fs::write(&path, "watched").unwrap();
    assert_eq!(source.next(), Some(Found::Change(Ok("watched".into()))));
    source.look_when(Reload::Signal);
    fs::write(&path, "unwatched").unwrap();
    drop(asking);
    assert_eq!(source.next(), None);
}
