//! What comes first where it is shown: the largest count, then the name.

use std::cmp::Reverse;

use super::{Case, Failure, Pair, Route, Subject, Tally};

/// The top level, if anything came there, then each route, largest first.
pub(super) fn routes(tally: &Tally) -> Vec<(Option<&str>, &Route)> {
    let mut routes: Vec<_> = tally
        .routes
        .iter()
        .map(|(path, route)| (Some(&**path), route))
        .collect();
    routes.sort_by_cached_key(|(path, route)| (Reverse(route.events()), *path));
    let top = (tally.top.events() > 0).then_some((None, &tally.top));
    top.into_iter().chain(routes).collect()
}

/// What came by a route, largest first.
pub(super) fn pairs(route: &Route) -> Vec<(Subject<'_>, &Pair)> {
    let mut pairs: Vec<_> = route.iter().collect();
    pairs.sort_unstable_by_key(|(subject, pair)| (Reverse(pair.counted.count), *subject));
    pairs
}

/// What became of it, largest first.
pub(super) fn cases(pair: &Pair) -> Vec<&Case> {
    let mut cases: Vec<_> = pair.cases.iter().collect();
    cases.sort_by_key(|case| (Reverse(case.counted.count), case.verdict));
    cases
}

/// What failed of it, largest first.
pub(super) fn failures(pair: &Pair) -> Vec<&Failure> {
    let mut failures: Vec<_> = pair.failures.iter().collect();
    failures.sort_by_key(|failure| (Reverse(failure.count), failure.status));
    failures
}
