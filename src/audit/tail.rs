//! Where a file ends that was being written when the program died.

use std::io::{self, ErrorKind, Read, Seek, SeekFrom};

use super::hash::Link;
use super::line::{BEGIN, Line};

/// How much is read at once.
const BLOCK: u64 = 64 * 1024;
/// How many lines are looked at from the end. One that can't be read may have been changed, or lost its bytes with the
/// machine's power; so many are another kind of file.
const LOOKED_AT: usize = 1000;

/// The end of a file.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Tail {
    /// The last line that is as it was written.
    pub last: Option<Link>,
    /// Bytes up to the end of the last line.
    pub whole: u64,
    /// Bytes behind that: a line of which no sender was told, since it was not on disk.
    pub torn: u64,
}

/// Finds the end of a file.
///
/// # Errors
///
/// When it can't be read, or is no record of drops: nothing is to be cut off from it then.
pub(super) fn tail(file: &mut (impl Read + Seek)) -> io::Result<Tail> {
    let length = file.seek(SeekFrom::End(0))?;
    let whole = behind_last_line(file, length)?;
    let (mut end, mut looked_at) = (whole, 0);
    while end > 0 && looked_at < LOOKED_AT {
        let begin = behind_last_line(file, end - 1)?;
        let line = read(file, begin, end - 1)?;
        if let Ok(line) = Line::read(&line) {
            return Ok(Tail {
                last: Some(line.link),
                whole,
                torn: length - whole,
            });
        }
        (end, looked_at) = (begin, looked_at + 1);
    }
    let begin = read(file, 0, length.min(BEGIN.len() as u64))?;
    let is_torn = BEGIN.starts_with(&begin) || begin.iter().all(|&byte| byte == 0);
    if whole > 0 || !is_torn {
        let error = "it is another kind of file; name one that is not there yet, or was written by hooksieve";
        return Err(io::Error::new(ErrorKind::InvalidData, error));
    }
    Ok(Tail {
        last: None,
        whole: 0,
        torn: length,
    })
}

/// The first byte behind the last line that ends before `end`.
fn behind_last_line(file: &mut (impl Read + Seek), mut end: u64) -> io::Result<u64> {
    while end > 0 {
        let begin = end.saturating_sub(BLOCK);
        let block = read(file, begin, end)?;
        if let Some(at) = memchr::memrchr(b'\n', &block) {
            return Ok(begin + at as u64 + 1);
        }
        end = begin;
    }
    Ok(0)
}

fn read(file: &mut (impl Read + Seek), begin: u64, end: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    file.seek(SeekFrom::Start(begin))?;
    file.by_ref().take(end - begin).read_to_end(&mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;
    use crate::audit::line::tests::{dropped, line};

    /// Two lines, the second with a body of this length.
    fn lines(body: usize) -> (Vec<u8>, Vec<u8>, Link) {
        let (mut first, link) = line(&Link::default(), &dropped("a", None));
        let (mut second, link) = line(&link, &dropped("b", Some(&vec![b'x'; body])));
        first.push(b'\n');
        second.push(b'\n');
        (first, second, link)
    }

    #[test]
    fn wherever_a_line_is_torn_the_one_before_it_is_the_last() {
        let (first, second, _) = lines(0);
        let link = Line::read(first.trim_ascii()).unwrap().link;
        for torn in 0..second.len() {
            let file = [&first, &second[..torn]].concat();
            let expected = Tail {
                last: Some(link),
                whole: first.len() as u64,
                torn: torn as u64,
            };
            assert_eq!(tail(&mut Cursor::new(file)).unwrap(), expected, "{torn}");
        }
    }

    #[test]
    fn a_line_is_found_however_long_it_is() {
        for body in [0, 48_000, 70_000, 300_000] {
            let (first, second, link) = lines(body);
            let whole = (first.len() + second.len()) as u64;
            let file = [first, second, b"torn".to_vec()].concat();
            let expected = Tail {
                last: Some(link),
                whole,
                torn: 4,
            };
            assert_eq!(tail(&mut Cursor::new(file)).unwrap(), expected, "{body}");
        }
    }

    #[test]
    fn a_line_that_was_changed_is_left_where_it_is() {
        let (first, mut second, _) = lines(10);
        let link = Line::read(first.trim_ascii()).unwrap().link;
        second[40] ^= 1;
        let whole = (first.len() + second.len()) as u64;
        let found = tail(&mut Cursor::new([first, second].concat())).unwrap();
        assert_eq!(
            (found.last, found.whole, found.torn),
            (Some(link), whole, 0)
        );
    }

    #[test]
    fn a_first_line_that_is_torn_is_told_from_another_kind_of_file() {
        let (first, ..) = lines(0);
        for torn in [
            &first[..0],
            &first[..1],
            &first[..9],
            &first[..100],
            &[0; 5000],
        ] {
            let expected = Tail {
                last: None,
                whole: 0,
                torn: torn.len() as u64,
            };
            assert_eq!(tail(&mut Cursor::new(torn)).unwrap(), expected);
        }
        for other in ["x", "{}", "{\"number\"=", "a\nb\n", "{}\n", "\n"] {
            let error = tail(&mut Cursor::new(other)).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidData, "{other:?}");
        }
    }
}
