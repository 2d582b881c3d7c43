//! On which names in which directories it depends what a path leads to.

use std::collections::VecDeque;
use std::env;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Component, Path, PathBuf};

/// How many links the kernel follows on one path before it takes them for a circle.
const MOST_LINKS: usize = 40;

/// A name in a directory: when another file gets it, the path may lead elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Where the name is looked up. No link leads to it.
    pub directory: PathBuf,
    /// The name.
    pub name: OsString,
    /// Which directory this is, whatever it is called: one that takes the place of another is another.
    identity: Option<(u64, u64)>,
}

impl Step {
    fn new(directory: &Path, name: &OsStr) -> Self {
        let found = fs::metadata(directory);
        Self {
            directory: directory.to_owned(),
            name: name.to_owned(),
            identity: found.ok().map(|found| (found.dev(), found.ino())),
        }
    }
}

/// The steps from the start of `path` to its end, as the kernel takes them: those that are links, those that links lead
/// to, and the last. It ends where a name is missing, which may come to be there.
///
/// Directories on the way that are no links are left out, since they are busy (`/tmp`) and seldom change.
pub fn steps(path: &Path) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut links = 0;
    let mut directory = env::current_dir().unwrap_or_default();
    let mut ahead = names(path);
    while let Some(name) = ahead.pop_front() {
        if Path::new(&name).is_absolute() {
            directory = PathBuf::from("/");
            continue;
        }
        let here = directory.join(&name);
        let link = if name == ".." {
            None
        } else {
            fs::read_link(&here).ok()
        };
        let is_last = ahead.is_empty();
        let is_there = is_last || link.is_some() || here.exists();
        if link.is_some() || is_last || !is_there {
            steps.push(Step::new(&directory, &name));
        }
        match link {
            Some(target) if links < MOST_LINKS => {
                links += 1;
                let mut target = names(&target);
                target.append(&mut ahead);
                ahead = target;
            }
            None if is_there => directory = here,
            _ => break,
        }
    }
    steps
}

/// What a path is made of: `/` where it begins there, names, and `..`.
fn names(path: &Path) -> VecDeque<OsString> {
    let components = path.components();
    let named = components.filter(|component| *component != Component::CurDir);
    named
        .map(|component| component.as_os_str().to_owned())
        .collect()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    /// The steps of a path in a directory, as `directory/name` seen from there.
    fn shown(root: &Path, path: &str) -> Vec<String> {
        let steps = steps(&root.join(path)).into_iter();
        let full = steps.map(|step| step.directory.join(step.name));
        full.map(|full| {
            full.strip_prefix(root)
                .expect("all is in there")
                .display()
                .to_string()
        })
        .collect()
    }

    #[test]
    fn links_and_the_end_are_steps() {
        let root = tempfile::tempdir().unwrap();
        // Itself without links, wherever temporary files are.
        let root = root.path().canonicalize().unwrap();
        for directory in ["real", "etc/hooksieve", "mount/..1"] {
            fs::create_dir_all(root.join(directory)).unwrap();
        }
        for file in ["real/c", "mount/..1/c"] {
            fs::write(root.join(file), "").unwrap();
        }
        for (link, target) in [
            ("etc/hooksieve/c", "../../real/c"),
            ("absolute", root.join("real").to_str().unwrap()),
            ("twice", "absolute"),
            ("mount/..data", "..1"),
            ("mount/c", "..data/c"),
            ("dangling", "nowhere/c"),
            ("circle", "circle"),
        ] {
            symlink(target, root.join(link)).unwrap();
        }
        for (path, expected) in [
            ("real/c", &["real/c"][..]),
            ("real/missing", &["real/missing"]),
            ("missing/deep/c", &["missing"]),
            ("real/../real/./c", &["real/../real/c"]),
            (
                "etc/hooksieve/c",
                &["etc/hooksieve/c", "etc/hooksieve/../../real/c"],
            ),
            ("absolute/c", &["absolute", "real/c"]),
            ("twice/c", &["twice", "absolute", "real/c"]),
            ("mount/c", &["mount/c", "mount/..data", "mount/..1/c"]),
            ("dangling", &["dangling", "nowhere"]),
        ] {
            assert_eq!(shown(&root, path), expected, "{path}");
        }
        assert_eq!(shown(&root, "circle").len(), 1 + MOST_LINKS);
    }

    #[test]
    fn a_directory_in_the_place_of_another_is_another_step() {
        let root = tempfile::tempdir().unwrap();
        let [old, new] = ["old", "new"].map(|name| root.path().join(name));
        fs::create_dir(&old).unwrap();
        fs::create_dir(&new).unwrap();
        let path = old.join("c");
        let before = steps(&path);
        assert_eq!(before, steps(&path));
        fs::rename(&old, root.path().join("away")).unwrap();
        assert_ne!(before, steps(&path));
        fs::rename(&new, &old).unwrap();
        assert_ne!(before, steps(&path));
    }
}
