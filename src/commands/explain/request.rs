//! The head of the request that an event is thought to come with.

use http::header::{HOST, HeaderName, HeaderValue};
use http::request::Parts;
use http::{Request, Uri};

use super::Arguments;

/// A header line.
pub type Field = (HeaderName, HeaderValue);

/// The host where none is named: some host must be, in HTTP/1.1.
const LOCALHOST: HeaderValue = HeaderValue::from_static("localhost");

/// The head of a POST, with a `Host` unless one of the header lines is that. What the proxy would refuse is not
/// refused here.
///
/// Fails with what to tell the user.
pub fn head(arguments: &Arguments) -> Result<Parts, String> {
    let (mut head, ()) = Request::post(arguments.path.clone())
        .body(())
        .map_err(|error| format!("hooksieve: {error}"))?
        .into_parts();
    for (name, value) in &arguments.headers {
        head.headers.append(name, value.clone());
    }
    if let Some(host) = &arguments.host {
        let value = HeaderValue::from_str(host).map_err(|_| {
            format!("hooksieve: --host {host:?} can't stand in a header; write a name, as hooks.example.com")
        })?;
        head.headers.append(HOST, value);
    } else if !head.headers.contains_key(HOST) {
        head.headers.insert(HOST, LOCALHOST);
    }
    Ok(head)
}

/// Reads a request target in origin form.
pub fn target(written: &str) -> Result<Uri, String> {
    let uri = written.parse().ok().filter(|_| written.starts_with('/'));
    uri.ok_or_else(|| "write it as it is sent, as /hooks/stripe".to_owned())
}

/// Reads a header line.
pub fn field(written: &str) -> Result<Field, String> {
    let field = written.split_once(':').and_then(|(name, value)| {
        Some((
            name.parse().ok()?,
            HeaderValue::from_str(value.trim()).ok()?,
        ))
    });
    field.ok_or_else(|| {
        "write a name, a colon and a value, as 'Content-Type: application/json'".to_owned()
    })
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Typed {
        #[command(flatten)]
        arguments: Arguments,
    }

    fn head_of(arguments: &[&str]) -> Parts {
        let arguments = ["explain"].iter().chain(arguments).chain(&["-"]);
        head(&Typed::try_parse_from(arguments).unwrap().arguments).unwrap()
    }

    #[test]
    fn a_host_is_there_whatever_was_typed() {
        for (typed, hosts) in [
            (&[][..], &["localhost"][..]),
            (&["--host", "a"], &["a"]),
            (&["-H", "host: b"], &["b"]),
            (&["-H", "host: b", "--host", "a"], &["b", "a"]),
        ] {
            let head = head_of(typed);
            assert!(head.headers.get_all(HOST).iter().eq(hosts), "{typed:?}");
        }
    }

    #[test]
    fn lines_and_targets_are_taken_as_they_are_sent() {
        let head = head_of(&[
            "--path",
            "/a//b?c=%2F",
            "--header",
            "X-A:  1 ",
            "--header",
            "x-a:",
        ]);
        assert_eq!(
            (head.method.as_str(), head.uri.to_string()),
            ("POST", "/a//b?c=%2F".to_owned())
        );
        assert!(head.headers.get_all("x-a").iter().eq(["1", ""]));
    }

    #[test]
    fn what_can_not_be_sent_is_refused() {
        for written in ["", "a", "http://a/b", "/a b", "*"] {
            assert!(target(written).is_err(), "{written:?}");
        }
        for written in ["", "a", "a b: c", ": c", "a: \u{1}"] {
            assert!(field(written).is_err(), "{written:?}");
        }
    }
}
