//! What is in the config file, whenever that or a file that it names changes.

use std::error::Error;
use std::path::PathBuf;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::time::{Duration, Instant};
use std::{io, mem};

use notify::ErrorKind;

use super::beside::Beside;
use super::links::steps;
use super::settle::{Settle, Snapshot};
use super::watch::{Touch, Watch};
use crate::commands::load::{Content, read, read_again};
use crate::config::Reload;

/// How often the file is looked at though nothing was told of it: not every file system tells, and not of everything.
const SLOW: Duration = Duration::from_secs(3);
/// The same where it can't be watched.
const QUICK: Duration = Duration::from_millis(500);

/// The file at a path, and whoever asks for it to be looked at.
#[derive(Debug)]
pub struct Source {
    path: PathBuf,
    when: Reload,
    tell: Sender<Word>,
    told: Receiver<Word>,
    watch: Option<Watch>,
    /// Whether it has been said that the file can't be watched.
    has_complained: bool,
    settle: Option<Settle>,
    /// What was given out last.
    last: Snapshot,
}

/// What can be found.
#[derive(Debug, PartialEq, Eq)]
pub enum Found {
    /// Something else than before.
    Change(Content),
    /// What was asked for, be it the same or not.
    Asked(Content),
}

/// Whoever has this can ask for the file to be looked at. When it is dropped, there is an end.
#[derive(Debug)]
pub struct Asking(Sender<Word>);

#[derive(Debug, Clone, Copy)]
enum Word {
    Touched(Touch),
    Asked,
    End,
}

impl Source {
    /// The file at `path`, of which `last` is known.
    pub fn new(path: PathBuf, last: Content, when: Reload) -> (Self, Asking) {
        let (tell, told) = mpsc::channel();
        let asking = Asking(tell.clone());
        let mut source = Self {
            path,
            when,
            tell,
            told,
            watch: None,
            has_complained: false,
            settle: None,
            last: Snapshot {
                config: last,
                beside: Beside::default(),
            },
        };
        source.look_when(when);
        (source, asking)
    }

    /// Looks at these files too from now on, in the place of others, and whether they are others than these.
    pub fn look_beside(&mut self, beside: Beside) {
        self.last.beside = beside;
    }

    /// Looks at it on other occasions from now on.
    pub fn look_when(&mut self, when: Reload) {
        self.when = when;
        self.settle = match when {
            // It may have changed since it was read, before anybody watched.
            Reload::Watch => Some(Settle::begin(Touch::Done, Instant::now())),
            Reload::Signal => None,
        };
        if when == Reload::Signal {
            self.watch = None;
        }
    }

    /// Waits for a change in the file or in one beside it, or until somebody asks; `None` when nobody can any more.
    pub fn next(&mut self) -> Option<Found> {
        loop {
            match self.word() {
                Ok(Word::Asked) => {
                    self.settle = None;
                    self.last.config = read(&self.path);
                    return Some(Found::Asked(self.last.config.clone()));
                }
                Ok(Word::Touched(touch)) => self.touched(touch),
                Ok(Word::End) | Err(RecvTimeoutError::Disconnected) => return None,
                Err(RecvTimeoutError::Timeout) => {
                    if let Some(content) = self.look() {
                        return Some(Found::Change(content));
                    }
                }
            }
        }
    }

    fn word(&self) -> Result<Word, RecvTimeoutError> {
        let wait = match (&self.settle, self.when, &self.watch) {
            (Some(settle), ..) => settle.due().saturating_duration_since(Instant::now()),
            (None, Reload::Signal, _) => {
                return self.told.recv().map_err(|_| RecvTimeoutError::Disconnected);
            }
            (None, Reload::Watch, Some(_)) => SLOW,
            (None, Reload::Watch, None) => QUICK,
        };
        self.told.recv_timeout(wait)
    }

    fn touched(&mut self, touch: Touch) {
        let now = Instant::now();
        match &mut self.settle {
            Some(settle) => settle.touched(touch, now),
            // What was told before watching was switched off.
            None if self.when == Reload::Signal => {}
            None => self.settle = Some(Settle::begin(touch, now)),
        }
    }

    /// Looks whether it is another than before, and finished.
    fn look(&mut self) -> Option<Content> {
        // First, so that nothing is missed that happens behind the reading.
        self.watch_the_way();
        let Some(config) = read_again(&self.path) else {
            self.settle = None;
            return None;
        };
        let beside = self.last.beside.again();
        let content = Snapshot { config, beside };
        let now = Instant::now();
        let settle = match &mut self.settle {
            Some(settle) => settle,
            None if content == self.last => return None,
            none => none.insert(Settle::begin(Touch::Done, now)),
        };
        let finished = settle.read(content, now)?;
        self.settle = None;
        if finished == self.last {
            return None;
        }
        self.last.clone_from(&finished);
        Some(finished.config)
    }

    /// Watches the directories on the way to the file, as it is now, and to those beside it.
    fn watch_the_way(&mut self) {
        let beside = self.last.beside.paths().flat_map(steps);
        let steps: Vec<_> = steps(&self.path).into_iter().chain(beside).collect();
        if self.watch.as_ref().is_some_and(|watch| watch.is_of(&steps)) {
            return;
        }
        let tell = self.tell.clone();
        // Nobody listens any more at the end.
        let tell = move |touch| {
            let _ = tell.send(Word::Touched(touch));
        };
        let watch = Watch::begin(steps, tell);
        if let Err(error) = &watch
            && !is_gone(error)
            && !mem::replace(&mut self.has_complained, true)
        {
            tracing::warn!(
                error = error as &dyn Error,
                "the config can't be watched: it is read twice a second instead"
            );
        }
        self.watch = watch.ok();
    }
}

/// Whether a directory went away just before it was to be watched: nothing is wrong with watching.
fn is_gone(error: &notify::Error) -> bool {
    match &error.kind {
        ErrorKind::PathNotFound => true,
        ErrorKind::Io(error) => error.kind() == io::ErrorKind::NotFound,
        _ => false,
    }
}

impl Asking {
    /// Asks for the file to be looked at now, whatever is in it.
    pub fn ask(&self) {
        // There is no end before this is dropped.
        let _ = self.0.send(Word::Asked);
    }
}

impl Drop for Asking {
    fn drop(&mut self) {
        let _ = self.0.send(Word::End);
    }
}
