//! The line that stands in the log where others should have been.

use std::{fmt::Write, io, time::SystemTime};

use tracing::Level;

use super::line::{Encoding, Line, MESSAGE};

/// Appends a line that says that `lost` lines are missing: stdout failed, or it did not keep up.
pub(super) fn write(line: &mut Vec<u8>, encoding: Encoding, lost: u64, failure: Option<io::Error>) {
    let mut line = Line::open(line, encoding, SystemTime::now(), Level::WARN);
    let why = match failure {
        None => "did not keep up",
        Some(_) => "could not be written",
    };
    line.text(MESSAGE, |out| write!(out, "log lines lost: stdout {why}"));
    line.integer("lost", lost);
    if let Some(error) = failure {
        line.text("error", |out| write!(out, "{error}"));
    }
    line.close();
}

#[cfg(test)]
mod tests {
    use super::*;

    fn notice(lost: u64, failure: Option<io::Error>) -> String {
        let mut line = Vec::new();
        write(&mut line, Encoding::Text, lost, failure);
        let line = String::from_utf8(line).unwrap();
        line.split_once("Z  ").unwrap().1.to_owned()
    }

    #[test]
    fn it_says_how_many_are_missing_and_why() {
        assert_eq!(
            notice(3, None),
            "WARN log lines lost: stdout did not keep up lost=3\n"
        );
        assert_eq!(
            notice(1, Some(io::Error::other("it broke"))),
            "WARN log lines lost: stdout could not be written lost=1 error=\"it broke\"\n"
        );
    }
}
