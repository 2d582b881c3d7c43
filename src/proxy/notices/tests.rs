use http::StatusCode;

use super::notice::Notice;
use super::streak::Change;
use super::*;
use crate::config::Config;
use crate::proxy::Outcome;

const ROUTE: &str = "[[route]]\npath = \"/a\"\nfilter.deny = [\"b.*\"]\n";

fn routes(text: &str) -> Routes {
    let config = Config::parse(&format!("upstream = \"http://app\"\n{text}"));
    config.expect("a config").routes
}

/// The routes of a program with two workers, and what is told of them, with a clock that the test sets.
struct Program {
    keys: RandomState,
    watched: Arc<[Watched]>,
    now: u64,
}

impl Program {
    fn new(text: &str) -> Self {
        Self {
            keys: RandomState::new(),
            watched: watched::next(&[], &routes(text), 2, 0),
            now: 0,
        }
    }

    fn reload(&mut self, text: &str) {
        self.watched = watched::next(&self.watched, &routes(text), 2, self.now);
    }

    /// Events of a type that end alike under the first route, by both workers, and what is told of them.
    fn come(&self, count: usize, name: &str, outcome: Outcome, status: u16) -> Vec<String> {
        let mut told = Vec::new();
        for number in 0..count {
            let moment = Moment {
                worker: number % 2,
                now: self.now,
                keys: &self.keys,
            };
            let ended = Ended {
                outcome,
                rule: (outcome == Outcome::Dropped).then_some("deny \"b.*\""),
                event_type: Some(name),
                status: StatusCode::from_u16(status).ok(),
                ..Ended::refused()
            };
            self.watched[0].note(&ended, moment, |notice| told.push(short(&notice)));
        }
        told
    }

    fn forward(&self, count: usize, name: &str) -> Vec<String> {
        self.come(count, name, Outcome::Forwarded, 200)
    }

    fn drop(&self, count: usize, name: &str) -> Vec<String> {
        self.come(count, name, Outcome::Dropped, 200)
    }

    fn fail(&self, count: usize) -> Vec<String> {
        self.come(count, "c", Outcome::Forwarded, 500)
    }
}

fn short(notice: &Notice) -> String {
    match notice {
        Notice::Endpoint(Change::Fails(failures)) => format!("fails {}", failures.count),
        Notice::Endpoint(Change::Answers(failures)) => format!("answers {}", failures.count),
        Notice::Most(told) => format!("most {}", told.risen.name),
        Notice::Stopped(name, _) => format!("stopped {name}"),
        Notice::Drops(told, verdict) => format!("{verdict} {}", told.risen.name),
    }
}

#[test]
fn what_is_told_of_a_route_is_told_once_and_a_reload_does_not_repeat_it() {
    let mut program = Program::new(ROUTE);
    assert_eq!(program.fail(7), ["fails 5"]);
    assert_eq!(program.forward(93, "a"), ["answers 7"]);
    // The first of these ends a window.
    program.now = 60;
    assert_eq!(program.drop(61, "b.1"), [""; 0]);
    program.now = 120;
    assert_eq!(program.drop(99, "b.1"), ["most b.1", "drop deny \"b.*\""]);
    for _ in 0..5 {
        program.reload(&format!("{ROUTE}[[route]]\npath = \"/b\"\n"));
        program.now += 60;
        assert_eq!(program.drop(200, "b.1"), [""; 0]);
    }
}

#[test]
fn failures_in_a_row_go_on_across_reloads_as_long_as_there_is_such_a_route() {
    let mut program = Program::new(ROUTE);
    assert_eq!(program.fail(3), [""; 0]);
    program
        .reload("[[route]]\npath = \"/a\"\nfilter.type = \"kind\"\nupstream = \"http://other\"\n");
    assert_eq!(program.fail(2), ["fails 5"]);
    program.reload("[[route]]\npath = \"/other\"\n");
    program.reload(ROUTE);
    assert_eq!(program.fail(5), ["fails 5"]);
}

#[test]
fn other_rules_are_told_of_anew_and_the_types_go_on() {
    let mut program = Program::new(ROUTE);
    program.now = 60;
    assert_eq!(program.drop(100, "b.1"), ["drop deny \"b.*\""]);
    program.reload(&ROUTE.replace("b.*", "*"));
    program.now = 120;
    assert_eq!(program.drop(100, "b.1"), ["drop deny \"b.*\""]);
    // The same rules, of which one sees only what they would do.
    program.reload(&format!(
        "mode = \"observe\"\n{}",
        ROUTE.replace("b.*", "*")
    ));
    program.now = 180;
    assert_eq!(program.drop(100, "b.1"), ["would drop deny \"b.*\""]);
    // All the time the type was most of what came. Another one is news.
    program.now = 240;
    assert_eq!(program.forward(100, "x"), ["most x"]);
}

#[test]
fn types_that_are_read_elsewhere_are_no_news() {
    let mut program = Program::new(ROUTE);
    program.now = 60;
    assert_eq!(program.forward(100, "x"), [""; 0]);
    program.reload("[[route]]\npath = \"/a\"\nfilter.deny = [\"b.*\"]\nfilter.type = \"kind\"\n");
    program.now = 120;
    assert_eq!(program.forward(100, "y"), [""; 0]);
}

#[test]
fn what_is_no_event_counts_for_nothing() {
    let mut program = Program::new(ROUTE);
    program.now = 60;
    for outcome in [
        Outcome::Refused,
        Outcome::Answered,
        Outcome::SenderFailed,
        Outcome::Abandoned,
    ] {
        assert_eq!(program.come(1_000, "x", outcome, 400), [""; 0]);
    }
    assert_eq!(program.drop(99, "b.1"), [""; 0]);
    assert_eq!(program.drop(1, "b.1"), ["drop deny \"b.*\""]);
}

#[test]
fn a_type_that_came_for_a_day_is_missed_across_reloads() {
    let mut program = Program::new(ROUTE);
    for hour in 0..24 {
        program.now = hour * 3_600;
        assert_eq!(program.forward(9, "x"), [""; 0]);
        assert_eq!(program.forward(9, "y"), [""; 0]);
        program.reload(&ROUTE.replace("b.*", &format!("b.{hour}")));
    }
    let hours = (24..30).flat_map(|hour| {
        program.now = hour * 3_600;
        program.forward(9, "y")
    });
    let told: Vec<_> = hours.filter(|told| told.starts_with("stopped")).collect();
    assert_eq!(told, ["stopped x"]);
}
