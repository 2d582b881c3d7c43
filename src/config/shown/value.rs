//! A value, as it could be written in the file.

use std::fmt::{self, Write};
use std::time::Duration;

use crate::config::units::show_time;
use crate::policy::Patterns;
use crate::telemetry::in_toml;

/// A value as it could be written. Its `Display` is TOML in one line, in which nothing is hidden.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// A string.
    Text(String),
    /// A whole number.
    Number(usize),
    /// `true` or `false`.
    Flag(bool),
    /// A list of strings.
    List(Vec<String>),
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<usize> for Value {
    fn from(number: usize) -> Self {
        Self::Number(number)
    }
}

impl From<bool> for Value {
    fn from(flag: bool) -> Self {
        Self::Flag(flag)
    }
}

impl From<Duration> for Value {
    fn from(time: Duration) -> Self {
        Self::Text(show_time(time))
    }
}

impl From<Vec<String>> for Value {
    fn from(list: Vec<String>) -> Self {
        Self::List(list)
    }
}

impl From<&Patterns> for Value {
    fn from(patterns: &Patterns) -> Self {
        Self::List(patterns.iter().map(|one| one.as_str().to_owned()).collect())
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => f.write_str(&in_toml(text)),
            Self::Number(number) => number.fmt(f),
            Self::Flag(flag) => flag.fmt(f),
            Self::List(list) => {
                f.write_char('[')?;
                for (number, text) in list.iter().enumerate() {
                    if number > 0 {
                        f.write_str(", ")?;
                    }
                    f.write_str(&in_toml(text))?;
                }
                f.write_char(']')
            }
        }
    }
}
