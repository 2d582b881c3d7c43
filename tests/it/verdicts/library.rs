//! What the library decides, for whoever builds something else with it.

use std::borrow::Cow;

use bytes::Bytes;
use hooksieve::config::Config;
use hooksieve::policy::{Action, Rule, Verdict};
use hooksieve::route::{Body, Decision, Route};
use http::Request;
use http::request::Parts;

use super::table::{Found, Group, Row, Said};

/// Holds the rows of a group against it.
pub fn check(group: &Group, found: &mut Found) {
    let config = Config::parse(&group.config_before("127.0.0.1:3000"));
    let config = config.unwrap_or_else(|problems| panic!("{}: {problems:?}", group.config));
    for row in &group.rows {
        let head = head(row);
        match config.routes.find(&head) {
            Err(_) => {
                let refused = Said {
                    verdict: "refuse".to_owned(),
                    status: row.status,
                    ..Said::default()
                };
                found.hear(group, row, refused);
            }
            Ok(route) => {
                // In one piece, and in many: that leads another way.
                let body = row.body();
                for length in [body.len().max(1), 7] {
                    let pieces = body.chunks(length).map(Bytes::copy_from_slice);
                    let pieces: Vec<_> = pieces.collect();
                    let said = decided(route, &head, &pieces, body.len(), row);
                    found.hear(group, row, said);
                }
            }
        }
    }
}

fn head(row: &Row) -> Parts {
    let mut request = Request::builder()
        .method(row.method.as_str())
        .uri(&row.target);
    if !row.has_host() {
        request = request.header("host", "example.com");
    }
    for (name, value) in &row.headers {
        request = request.header(name, Row::bytes_of(value));
    }
    request.body(()).expect("a request").into_parts().0
}

fn decided(route: &Route, head: &Parts, pieces: &[Bytes], length: usize, row: &Row) -> Said {
    let plain = route.decode(head, pieces, &mut |_| true);
    let body = match length {
        0 => Body::Absent,
        length if length > route.inspect => Body::TooLarge,
        _ => plain.body(pieces),
    };
    let Decision { action, judgement } = route.decide(head, body);
    let mut said = Said {
        verdict: action.to_string(),
        route: route.name.as_deref().map(str::to_owned),
        // Which status a refusal has is the proxy's.
        status: match action {
            Action::Forward => None,
            Action::Drop => Some(route.drop.status.as_u16()),
            Action::Reject => row.status,
        },
        ..Said::default()
    };
    if action == Action::Drop {
        let answer = str::from_utf8(&route.drop.body);
        answer.expect("it is text").clone_into(&mut said.answer);
    }
    if let Some(judgement) = judgement {
        if judgement.verdict.action != action {
            said.verdict = format!("would {}", judgement.verdict.action);
        }
        said.rule = rule(judgement.verdict);
        said.r#type = judgement.event_type.map(Cow::into_owned);
        let shadow = judgement.shadow;
        if let Some(shadow) = shadow.filter(|shadow| shadow.action != judgement.verdict.action) {
            said.shadow = Some(format!("would {}", shadow.action));
            said.shadow_rule = rule(shadow);
        }
    }
    said
}

fn rule(verdict: Verdict<'_>) -> Option<String> {
    match verdict.rule {
        Rule::NoMatch => None,
        rule => Some(rule.to_string()),
    }
}
