//! What is wrong with a config file, said so that one reading is enough to mend it.

use std::borrow::Cow;
use std::fmt;
use std::path::Path;
use std::slice;

/// Everything that is wrong with one config text: at least one [`Problem`], in the order of the file.
///
/// A text that is not TOML has exactly one problem, the first syntax error, because what follows it can't
/// be told apart for certain.
///
/// Not a [`std::error::Error`]: a line number says little without the name of the file, which only the caller
/// knows. See [`display_with`](Self::display_with).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problems(Vec<Problem>);

/// One thing that is wrong: where, and what would be right.
///
/// Text and nothing else: it is for a person to read, and no code decides by it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    place: Place,
    text: String,
}

/// Where in the file; lines and columns count from 1, columns in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    File,
    Line(usize),
    Column(usize, usize),
}

impl Problems {
    /// Puts `problems`, of which there is at least one, in the order of their lines, those of the whole file first.
    pub(super) fn new(problems: Vec<Problem>) -> Self {
        Self(in_order(problems))
    }

    /// The problems one by one, in the order of the file.
    pub fn iter(&self) -> impl Iterator<Item = &Problem> {
        self.0.iter()
    }

    /// One line per problem, each beginning with `file` and the line, as `config.toml:3: …`; the last has no
    /// newline behind it.
    ///
    /// Compilers write it like this, so editors and terminals make links of it.
    #[must_use]
    pub fn display_with<'a>(&'a self, file: &'a Path) -> impl fmt::Display + 'a {
        Listing {
            problems: &self.0,
            file,
        }
    }
}

impl Problem {
    /// A problem of the file as a whole, as a key that is missing.
    pub(super) fn of_file(text: String) -> Self {
        Self {
            place: Place::File,
            text,
        }
    }

    /// A problem in this line, or of the file as a whole.
    pub(super) fn at(line: Option<usize>, text: String) -> Self {
        Self {
            place: line.map_or(Place::File, Place::Line),
            text,
        }
    }

    /// The line that it is in, from 1, unless it is the file as a whole.
    #[must_use]
    pub fn line(&self) -> Option<usize> {
        match self.place {
            Place::File => None,
            Place::Line(line) | Place::Column(line, _) => Some(line),
        }
    }

    /// What it is, without its place.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// One line, beginning with `file` and the place, as [`Problems::display_with`].
    #[must_use]
    pub fn display_with<'a>(&'a self, file: &'a Path) -> impl fmt::Display + 'a {
        Listing {
            problems: slice::from_ref(self),
            file,
        }
    }

    /// A problem in the line of `source` that holds the byte `offset`.
    pub(super) fn in_line(source: &str, offset: usize, text: String) -> Self {
        Self {
            place: Place::Line(line(source, offset)),
            text,
        }
    }

    /// A problem right behind `before`, which is the source up to there.
    pub(super) fn at_end_of(before: &str, text: String) -> Self {
        let column = 1 + before.chars().rev().take_while(|&c| c != '\n').count();
        Self {
            place: Place::Column(line(before, before.len()), column),
            text,
        }
    }
}

/// The same in the order of their lines, those of the whole file first.
pub(super) fn in_order(mut problems: Vec<Problem>) -> Vec<Problem> {
    problems.sort_by_key(|problem| problem.place);
    problems
}

/// What was written, without the user name and the password of a URL in it: problems end up in logs.
///
/// A password may have any character in it, so all is left out up to the last `@`.
pub(super) fn without_credentials(written: &str) -> Cow<'_, str> {
    let hidden = written.rfind('@').and_then(|end| {
        let before = &written[..end];
        let scheme = before.find("://").map(|at| at + 3);
        let start = scheme.or_else(|| before.find(':').map(|at| at + 1))?;
        Some(start..end)
    });
    match hidden {
        Some(hidden) => {
            let (before, after) = (&written[..hidden.start], &written[hidden.end..]);
            Cow::Owned(format!("{before}…{after}"))
        }
        None => Cow::Borrowed(written),
    }
}

/// The number, from 1, of the line of `source` that holds the byte `offset`.
pub(super) fn line(source: &str, offset: usize) -> usize {
    1 + lines_between(source, 0, offset)
}

/// How many lines begin between two bytes of `source`.
pub(super) fn lines_between(source: &str, from: usize, to: usize) -> usize {
    let between = source.as_bytes().get(from..to).unwrap_or_default();
    memchr::memchr_iter(b'\n', between).count()
}

impl fmt::Display for Problem {
    /// `line 3: …`, or without a line where it is the file as a whole.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.place {
            Place::File => f.write_str(&self.text),
            Place::Line(line) => write!(f, "line {line}: {}", self.text),
            Place::Column(line, column) => write!(f, "line {line}, column {column}: {}", self.text),
        }
    }
}

struct Listing<'a> {
    problems: &'a [Problem],
    file: &'a Path,
}

impl fmt::Display for Listing<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, Problem { place, text }) in self.problems.iter().enumerate() {
            let newline = if i == 0 { "" } else { "\n" };
            write!(f, "{newline}{}{place}: {text}", self.file.display())?;
        }
        Ok(())
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File => Ok(()),
            Self::Line(line) => write!(f, ":{line}"),
            Self::Column(line, column) => write!(f, ":{line}:{column}"),
        }
    }
}
