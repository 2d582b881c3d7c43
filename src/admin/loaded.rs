//! Which version of the config is in force, and what was wrong with the last that is not.

use std::fmt::Write;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use aws_lc_rs::digest::{SHA256, digest};

use crate::route::Routes;

/// Bytes of a problem that are kept.
const LONGEST: usize = 4096;

/// What is known of the config. Who applies versions tells it, and who looks is told.
#[derive(Debug)]
pub struct Loaded(Mutex<Version>);

/// What is known at some moment.
#[derive(Clone, Debug)]
pub struct Version {
    /// The routes in force.
    pub routes: Arc<Routes>,
    /// The first 12 digits of the SHA-256 of the file in force.
    pub hash: String,
    /// Since when it is.
    pub since: SystemTime,
    /// How often a version was applied since the start, which is none.
    pub applied: u64,
    /// How often one could not be.
    pub failed: u64,
    /// The last that could not be.
    pub problem: Option<Problem>,
    /// The certificates that are shown.
    pub certificates: Vec<Expiry>,
}

/// Until when a certificate holds that is shown to somebody.
#[derive(Clone, Debug)]
pub struct Expiry {
    /// `senders` or `upstreams`.
    pub shown_to: &'static str,
    /// Where it is kept.
    pub file: PathBuf,
    /// Until when.
    pub until: SystemTime,
}

/// Why a version of the config was not applied.
#[derive(Clone, Debug)]
pub struct Problem {
    /// When that was.
    pub at: SystemTime,
    /// What was wrong, one problem a line.
    pub text: String,
    /// Whether a version has been applied since.
    pub is_mended: bool,
}

impl Loaded {
    /// At the start, this file is in force.
    #[must_use]
    pub fn new(file: &[u8], routes: Arc<Routes>) -> Self {
        Self(Mutex::new(Version {
            routes,
            hash: hash(file),
            since: SystemTime::now(),
            applied: 0,
            failed: 0,
            problem: None,
            certificates: Vec::new(),
        }))
    }

    /// This file is in force from now on.
    pub fn applied(&self, file: &[u8], routes: Arc<Routes>) {
        let mut version = self.lock();
        version.routes = routes;
        version.hash = hash(file);
        version.since = SystemTime::now();
        version.applied += 1;
        if let Some(problem) = &mut version.problem {
            problem.is_mended = true;
        }
    }

    /// These certificates are shown from now on.
    pub fn shows(&self, certificates: Vec<Expiry>) {
        self.lock().certificates = certificates;
    }

    /// A file could not be applied.
    pub fn failed(&self, why: &str) {
        let mut version = self.lock();
        version.failed += 1;
        version.problem = Some(Problem {
            at: SystemTime::now(),
            text: why[..why.floor_char_boundary(LONGEST)].to_owned(),
            is_mended: false,
        });
    }

    /// What is known now.
    #[must_use]
    pub fn version(&self) -> Version {
        self.lock().clone()
    }

    fn lock(&self) -> MutexGuard<'_, Version> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Version {
    /// Whether the file that was saved last is in force.
    #[must_use]
    pub fn is_last(&self) -> bool {
        self.problem
            .as_ref()
            .is_none_or(|problem| problem.is_mended)
    }
}

/// As `sha256sum` prints it, the beginning of it.
fn hash(file: &[u8]) -> String {
    let digest = digest(&SHA256, file);
    let mut text = String::new();
    for byte in digest.as_ref().iter().take(6) {
        let _ = write!(text, "{byte:02x}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    #[test]
    fn a_problem_is_told_until_it_is_mended() {
        let routes = Config::parse("upstream = \"http://app\"").unwrap().routes;
        let routes = Arc::new(routes);
        let loaded = Loaded::new(b"", routes.clone());
        let told = |loaded: &Loaded| {
            let version = loaded.version();
            (
                version.hash.clone(),
                version.applied,
                version.failed,
                version.is_last(),
            )
        };
        let empty = "e3b0c44298fc".to_owned();
        assert_eq!(told(&loaded), (empty.clone(), 0, 0, true));
        loaded.failed(&"é".repeat(LONGEST));
        assert_eq!(told(&loaded), (empty.clone(), 0, 1, false));
        assert_eq!(loaded.version().problem.unwrap().text.len(), LONGEST);
        loaded.applied(b"", routes);
        assert_eq!(told(&loaded), (empty, 1, 1, true));
        assert!(loaded.version().problem.unwrap().is_mended);
    }
}
