use std::net::SocketAddr;
use std::time::Duration;

use proptest::collection::vec;
use proptest::prelude::*;

use super::*;

/// An event of this type, with this body.
pub(in crate::audit) fn dropped(event_type: &str, body: Option<&[u8]>) -> Dropped {
    Dropped {
        time: SystemTime::UNIX_EPOCH + Duration::from_micros(1_796_000_000_000_001),
        route: Some("/hooks/*".into()),
        event_type: Some(event_type.to_owned()),
        event_id: None,
        rule: Some("deny \"batch.*\"".to_owned()),
        peer: SocketAddr::from(([203, 0, 113, 7], 40_000)).into(),
        head: b"POST /hooks/a HTTP/1.1\r\nHost: a\r\nX-Latin: \xe9\r\n\r\n".to_vec(),
        bytes: 5,
        body: body.map(|body| vec![Bytes::copy_from_slice(body)]),
    }
}

/// The line of an event behind `last`, without its end, and the link to it.
pub(in crate::audit) fn line(last: &Link, event: &Dropped) -> (Vec<u8>, Link) {
    let mut bytes = Vec::new();
    let link = write(&mut bytes, last, event).unwrap();
    assert_eq!(bytes.pop(), Some(b'\n'));
    assert!(!bytes.contains(&b'\n'));
    (bytes, link)
}

#[test]
fn a_line_looks_like_this() {
    let (first, link) = line(
        &Link::default(),
        &dropped("batch.created", Some(b"{\"a\"}")),
    );
    let (text, hash) = (String::from_utf8(first).unwrap(), link.hash);
    let zeros = "0".repeat(64);
    let expected = format!(
        r#"{{"number":1,"prev":"{zeros}","time":"2026-11-30T00:53:20.000001Z","route":"/hooks/*","type":"batch.created","rule":"deny \"batch.*\"","peer":"203.0.113.7:40000","head":"POST /hooks/a HTTP/1.1\r\nHost: a\r\nX-Latin: é\r\n\r\n","bytes":5,"body":"eyJhIn0=","hash":"{hash}"}}"#
    );
    assert_eq!(text, expected);
    let (second, _) = line(&link, &dropped("x", None));
    let read = Line::read(&second).unwrap();
    assert_eq!((read.link.number, read.previous), (2, link.hash));
    assert_eq!((read.has_body(), read.body()), (false, Ok(None)));
}

#[test]
fn no_byte_of_a_line_can_be_another() {
    let (line, _) = line(&Link::default(), &dropped("x", Some(b"a")));
    for at in 0..line.len() {
        let mut other = line.clone();
        other[at] ^= 1;
        assert_eq!(Line::read(&other), Err(Broken), "{at}");
        assert_eq!(Line::read(&line[..at]), Err(Broken), "{at}");
    }
    assert_eq!(Line::read(&[&line[..], b" "].concat()), Err(Broken));
}

proptest! {
    #[test]
    fn what_is_read_is_what_was_written(
        number in 0..u64::MAX,
        name in any::<String>(),
        head in vec(any::<u8>(), 0..200),
        pieces in vec(vec(any::<u8>(), 0..100), 0..4),
        large in 0..3 * BLOCK,
    ) {
        let mut pieces: Vec<_> = pieces.into_iter().map(Bytes::from).collect();
        pieces.push(vec![b'x'; large].into());
        let event = Dropped {
            head: head.clone(),
            event_id: Some(name.clone()),
            body: Some(pieces.clone()),
            ..dropped(&name, None)
        };
        let last = Link { number, hash: Hash::of(b"x") };
        let (line, link) = line(&last, &event);
        let read = Line::read(&line).unwrap();
        prop_assert_eq!((read.link, read.previous), (link, last.hash));
        prop_assert_eq!(read.time, event.time);
        prop_assert_eq!(read.event_type.as_deref(), Some(&*name));
        prop_assert_eq!(read.event_id.as_deref(), Some(&*name));
        prop_assert_eq!(read.route.as_deref(), event.route.as_deref());
        prop_assert_eq!(read.head(), Ok(head));
        prop_assert_eq!(read.body(), Ok(Some(pieces.concat())));
    }
}
