use super::*;
use crate::transport::NoSocketPath;

#[test]
fn an_origin_shows_as_its_authority() {
    for (url, host, port, authority) in [
        ("http://127.0.0.1:3000", "127.0.0.1", 3000, "127.0.0.1:3000"),
        ("http://app/", "app", 80, "app"),
        (
            "http://my_app-1.internal:80",
            "my_app-1.internal",
            80,
            "my_app-1.internal",
        ),
        ("http://[::1]:3000", "::1", 3000, "[::1]:3000"),
        ("http://[0:0::1]", "::1", 80, "[::1]"),
    ] {
        let origin = Origin::parse(url).unwrap();
        assert_eq!((origin.host(), origin.port()), (host, port), "{url}");
        assert_eq!(origin.to_string(), authority, "{url}");
    }
}

#[test]
fn one_on_a_socket_shows_as_that_and_is_called_localhost() {
    let origin = Origin::parse("unix:/run/my app.sock").unwrap();
    assert_eq!(
        origin.socket(),
        Some(std::path::Path::new("/run/my app.sock"))
    );
    assert_eq!(origin.authority(), "localhost");
    assert_eq!(origin.url(), "unix:/run/my app.sock");
    assert_ne!(origin, Origin::parse("http://localhost").unwrap());
    assert_eq!(Origin::parse("http://app:80/").unwrap().url(), "http://app");
}

#[test]
fn another_scheme_is_another_origin_with_another_port() {
    for (url, port, shown) in [
        ("https://app", 443, "https://app"),
        ("https://app:443/", 443, "https://app"),
        ("https://app:80", 80, "https://app:80"),
        ("https://[::1]", 443, "https://[::1]"),
        ("http://app:443", 443, "app:443"),
    ] {
        let origin = Origin::parse(url).unwrap();
        assert_eq!(
            (origin.port(), &*origin.to_string()),
            (port, shown),
            "{url}"
        );
        assert_eq!(Origin::parse(&origin.url()), Ok(origin), "{url}");
    }
    assert_ne!(
        Origin::parse("http://app:443"),
        Origin::parse("https://app")
    );
}

#[test]
fn anything_else_is_refused() {
    use OriginError::{Credentials, Host, Path, Port, Scheme, Socket};
    for (url, wrong) in [
        ("https:app", Scheme),
        ("https://app/hooks", Path),
        ("https://a..b", Host),
        ("https://me@app", Credentials),
        ("https://app:0", Port),
        ("unix:run/app.sock", Socket(NoSocketPath::Relative)),
        ("unix:///run/app.sock", Socket(NoSocketPath::Slashes)),
        ("unix:@app", Socket(NoSocketPath::Abstract)),
        ("127.0.0.1:3000", Scheme),
        ("http:app", Scheme),
        ("ftp://app", Scheme),
        ("", Scheme),
        ("http://me:secret@app", Credentials),
        ("http://app/hooks", Path),
        ("http://app//", Path),
        ("http://app?x=1", Path),
        ("http://app#x", Path),
        ("http://", Host),
        ("http://:3000", Host),
        ("http://my app", Host),
        ("http://::1", Host),
        ("http://[::1", Host),
        ("http://[app]", Host),
        ("http://[::1]x:1", Host),
        ("http://app:", Port),
        ("http://app:0", Port),
        ("http://app:+1", Port),
        ("http://app:65536", Port),
    ] {
        assert_eq!(Origin::parse(url), Err(wrong), "{url}");
    }
}
