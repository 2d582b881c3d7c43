//! Where a secret is kept.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

/// Where a secret is kept. It is read when the program starts and at each reload, by whoever does I/O.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Source {
    /// In an environment variable of this name, as `env:STRIPE_SECRET`.
    Environment(String),
    /// In the file at this absolute path, as `file:/run/secrets/stripe`, but for a line break at its end.
    File(PathBuf),
}

/// It is neither. Whoever tells of it does not repeat it: it may be the secret itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BadSource;

impl FromStr for Source {
    type Err = BadSource;

    fn from_str(written: &str) -> Result<Self, BadSource> {
        match written.split_once(':') {
            Some(("env", name)) if is_name(name) => Ok(Self::Environment(name.to_owned())),
            Some(("file", path)) if path.starts_with('/') && !path.contains(char::is_control) => {
                Ok(Self::File(path.into()))
            }
            _ => Err(BadSource),
        }
    }
}

/// Whether a shell can set a variable of this name (POSIX.1-2024 §3.216).
fn is_name(name: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    name.bytes().all(is_part) && name.starts_with(|first: char| !first.is_ascii_digit())
}

impl fmt::Display for Source {
    /// As it is written in the file.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Environment(name) => write!(f, "env:{name}"),
            Self::File(path) => write!(f, "file:{}", path.display()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_written_as_it_is_read() {
        for written in ["env:A", "env:_a1", "file:/a", "file:/run/se crets/a:b"] {
            let source: Source = written.parse().unwrap();
            assert_eq!(source.to_string(), written);
        }
        for written in [
            "",
            "A",
            "env:",
            "env:1A",
            "env:A-B",
            "env: A",
            "ENV:A",
            "file:",
            "file:a",
            "file:/a\n",
            "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        ] {
            assert_eq!(written.parse::<Source>(), Err(BadSource), "{written:?}");
        }
    }
}
