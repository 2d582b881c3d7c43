//! Which characters stand in a line as they are, and which words without quotes.

use std::ops::{BitAnd, BitOr};

/// Whether nothing in `text` needs a closer look: it is printable ASCII without `"` and `\`.
pub(super) fn is_plain(text: &[u8]) -> bool {
    all(text, |byte| {
        let printable = is_between(b' ', byte, b'~');
        [printable, byte != b'"', byte != b'\\']
            .into_iter()
            .fold(true, bool::bitand)
    })
}

/// Whether `text` is ASCII letters, digits and `-./:_[]%`, and not empty: enough for names, paths, addresses
/// and durations. Whatever else could be read as more than a word is not.
pub(super) fn is_word(text: &[u8]) -> bool {
    let is_of_a_word = |byte| {
        let letter = is_between(b'a', byte | 0x20, b'z');
        // `-./0123456789:`
        let digit = is_between(b'-', byte, b':');
        let [mark, open, close, percent] = b"_[]%".map(|other| byte == other);
        [letter, digit, mark, open, close, percent]
            .into_iter()
            .fold(false, bool::bitor)
    };
    !text.is_empty() && all(text, is_of_a_word)
}

/// Whether whoever reads `char` sees that it is there, and that it is no other.
///
/// Not so of what steers a terminal, turns the direction of writing, breaks a line, is white space other than
/// the space itself, joins or combines with its neighbours, means something else everywhere, or nothing yet.
pub(super) fn is_visible(char: char) -> bool {
    match char {
        ' '..='~' => true,
        // Letters and a symbol that are drawn as nothing.
        '\u{115f}' | '\u{1160}' | '\u{2800}' | '\u{3164}' | '\u{ffa0}' => false,
        // std has these categories, and no other name for them.
        _ => char.escape_debug().len() == 1,
    }
}

/// Whether all bytes are `fit`, as `x` is.
///
/// Sixteen at a time without a branch, which the compiler makes vector code of; the last sixteen may have been
/// looked at in part.
#[inline]
fn all(text: &[u8], fit: impl Fn(u8) -> bool) -> bool {
    const BLOCK: usize = 16;

    let are_fit = |block: &[u8; BLOCK]| block.iter().fold(true, |all, &byte| all & fit(byte));
    match text.last_chunk() {
        None => {
            let mut block = [b'x'; BLOCK];
            block[..text.len()].copy_from_slice(text);
            are_fit(&block)
        }
        Some(last) => are_fit(last) && text.as_chunks().0.iter().all(are_fit),
    }
}

fn is_between(first: u8, byte: u8, last: u8) -> bool {
    byte.wrapping_sub(first) <= last - first
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What can't be told by looking, block by block.
    const HIDDEN: [(char, char); 45] = [
        // Control.
        ('\0', '\x1f'),
        ('\x7f', '\u{9f}'),
        // White space.
        ('\u{a0}', '\u{a0}'),
        ('\u{1680}', '\u{1680}'),
        ('\u{2000}', '\u{200a}'),
        ('\u{202f}', '\u{202f}'),
        ('\u{205f}', '\u{205f}'),
        ('\u{3000}', '\u{3000}'),
        // Line and paragraph separator.
        ('\u{2028}', '\u{2029}'),
        // Soft hyphen, joiners, direction, byte order mark, and other format characters.
        ('\u{ad}', '\u{ad}'),
        ('\u{34f}', '\u{34f}'),
        ('\u{600}', '\u{605}'),
        ('\u{61c}', '\u{61c}'),
        ('\u{6dd}', '\u{6dd}'),
        ('\u{70f}', '\u{70f}'),
        ('\u{890}', '\u{891}'),
        ('\u{8e2}', '\u{8e2}'),
        ('\u{180b}', '\u{180f}'),
        ('\u{200b}', '\u{200f}'),
        ('\u{202a}', '\u{202e}'),
        ('\u{2060}', '\u{206f}'),
        ('\u{feff}', '\u{feff}'),
        ('\u{fff9}', '\u{fffb}'),
        ('\u{110bd}', '\u{110bd}'),
        ('\u{110cd}', '\u{110cd}'),
        ('\u{13430}', '\u{1343f}'),
        ('\u{1bca0}', '\u{1bca3}'),
        ('\u{1d173}', '\u{1d17a}'),
        // Variation selectors and tags.
        ('\u{fe00}', '\u{fe0f}'),
        ('\u{e0001}', '\u{e007f}'),
        ('\u{e0100}', '\u{e01ef}'),
        // Marks that are drawn over the character before them.
        ('\u{300}', '\u{34e}'),
        ('\u{20d0}', '\u{20f0}'),
        // Drawn as nothing.
        ('\u{115f}', '\u{1160}'),
        ('\u{17b4}', '\u{17b5}'),
        ('\u{2800}', '\u{2800}'),
        ('\u{3164}', '\u{3164}'),
        ('\u{ffa0}', '\u{ffa0}'),
        // Private use.
        ('\u{e000}', '\u{f8ff}'),
        ('\u{f0000}', '\u{ffffd}'),
        ('\u{100000}', '\u{10fffd}'),
        // Never characters.
        ('\u{fdd0}', '\u{fdef}'),
        ('\u{fffe}', '\u{ffff}'),
        ('\u{1fffe}', '\u{1ffff}'),
        ('\u{10fffe}', '\u{10ffff}'),
    ];

    #[test]
    fn what_hides_or_misleads_is_not_visible() {
        for (first, last) in HIDDEN {
            for char in first..=last {
                assert!(!is_visible(char), "{char:?}");
            }
        }
    }

    #[test]
    fn what_can_be_read_is_visible() {
        for char in ('\x20'..='\x7e').chain("¡éßøñЖλ中あア한…“”€😀\u{fffd}".chars())
        {
            assert!(is_visible(char), "{char:?}");
        }
    }

    #[test]
    fn names_paths_addresses_and_durations_are_words() {
        for word in "invoice.paid v2.core_event /hook/a%20b 127.0.0.1:80 [::1]:80 1.5ms 2026-11-22T15:04:05Z"
            .split(' ')
        {
            assert!(is_word(word.as_bytes()), "{word}");
        }
        for byte in 0..=u8::MAX {
            let of_a_word = byte.is_ascii_alphanumeric() || b"-./:_[]%".contains(&byte);
            assert_eq!(is_word(&[byte]), of_a_word, "{byte}");
        }
        assert!(!is_word(b""));
    }

    #[test]
    fn what_does_not_fit_is_found_wherever_it_is() {
        for length in 0..70 {
            let mut text = vec![b'x'; length];
            assert!(is_plain(&text) && is_word(&text) == (length > 0));
            for at in 0..length {
                for odd in [b'"', b'\\', b'\x1f', b'\x7f', b'\x80', b'\xff'] {
                    text[at] = odd;
                    assert!(!is_plain(&text) && !is_word(&text), "{odd} at {at}");
                }
                text[at] = b'=';
                assert!(is_plain(&text) && !is_word(&text), "= at {at}");
                text[at] = b'x';
            }
        }
    }
}
