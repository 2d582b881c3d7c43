//! Why a command did not do what was asked.

use std::fmt;
use std::io;

/// Why a command gave up.
#[derive(Debug)]
pub enum Error {
    /// The arguments, the config, the address that it names or a file can't be used; what to tell the user, one problem a
    /// line.
    Unusable(String),
    /// Something failed while it ran.
    Failed(io::Error),
}

impl From<io::Error> for Error {
    fn from(error: io::Error) -> Self {
        Self::Failed(error)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unusable(why) => f.write_str(why),
            Self::Failed(error) => write!(f, "hooksieve: {error}"),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Unusable(_) => None,
            Self::Failed(error) => error.source(),
        }
    }
}
