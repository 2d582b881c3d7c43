//! The directories on the way to the config, watched by the system.

use std::collections::HashSet;
use std::path::PathBuf;

use notify::event::{AccessKind, AccessMode, CreateKind, ModifyKind};
use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher};

use super::links::Step;

/// What has happened to a name on the way to the config.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Touch {
    /// It is being written: the end of that is an event too, where the system tells it.
    Begun,
    /// It is as it is meant to be, as far as anybody can tell.
    Done,
}

/// Watches the directories of some steps. When this is dropped it stops.
///
/// It never changes: for other steps there is another. A file is not watched itself, because then its name is lost
/// with the first file that is renamed over it.
#[derive(Debug)]
pub struct Watch {
    _watcher: RecommendedWatcher,
    steps: Vec<Step>,
}

impl Watch {
    /// Begins to watch; `tell` is called on a thread of its own.
    ///
    /// # Errors
    ///
    /// When the system doesn't allow it, as when all its watches are taken.
    pub fn begin(steps: Vec<Step>, tell: impl Fn(Touch) + Send + 'static) -> notify::Result<Self> {
        let own: Vec<_> = steps.iter().map(|step| step.directory.clone()).collect();
        let names: Vec<_> = steps
            .iter()
            .map(|step| step.directory.join(&step.name))
            .collect();
        // Whatever else happens in there, as in the log beside the config, goes no further.
        let concerns = move |path: &PathBuf| names.contains(path) || own.contains(path);
        let mut watcher = notify::recommended_watcher(move |event| {
            if let Some(touch) = touch(event, &concerns) {
                tell(touch);
            }
        })?;
        let directories: HashSet<_> = steps.iter().map(|step| &step.directory).collect();
        for directory in directories {
            watcher.watch(directory, RecursiveMode::NonRecursive)?;
        }
        Ok(Self {
            _watcher: watcher,
            steps,
        })
    }

    /// Whether these are the steps that it watches, and their directories are still the same.
    pub fn is_of(&self, steps: &[Step]) -> bool {
        self.steps == steps
    }
}

/// What an event is to the config, if anything. What can't be told may be anything.
fn touch(event: notify::Result<Event>, concerns: impl Fn(&PathBuf) -> bool) -> Option<Touch> {
    let Ok(event) = event else {
        return Some(Touch::Done);
    };
    let touch = match event.kind {
        EventKind::Access(AccessKind::Close(AccessMode::Write)) => Touch::Done,
        // Our own reading is one.
        EventKind::Access(_) => return None,
        EventKind::Create(CreateKind::File) | EventKind::Modify(ModifyKind::Data(_)) => {
            Touch::Begun
        }
        _ => Touch::Done,
    };
    let paths = &event.paths;
    (paths.is_empty() || event.need_rescan() || paths.iter().any(concerns)).then_some(touch)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use notify::event::{Flag, MetadataKind, RemoveKind, RenameMode};

    use super::*;

    #[test]
    fn only_what_may_change_the_config_is_told() {
        use EventKind::{Access, Create, Modify, Other, Remove};
        let concerns = |path: &PathBuf| path == Path::new("d/c");
        let event = |kind, path: &str| Ok(Event::new(kind).add_path(path.into()));
        let (begun, done) = (Some(Touch::Begun), Some(Touch::Done));
        for (kind, told) in [
            (Create(CreateKind::File), begun),
            (
                Modify(ModifyKind::Data(notify::event::DataChange::Any)),
                begun,
            ),
            (Access(AccessKind::Close(AccessMode::Write)), done),
            (Modify(ModifyKind::Name(RenameMode::To)), done),
            (Modify(ModifyKind::Metadata(MetadataKind::Any)), done),
            (Remove(RemoveKind::File), done),
            (Access(AccessKind::Open(AccessMode::Any)), None),
            (Access(AccessKind::Close(AccessMode::Read)), None),
        ] {
            assert_eq!(touch(event(kind, "d/c"), concerns), told, "{kind:?}");
            assert_eq!(touch(event(kind, "d/log"), concerns), None, "{kind:?}");
        }
        // The system has lost count.
        let lost = Event::new(Other).set_flag(Flag::Rescan);
        assert_eq!(touch(Ok(lost), concerns), done);
        let failed = notify::Error::generic("read");
        assert_eq!(touch(Err(failed), concerns), done);
    }
}
