//! The path of a Unix socket, as it is written.

use std::fmt;
use std::path::PathBuf;

/// What such a path is written behind.
pub const UNIX: &str = "unix:";
/// Bytes of such a path, as Linux has room for it.
const LONGEST: usize = 107;

/// Why a text is no path of a Unix socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoSocketPath {
    /// An abstract socket: it has no file, so no mode guards it, and whoever is first on this machine has it.
    Abstract,
    /// It does not begin at the root, and would lead elsewhere from another directory.
    Relative,
    /// It begins with more than one slash, as in a URL.
    Slashes,
    /// It is that of a directory, or has a control character in it.
    NoFile,
    /// It is longer than the system has room for.
    TooLong,
}

/// Reads what is behind [`UNIX`]: an absolute path.
///
/// # Errors
///
/// For anything else.
pub fn socket_path(written: &str) -> Result<PathBuf, NoSocketPath> {
    if written.starts_with(['@', '\0']) {
        Err(NoSocketPath::Abstract)
    } else if !written.starts_with('/') {
        Err(NoSocketPath::Relative)
    } else if written.starts_with("//") {
        Err(NoSocketPath::Slashes)
    } else if written.ends_with('/') || written.contains(char::is_control) {
        Err(NoSocketPath::NoFile)
    } else if written.len() > LONGEST {
        Err(NoSocketPath::TooLong)
    } else {
        Ok(PathBuf::from(written))
    }
}

impl NoSocketPath {
    /// What to write instead; `example` is a right one, whole.
    #[must_use]
    pub fn remedy(self, example: &str) -> String {
        match self {
            Self::Abstract => format!("write the path of a file, as \"{example}\""),
            Self::Relative => format!("write {UNIX}/ and so on, as \"{example}\""),
            Self::Slashes => format!("write one, as \"{example}\""),
            Self::NoFile => "write the path of one that may be made".to_owned(),
            Self::TooLong => "write a shorter one".to_owned(),
        }
    }
}

impl fmt::Display for NoSocketPath {
    /// The rest of a sentence that begins with the path.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Abstract => f.write_str(
                "is an abstract socket, which has no file whose mode says who may connect, and is anybody's who is first",
            ),
            Self::Relative => f.write_str("has no path from the root"),
            Self::Slashes => f.write_str("begins with more than one /"),
            Self::NoFile => f.write_str("names no file"),
            Self::TooLong => write!(
                f,
                "is longer than the {LONGEST} bytes that the path of a socket may have"
            ),
        }
    }
}

impl std::error::Error for NoSocketPath {}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn only_an_absolute_path_of_a_file_is_one() {
        use NoSocketPath::{Abstract, NoFile, Relative, Slashes, TooLong};
        let longest = format!("/{}", "a".repeat(LONGEST - 1));
        assert_eq!(socket_path(&longest).as_deref(), Ok(Path::new(&longest)));
        for (written, wrong) in [
            ("@hooksieve", Abstract),
            ("\0hooksieve", Abstract),
            ("", Relative),
            ("run/a", Relative),
            ("///run/a", Slashes),
            ("/run/", NoFile),
            ("/", NoFile),
            ("/run/a\0", NoFile),
            (&format!("{longest}a"), TooLong),
        ] {
            assert_eq!(socket_path(written), Err(wrong), "{written}");
        }
    }
}
