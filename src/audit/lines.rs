//! A file to lines.

use std::io::{self, BufRead};

/// What stands between two ends of lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece<'a> {
    /// A line, without its end.
    Line(&'a [u8]),
    /// What is behind the last line: part of one that is being written, or was torn by a crash.
    Torn(&'a [u8]),
}

/// Hands on all lines of a file, each with the number of bytes before it, for as long as it is told to go on. It holds
/// one line at a time.
///
/// # Errors
///
/// When it can't be read.
pub fn each(
    mut from: impl BufRead,
    mut each: impl FnMut(u64, Piece<'_>) -> bool,
) -> io::Result<()> {
    let (mut offset, mut line) = (0, Vec::new());
    while from.read_until(b'\n', &mut line)? > 0 {
        let length = line.len() as u64;
        let piece = match line.strip_suffix(b"\n") {
            Some(line) => Piece::Line(line),
            None => Piece::Torn(&line),
        };
        if !each(offset, piece) {
            break;
        }
        offset += length;
        line.clear();
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_told_by_where_they_begin() {
        let mut told = Vec::new();
        each(&b"a\n\nbc\nd"[..], |offset, piece| {
            told.push(match piece {
                Piece::Line(line) => (offset, line.len(), true),
                Piece::Torn(line) => (offset, line.len(), false),
            });
            true
        })
        .unwrap();
        assert_eq!(
            told,
            [(0, 1, true), (2, 0, true), (3, 2, true), (6, 1, false)]
        );
    }

    #[test]
    fn it_stops_where_it_is_told_to() {
        let mut count = 0;
        each(&b"a\nb\nc\n"[..], |_, _| {
            count += 1;
            count < 2
        })
        .unwrap();
        assert_eq!(count, 2);
    }
}
