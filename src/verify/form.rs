//! What of a form is signed: its names and values, decoded and sorted.

use std::borrow::Cow;

use super::Flaw;

/// How many fields a signed form may have: each takes memory of its own. Twilio sends some dozens, Mandrill one.
const MOST: usize = 1000;

/// Each name of the form in `body` with each of its values behind it, sorted by name, then by value, each pair once, as
/// Twilio's own libraries have it.
pub(super) fn sorted<P: AsRef<[u8]>>(body: &[P]) -> Result<Vec<u8>, Flaw> {
    let whole = match body {
        [one] => Cow::Borrowed(one.as_ref()),
        pieces => {
            let pieces: Vec<_> = pieces.iter().map(AsRef::as_ref).collect();
            Cow::Owned(pieces.concat())
        }
    };
    let mut fields = Vec::new();
    for field in whole.split(|&byte| byte == b'&') {
        if field.is_empty() {
            continue;
        }
        if fields.len() == MOST {
            return Err(Flaw::ManyFields);
        }
        let mut parts = field.splitn(2, |&byte| byte == b'=');
        let mut part = || decoded(parts.next().unwrap_or_default());
        fields.push((part(), part()));
    }
    fields.sort_unstable();
    fields.dedup();
    let mut all = Vec::with_capacity(whole.len());
    for (name, value) in &fields {
        all.extend_from_slice(name);
        all.extend_from_slice(value);
    }
    Ok(all)
}

/// A name or a value as it is meant: `+` is a space, and `%2B` a `+`. An escape that is none stands for itself.
fn decoded(written: &[u8]) -> Cow<'_, [u8]> {
    if !written.iter().any(|byte| b"+%".contains(byte)) {
        return Cow::Borrowed(written);
    }
    let mut bytes = Vec::with_capacity(written.len());
    let mut rest = written;
    while let Some((&first, behind)) = rest.split_first() {
        let escaped = behind.get(..2).filter(|_| first == b'%').and_then(escaped);
        let byte = match first {
            b'+' => b' ',
            first => escaped.unwrap_or(first),
        };
        bytes.push(byte);
        rest = &behind[if escaped.is_some() { 2 } else { 0 }..];
    }
    Cow::Owned(bytes)
}

fn escaped(digits: &[u8]) -> Option<u8> {
    let digit = |byte: u8| char::from(byte).to_digit(16);
    let (high, low) = (digit(digits[0])?, digit(digits[1])?);
    u8::try_from(high << 4 | low).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_values_are_decoded_sorted_and_told_once() {
        for (form, expected) in [
            ("", &b""[..]),
            ("b=2&a=1", b"a1b2"),
            ("a=2&a=1&a=2", b"a1a2"),
            ("a&=&b=", b"ab"),
            ("&&a=b=c&", b"ab=c"),
            ("a+b=c%2Bd%20e", b"a bc+d e"),
            ("a=%ff%FF%0", b"a\xff\xff%0"),
            ("a=%&b=%g0%1", b"a%b%g0%1"),
            ("B=1&a=2&A=3", b"A3B1a2"),
        ] {
            assert_eq!(sorted(&[form]).as_deref(), Ok(expected), "{form}");
            let bytes: Vec<_> = form.as_bytes().chunks(1).collect();
            assert_eq!(sorted(&bytes).as_deref(), Ok(expected), "{form}");
        }
    }

    #[test]
    fn it_has_an_end() {
        let form = |fields| "a&".repeat(fields);
        assert_eq!(sorted(&[form(MOST)]).as_deref(), Ok(&b"a"[..]));
        assert_eq!(sorted(&[form(MOST + 1)]), Err(Flaw::ManyFields));
    }
}
