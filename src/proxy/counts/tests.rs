use super::*;
use crate::config::Config;

fn routes(text: &str) -> Routes {
    let config = Config::parse(&format!("upstream = \"http://app\"\n{text}"));
    config.expect("a config").routes
}

/// Counts a drop of an event of this type.
fn drop_one(counter: &Counter, route: &CountedRoute, name: &str) {
    let ended = Ended {
        outcome: Outcome::Dropped,
        rule: Some("deny \"a\""),
        event_type: Some(name),
        ..Ended::refused()
    };
    let all = Counted {
        ended,
        inspected: None,
    };
    counter.count(Some(route), &all);
}

fn follow(counts: &Counts, routes: &Routes) -> Arc<[CountedRoute]> {
    let streaks: Vec<_> = routes.iter().map(|_| Arc::default()).collect();
    counts.follow(routes, streaks.iter())
}

/// Each route with how many came, and what its rules have matched.
fn told(counts: &Counts) -> Vec<(Option<String>, u64, u64)> {
    let routes = counts.routes();
    let told = routes.iter().map(|route| {
        let name = route.counts.name.as_deref().map(str::to_owned);
        let matches = route.rules().map(|(_, matches)| matches).sum();
        (name, route.counts.totals().sum(), matches)
    });
    told.collect()
}

#[test]
fn a_route_that_stays_goes_on_and_one_that_comes_begins_at_0() {
    let counts = Counts::new(2);
    let counter = counts.counter(1);
    let before = follow(
        &counts,
        &routes("[[route]]\npath = \"/a\"\nfilter.deny = [\"a\"]"),
    );
    for route in before.iter() {
        drop_one(&counter, route, "a");
    }
    counter.count_connection();
    let name = |name: &str| Some(name.to_owned());
    let expected = [(name("/a"), 1, 1), (None, 1, 1), (None, 1, 0)];
    assert_eq!(told(&counts), expected);

    let after = routes("[[route]]\npath = \"/b\"\n[[route]]\npath = \"/a\"\nfilter.deny = [\"a\"]");
    let after = follow(&counts, &after);
    assert_eq!(after.len(), 3);
    // One that began before.
    drop_one(&counter, &before[0], "a");
    let expected = [
        (name("/b"), 0, 0),
        (name("/a"), 2, 2),
        (None, 1, 1),
        (None, 1, 0),
    ];
    assert_eq!(told(&counts), expected);
    let minute = counts.minutes()[MINUTES - 1];
    assert_eq!(minute.sum(), 4);
}

#[test]
fn the_types_of_a_route_that_is_gone_make_room_for_others() {
    let counts = Counts::new(1);
    let counter = counts.counter(0);
    for round in 0..100 {
        let routes = routes(&format!("[[route]]\npath = \"/{round}\""));
        let followed = follow(&counts, &routes);
        for number in 0..MOST_OF_ROUTE {
            drop_one(&counter, &followed[0], &number.to_string());
        }
        assert_eq!(followed[0].counts.types().count(), MOST_OF_ROUTE);
    }
}
