//! How often a field is there.

use http::HeaderMap;
use http::header::HeaderName;

/// What a head has of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lines<'h> {
    /// Nothing.
    None,
    /// One line, with this value.
    One(&'h [u8]),
    /// Several lines. Receivers differ in which one they take, or join them.
    Several,
}

/// What `headers` have of the field `name`.
#[must_use]
pub fn lines<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Lines<'h> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (None, _) => Lines::None,
        (Some(value), None) => Lines::One(value.as_bytes()),
        (Some(_), Some(_)) => Lines::Several,
    }
}
