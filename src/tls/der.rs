//! DER, as much of it as certificates are made of (X.690 §8.1).
//!
//! What comes from an upstream may be anything, so nothing is believed: what does not fit ends the reading.

/// `SEQUENCE`.
pub const SEQUENCE: u8 = 0x30;
/// `SET`.
pub const SET: u8 = 0x31;
/// `OBJECT IDENTIFIER`.
pub const OID: u8 = 0x06;
/// `OCTET STRING`.
pub const OCTETS: u8 = 0x04;
/// `BOOLEAN`.
pub const BOOLEAN: u8 = 0x01;
/// `INTEGER`.
pub const INTEGER: u8 = 0x02;

/// Values one behind another.
#[derive(Clone, Debug)]
pub struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    /// The values in `bytes`.
    pub fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    /// The next value, as its tag and what is in it; `None` at the end, or where there is no value.
    pub fn value(&mut self) -> Option<(u8, &'a [u8])> {
        let (&tag, rest) = self.0.split_first()?;
        let (&first, rest) = rest.split_first()?;
        let (length, rest) = match first {
            0..=0x7f => (usize::from(first), rest),
            // More than four bytes of length is more than anything has; 0x80 is the indefinite form, which DER has not.
            0x81..=0x84 => {
                let (bytes, rest) = rest.split_at_checked(usize::from(first & 0x7f))?;
                let length = bytes
                    .iter()
                    .fold(0, |sum, &byte| sum << 8 | usize::from(byte));
                (length, rest)
            }
            _ => return None,
        };
        let (content, rest) = rest.split_at_checked(length)?;
        self.0 = rest;
        Some((tag, content))
    }

    /// What is in the next value, if that has this tag.
    pub fn expect(&mut self, tag: u8) -> Option<&'a [u8]> {
        let mut ahead = self.clone();
        let (found, content) = ahead.value()?;
        if found != tag {
            return None;
        }
        *self = ahead;
        Some(content)
    }

    /// The values within the next one, if that has this tag.
    pub fn within(&mut self, tag: u8) -> Option<Self> {
        self.expect(tag).map(Self)
    }
}

impl<'a> Iterator for Reader<'a> {
    type Item = (u8, &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        self.value()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_come_one_behind_another_and_end_where_one_is_cut() {
        let mut long = vec![OCTETS, 0x82, 0x01, 0x00];
        long.extend([7; 256]);
        for (bytes, values) in [
            (&[][..], &[][..]),
            (&[INTEGER, 1, 5], &[(INTEGER, 1)]),
            (&[SEQUENCE, 2, 1, 0, SET, 0], &[(SEQUENCE, 2), (SET, 0)]),
            (&long, &[(OCTETS, 256)]),
            (&long[..259], &[]),
            (&[OID], &[]),
            (&[OID, 0x80, 0, 0], &[]),
            (&[OID, 0x85, 0, 0, 0, 0, 1, 0], &[]),
            (&[OID, 0x84, 0xff, 0xff, 0xff, 0xff, 0], &[]),
        ] {
            let found: Vec<_> = Reader::new(bytes)
                .map(|(tag, content)| (tag, content.len()))
                .collect();
            assert_eq!(found, values, "{bytes:x?}");
        }
    }

    #[test]
    fn what_is_not_expected_stays_there() {
        let mut reader = Reader::new(&[SEQUENCE, 3, INTEGER, 1, 9, SET, 0]);
        assert_eq!(reader.expect(SET), None);
        let mut within = reader.within(SEQUENCE).expect("it is next");
        assert_eq!(within.expect(INTEGER), Some(&[9][..]));
        assert_eq!(reader.expect(SET), Some(&[][..]));
        assert_eq!(reader.value(), None);
    }
}
