//! All upstreams of one version of the config.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use super::{Open, Origin, OwnAddresses, Reuse, Upstream};
use crate::tls::Dialer;

/// What is known of each upstream, shared by all runtimes.
#[derive(Clone, Debug, Default)]
pub struct Known {
    each: Arc<HashMap<Origin, Arc<Reuse>>>,
    open: Open,
}

/// The upstreams as one runtime sees them, one for each origin: routes that lead to one share its connections.
#[derive(Debug)]
pub struct Upstreams {
    each: HashMap<Origin, Arc<Upstream>>,
    keep: Duration,
    own: OwnAddresses,
    tls: Dialer,
}

impl Known {
    /// Nothing known of anybody; connections to all that come to be known are counted by `open`.
    #[must_use]
    pub fn counted_by(open: Open) -> Self {
        Self {
            open,
            ..Self::default()
        }
    }

    /// What is known of these: of those among them that were known `before`, all that was.
    #[must_use]
    pub fn of<'o>(origins: impl IntoIterator<Item = &'o Origin>, before: &Self) -> Self {
        let mut known = HashMap::new();
        for origin in origins {
            if !known.contains_key(origin) {
                let new = || Arc::new(Reuse::counted_by(before.open.clone()));
                let reuse = before.each.get(origin).cloned().unwrap_or_else(new);
                known.insert(origin.clone(), reuse);
            }
        }
        Self {
            each: Arc::new(known),
            open: before.open.clone(),
        }
    }
}

impl Upstreams {
    /// An upstream for each origin of `known`, idle connections to which may be used again for `keep`. Nothing is sent to
    /// `own`. Where TLS is spoken it is by `tls`.
    #[must_use]
    pub fn new(known: &Known, keep: Duration, own: OwnAddresses, tls: Dialer) -> Self {
        let none = Self {
            each: HashMap::new(),
            keep,
            own,
            tls,
        };
        none.next(known, keep)
    }

    /// Those of another version of the config. An origin that stays keeps its connections, unless they are to be kept for
    /// another time; one that goes takes its own along as soon as no event uses them.
    #[must_use]
    pub fn next(&self, known: &Known, keep: Duration) -> Self {
        let upstream = |(origin, reuse): (&Origin, &Arc<Reuse>)| {
            let stays = self.each.get(origin).filter(|_| keep == self.keep);
            let upstream = stays.cloned().unwrap_or_else(|| {
                let (origin, reuse, own) = (origin.clone(), reuse.clone(), self.own.clone());
                Arc::new(Upstream::new(origin, keep, reuse, own, self.tls.clone()))
            });
            (origin.clone(), upstream)
        };
        Self {
            each: known.each.iter().map(upstream).collect(),
            keep,
            own: self.own.clone(),
            tls: self.tls.clone(),
        }
    }

    /// The upstream at an origin; `None` if it is none of those known.
    #[must_use]
    pub fn at(&self, origin: &Origin) -> Option<&Arc<Upstream>> {
        self.each.get(origin)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn origin(url: &str) -> Origin {
        Origin::parse(url).expect("an origin")
    }

    #[test]
    fn an_origin_that_stays_is_the_same_upstream_and_one_that_goes_is_gone() {
        let [a, b, c] = ["http://a", "http://b", "http://c"].map(origin);
        let keep = Duration::from_millis(100);
        let before = Known::of([&a, &b, &a, &origin("http://a:80/")], &Known::default());
        let old = Upstreams::new(&before, keep, OwnAddresses::default(), Dialer::default());
        assert_eq!(old.each.len(), 2);

        let after = Known::of([&b, &c], &before);
        let new = old.next(&after, keep);
        assert!(new.at(&a).is_none());
        let [stays, was] = [&new, &old].map(|upstreams| upstreams.at(&b).expect("it is known"));
        assert!(Arc::ptr_eq(stays, was));
        assert!(new.at(&c).is_some());
        assert!(Arc::ptr_eq(&after.each[&b], &before.each[&b]));
        let gone = Arc::downgrade(old.at(&a).expect("it is known"));
        drop(old);
        assert!(gone.upgrade().is_none());
    }

    #[test]
    fn another_time_to_keep_connections_is_for_new_ones() {
        let a = origin("http://a");
        let known = Known::of([&a], &Known::default());
        let old = Upstreams::new(
            &known,
            Duration::ZERO,
            OwnAddresses::default(),
            Dialer::default(),
        );
        let new = old.next(&known, Duration::from_secs(1));
        let [new, old] = [&new, &old].map(|upstreams| upstreams.at(&a).expect("it is known"));
        assert!(!Arc::ptr_eq(new, old));
    }
}
