//! How often a field is there.

use http::HeaderMap;
use http::header::HeaderName;

use super::cgi::same_to_cgi;

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

/// What `headers` have of the field `name`. One that has the same name in the environment of a CGI program counts as
/// another line of it.
#[must_use]
pub fn lines<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Lines<'h> {
    let mut values = headers.get_all(name).iter();
    let is_alone = same_to_cgi(headers, name).next().is_none();
    match (values.next(), values.next()) {
        (None, _) if is_alone => Lines::None,
        (Some(value), None) if is_alone => Lines::One(value.as_bytes()),
        _ => Lines::Several,
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn a_field_of_another_spelling_is_another_line() {
        let name = HeaderName::from_static("x-a");
        for (fields, expected) in [
            (&[][..], Lines::None),
            (&["x-b"], Lines::None),
            (&["x-a"], Lines::One(b"1")),
            (&["x-a", "x-b"], Lines::One(b"1")),
            (&["x-a", "x-a"], Lines::Several),
            (&["x_a"], Lines::Several),
            (&["x-a", "x_a"], Lines::Several),
        ] {
            let mut headers = HeaderMap::new();
            for &field in fields {
                headers.append(field, HeaderValue::from_static("1"));
            }
            assert_eq!(lines(&headers, &name), expected, "{fields:?}");
        }
    }
}
