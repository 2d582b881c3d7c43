//! Bytes to lines: in large blocks, none copied but what a block cuts in two.

use std::io::{self, ErrorKind, Read};

use memchr::memchr;

/// Large enough that to ask for the next costs nothing beside reading it.
const BLOCK: usize = 256 * 1024;

/// What stands between two ends of lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Piece<'a> {
    /// A line, without its end.
    Line(&'a [u8]),
    /// What follows the last end of a line: a line that lacks its end, or part of one.
    Last(&'a [u8]),
    /// A line longer than 256 KiB, which the log has none of.
    TooLong,
}

/// Hands on every line that `from` holds. Memory is one block, however long the lines.
///
/// # Errors
///
/// When it can't be read.
pub(super) fn each(from: impl Read, each: impl FnMut(Piece<'_>)) -> io::Result<()> {
    each_by(BLOCK, from, each)
}

fn each_by(block: usize, mut from: impl Read, mut each: impl FnMut(Piece<'_>)) -> io::Result<()> {
    let mut block = vec![0; block];
    // How much of the block is filled, and whether that goes on a line that is too long.
    let (mut filled, mut is_too_long) = (0, false);
    loop {
        let read = match from.read(&mut block[filled..]) {
            Ok(read) => read,
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        filled += read;
        let mut begin = 0;
        while let Some(length) = memchr(b'\n', &block[begin..filled]) {
            let line = &block[begin..begin + length];
            if !is_too_long {
                each(Piece::Line(line));
            }
            is_too_long = false;
            begin += length + 1;
        }
        if read == 0 {
            if filled > begin && !is_too_long {
                each(Piece::Last(&block[begin..filled]));
            }
            return Ok(());
        }
        if begin == 0 && filled == block.len() {
            if !is_too_long {
                each(Piece::TooLong);
            }
            is_too_long = true;
            begin = filled;
        }
        block.copy_within(begin..filled, 0);
        filled -= begin;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Hands out a few bytes at a time, and is interrupted before each.
    struct Slow<'a>(&'a [u8], usize, bool);

    impl Read for Slow<'_> {
        fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
            self.2 = !self.2;
            if self.2 {
                return Err(ErrorKind::Interrupted.into());
            }
            let length = self.1.min(to.len());
            self.0.read(&mut to[..length])
        }
    }

    fn pieces(text: &str, at_once: usize) -> Vec<String> {
        let mut pieces = Vec::new();
        each_by(8, Slow(text.as_bytes(), at_once, false), |piece| {
            pieces.push(match piece {
                Piece::Line(line) => String::from_utf8(line.to_vec()).unwrap(),
                Piece::Last(line) => format!("last {}", str::from_utf8(line).unwrap()),
                Piece::TooLong => "too long".to_owned(),
            });
        })
        .unwrap();
        pieces
    }

    #[test]
    fn lines_are_the_same_however_they_come() {
        let table: &[(&str, &[&str])] = &[
            ("", &[]),
            ("\n", &[""]),
            ("a", &["last a"]),
            ("a\nbc\n\nd\n", &["a", "bc", "", "d"]),
            ("a\nbc", &["a", "last bc"]),
            ("1234567\n1234567\n", &["1234567", "1234567"]),
            ("12345678\na\n", &["too long", "a"]),
            (
                "a\n12345678901234567890\nb\nc",
                &["a", "too long", "b", "last c"],
            ),
            ("123456789", &["too long"]),
            ("12345678901234567890", &["too long"]),
        ];
        for (text, expected) in table {
            for at_once in 1..10 {
                assert_eq!(pieces(text, at_once), *expected, "{text:?} by {at_once}");
            }
        }
    }

    #[test]
    fn what_can_t_be_read_is_told() {
        let broken = io::Cursor::new(b"a\n").chain(Broken);
        let mut lines = 0;
        let error = each(broken, |_| lines += 1).unwrap_err();
        assert_eq!((error.kind(), lines), (ErrorKind::UnexpectedEof, 1));
    }

    struct Broken;

    impl Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(ErrorKind::UnexpectedEof.into())
        }
    }
}
