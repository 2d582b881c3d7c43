//! Keys that differ, and are one to some receivers.
//!
//! - Go's `encoding/json`, .NET, cJSON and many a mapper compare without regard to case: by lower case, by upper
//!   case or by folding, one letter for one or with expansions (`ﬆ` is `st`), in ASCII or in all of Unicode, and
//!   where nobody thought of it in the language of the machine. In Turkish `I` is the upper case of `ı`, and `İ`
//!   that of `i`; in Lithuanian a dot above goes and comes with the case.
//! - json-c and whoever else keeps keys as strings of C ends them at a NUL.
//!
//! To take one alias too many for the type is a doubt more, to miss one may be a wrong drop. So all of these count
//! at once, though no receiver does it all.

/// Whether some receiver may take `key` for `name`.
pub(super) fn is_alias(key: &str, name: &str) -> bool {
    may_begin(byte(key, 0), name) && is_same(key, name)
}

/// Whether a key that begins with this byte, NUL if it is empty, can be an alias of `name`.
///
/// Quick, and sure only when it says no: a letter of ASCII is the same as another at most in the other case.
pub(super) fn may_begin(byte: u8, name: &str) -> bool {
    let first = self::byte(name, 0);
    byte.eq_ignore_ascii_case(&first) || matches!(byte, 0x80..) || matches!(first, 0x80..)
}

/// Whether both are the same up to a NUL and after folding.
fn is_same(key: &str, name: &str) -> bool {
    // Most differ soon, in letters of ASCII that stand for nothing but themselves.
    for at in 0..=key.len().min(name.len()) {
        match (byte(key, at), byte(name, at)) {
            (0x80.., _) | (_, 0x80..) => return folded(&key[at..]).eq(folded(&name[at..])),
            (0, 0) => return true,
            (one, other) if !one.eq_ignore_ascii_case(&other) => return false,
            _ => {}
        }
    }
    false
}

/// The byte at this place, NUL at the end.
fn byte(text: &str, at: usize) -> u8 {
    text.as_bytes().get(at).copied().unwrap_or_default()
}

/// `text` up to a NUL, without what some receiver does not regard.
///
/// Upper case of lower case is as coarse as folding: the Kelvin sign has only a lower case in common with `k`, and
/// `ſ` only an upper case with `s`.
fn folded(text: &str) -> impl Iterator<Item = char> {
    const DOT_ABOVE: char = '\u{307}';
    text.chars()
        .take_while(|&char| char != '\0')
        .flat_map(char::to_lowercase)
        .flat_map(char::to_uppercase)
        .filter(|&char| char != DOT_ABOVE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_the_same_to_somebody_is_an_alias() {
        let table: &[(&str, &[&str])] = &[
            (
                "type",
                &[
                    "Type",
                    "TYPE",
                    "tYpE",
                    "type\0",
                    "type\0x",
                    "TYPE\0\0",
                    "type\0\u{307}",
                ],
            ),
            (
                "id",
                &[
                    "ID",
                    "Id",
                    "\u{131}d",
                    "\u{130}d",
                    "\u{130}D",
                    "i\u{307}d",
                    "I\u{307}D",
                ],
            ),
            ("sku", &["\u{17F}ku", "s\u{212A}u", "\u{17F}\u{212A}U\0u"]),
            ("\u{130}", &["i", "I", "\u{131}", "i\u{307}"]),
            // Letters that become several.
            ("class", &["cla\u{DF}", "CLA\u{1E9E}", "cla\u{17F}\u{17F}"]),
            (
                "office",
                &["o\u{FB03}ce", "of\u{FB01}ce", "o\u{FB00}\u{131}ce"],
            ),
            ("status", &["\u{FB06}atus", "\u{FB05}atu\u{17F}"]),
            ("\u{DF}", &["ss", "SS", "\u{1E9E}"]),
            // Letters outside of ASCII.
            ("größe", &["GRÖSSE", "GRÖẞE", "Grösse"]),
            ("ΣΑΣ", &["σας", "σασ", "ςας"]),
            ("\u{B5}", &["\u{3BC}", "\u{39C}"]),
            ("\u{1C4}", &["\u{1C5}", "\u{1C6}"]),
            ("\u{1FB3}", &["\u{1FBC}", "ΑΙ", "αι", "α\u{345}"]),
            ("", &["\0", "\0type", "\u{307}"]),
            ("a\0b", &["a", "A\0c"]),
        ];
        for (name, aliases) in table {
            for alias in *aliases {
                assert!(is_alias(alias, name), "{alias:?} {name:?}");
                assert!(is_alias(name, alias), "{name:?} {alias:?}");
            }
        }
    }

    #[test]
    fn what_differs_to_everybody_is_none() {
        let table: &[(&str, &[&str])] = &[
            (
                "type",
                &[
                    "",
                    "typ",
                    "types",
                    "type ",
                    " type",
                    "\0type",
                    "ty\0pe",
                    "typ\0e",
                    "tÿpe",
                    "týpe",
                    "t\u{443}pe",
                    "\u{FF54}ype",
                    "type\u{200B}",
                    "event_type",
                ],
            ),
            ("event_type", &["eventtype", "event-type", "event type"]),
            ("id", &["ld", "1d", "\u{CC}d"]),
            ("sk", &["sku", "\u{DF}k", "5k"]),
            ("", &["type", "i"]),
        ];
        for (name, others) in table {
            for other in *others {
                assert!(!is_alias(other, name), "{other:?} {name:?}");
                assert!(!is_alias(name, other), "{name:?} {other:?}");
            }
        }
    }

    #[test]
    fn every_character_is_the_same_in_either_case() {
        for char in char::MIN..=char::MAX {
            let (lower, upper) = (char.to_lowercase(), char.to_uppercase());
            if lower.clone().eq([char]) && upper.clone().eq([char]) {
                continue;
            }
            let (lower, upper, char) = (lower.to_string(), upper.to_string(), char.to_string());
            for other in [lower.to_uppercase(), upper.to_lowercase(), lower, upper] {
                assert!(is_alias(&other, &char), "{other:?} {char:?}");
            }
        }
    }

    #[test]
    fn the_first_byte_rules_no_alias_out() {
        let letters = || ('\0'..='\u{7F}').map(String::from);
        for (key, name) in letters().flat_map(|key| letters().map(move |name| (key.clone(), name)))
        {
            let same = folded(&key).eq(folded(&name));
            assert!(
                !same || may_begin(key.as_bytes()[0], &name),
                "{key:?} {name:?}"
            );
        }
        for (byte, name) in [(0xC4, "id"), (b'i', "\u{131}d"), (0, ""), (0, "\0")] {
            assert!(may_begin(byte, name), "{byte} {name:?}");
        }
    }
}
