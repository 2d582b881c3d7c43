//! Which route is it? By host and path, in time that depends on neither the number of routes nor what is asked.

use std::borrow::Cow;
use std::collections::HashMap;
use std::net::Ipv6Addr;

/// Which requests a route takes. Two are equal if they take the same.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Place {
    /// As [`canonical`] has it; all hosts where there is none.
    host: Option<String>,
    /// Without the `*` of a prefix and the slash before it.
    path: String,
    /// Whether it takes all that is below as well.
    is_prefix: bool,
}

/// Routes by host and path, each with its number.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    any: Paths,
    hosts: HashMap<String, Paths>,
}

/// Routes by path: a tree of segments, so that one walk along a path passes all prefixes of it.
///
/// The nodes are in a list instead of in each other: however long a path is, nothing recurses.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Paths(Vec<Node>);

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Node {
    /// The route that takes the path up to here.
    exact: Option<usize>,
    /// The route that takes that and all below.
    prefix: Option<usize>,
    below: HashMap<Box<[u8]>, usize>,
}

impl Place {
    /// Takes `path`, or, where that ends with `/*`, what is before that and all below; of all hosts, or of one.
    #[must_use]
    pub fn new(host: Option<&str>, path: &str) -> Self {
        let stem = path.strip_suffix("/*");
        Self {
            host: host.map(|host| canonical(host).into_owned()),
            path: stem.unwrap_or(path).to_owned(),
            is_prefix: stem.is_some(),
        }
    }
}

impl Table {
    /// Takes in the route with this `number`; the number of the one that takes the same, if there is one already.
    pub fn insert(&mut self, place: &Place, number: usize) -> Result<(), usize> {
        let paths = match &place.host {
            Some(host) => self.hosts.entry(host.clone()).or_default(),
            None => &mut self.any,
        };
        paths.insert(place, number)
    }

    /// Those of its routes that requests to `host` are under: first those for it alone.
    pub fn of_host(&self, host: Option<&str>) -> Choice<'_> {
        let own = if self.hosts.is_empty() {
            None
        } else {
            host.and_then(|host| self.hosts.get(&*canonical(host)))
        };
        Choice {
            own,
            any: &self.any,
        }
    }
}

/// The routes of one host.
#[derive(Clone, Copy, Debug)]
pub struct Choice<'t> {
    own: Option<&'t Paths>,
    any: &'t Paths,
}

impl Choice<'_> {
    /// The number of the route that takes `path`: the exact one, or the longest prefix.
    pub fn find(&self, path: &[u8]) -> Option<usize> {
        let own = self.own.and_then(|paths| paths.find(path));
        own.or_else(|| self.any.find(path))
    }
}

impl Default for Paths {
    fn default() -> Self {
        Self(vec![Node::default()])
    }
}

impl Paths {
    fn insert(&mut self, place: &Place, number: usize) -> Result<(), usize> {
        let mut at = 0;
        for segment in segments(place.path.as_bytes()) {
            let new = self.0.len();
            let below = self.0[at].below.entry(segment.into());
            at = *below.or_insert(new);
            if at == new {
                self.0.push(Node::default());
            }
        }
        let node = &mut self.0[at];
        let taken = if place.is_prefix {
            &mut node.prefix
        } else {
            &mut node.exact
        };
        if let Some(other) = taken {
            return Err(*other);
        }
        *taken = Some(number);
        Ok(())
    }

    fn find(&self, path: &[u8]) -> Option<usize> {
        // `*`, the whole server, is below nothing.
        if path.first() != Some(&b'/') {
            return None;
        }
        let mut node = &self.0[0];
        let mut longest = node.prefix;
        for segment in segments(path) {
            let Some(&next) = node.below.get(segment) else {
                return longest;
            };
            node = &self.0[next];
            longest = node.prefix.or(longest);
        }
        node.exact.or(longest)
    }
}

/// What is behind each slash of a path that begins with one; nothing of an empty path.
fn segments(path: &[u8]) -> impl Iterator<Item = &[u8]> {
    path.split(|&byte| byte == b'/').skip(1)
}

/// A host in the one way in which it is compared: in lower case, without the dot that ends a full name, and an IPv6
/// address, in its brackets, as short as it can be.
pub fn canonical(host: &str) -> Cow<'_, str> {
    let bare = host.strip_suffix('.').unwrap_or(host);
    let inner = bare
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'));
    if let Some(address) = inner.and_then(|inner| inner.parse::<Ipv6Addr>().ok()) {
        return Cow::Owned(format!("[{address}]"));
    }
    if bare.bytes().any(|byte| byte.is_ascii_uppercase()) {
        Cow::Owned(bare.to_ascii_lowercase())
    } else {
        Cow::Borrowed(bare)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_compared_in_one_way() {
        for (written, expected) in [
            ("hooks.example.com", "hooks.example.com"),
            ("Hooks.Example.COM", "hooks.example.com"),
            ("hooks.example.com.", "hooks.example.com"),
            ("127.0.0.1", "127.0.0.1"),
            ("[::1]", "[::1]"),
            ("[0:0::1]", "[::1]"),
            ("[2001:DB8::]", "[2001:db8::]"),
        ] {
            assert_eq!(canonical(written), expected, "{written}");
        }
    }

    #[test]
    fn the_most_specific_route_takes_a_path() {
        let mut table = Table::default();
        let routes = [
            (None, "/*"),
            (None, "/hooks"),
            (None, "/hooks/*"),
            (None, "/hooks/"),
            (None, "/hooks/a/b/*"),
            (None, "/hooks/a"),
            (Some("b.example"), "/hooks/*"),
            (None, "/"),
        ];
        for (number, (host, path)) in routes.into_iter().enumerate() {
            table
                .insert(&Place::new(host, path), number)
                .expect("they differ");
        }
        for (host, path, expected) in [
            (None, "/", 7),
            (None, "/x", 0),
            (None, "//", 0),
            (None, "/hook", 0),
            (None, "/hooksx", 0),
            (None, "/Hooks", 0),
            (None, "/hooks", 1),
            (None, "/hooks/", 3),
            (None, "/hooks/x", 2),
            (None, "/hooks/*", 2),
            (None, "/hooks/a", 5),
            (None, "/hooks/a/", 2),
            (None, "/hooks/a/b", 4),
            (None, "/hooks/a/b/c/d", 4),
            (None, "/hooks/a/bc", 2),
            (Some("a.example"), "/hooks/a", 5),
            (Some("b.example"), "/hooks/a", 6),
            (Some("B.Example."), "/hooks", 6),
            (Some("b.example"), "/x", 0),
        ] {
            let found = table.of_host(host).find(path.as_bytes());
            assert_eq!(found, Some(expected), "{host:?} {path}");
        }
        assert_eq!(table.of_host(None).find(b"*"), None);
    }

    #[test]
    fn of_two_that_take_the_same_the_second_is_told_of_the_first() {
        let mut table = Table::default();
        for (number, (host, path, expected)) in [
            (None, "/a", Ok(())),
            (None, "/a/*", Ok(())),
            (None, "/a/", Ok(())),
            (Some("h"), "/a", Ok(())),
            (Some("H."), "/a", Err(3)),
            (None, "/a/*", Err(1)),
            (None, "/a", Err(0)),
        ]
        .into_iter()
        .enumerate()
        {
            let inserted = table.insert(&Place::new(host, path), number);
            assert_eq!(inserted, expected, "{host:?} {path}");
        }
    }
}
