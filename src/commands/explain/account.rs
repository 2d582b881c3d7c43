//! The words in which a decision is explained. Nothing is decided here.

use std::fmt;
use std::path::Path as FilePath;

use bytes::Bytes;
use http::Response;
use http::request::Parts;

use super::Fate;
use super::readings::{Line, readings};
use crate::config::Places;
use crate::policy::{Action, Rule, Verdict};
use crate::proxy::Failure;
use crate::route::{Decision, Mode, Route};
use crate::telemetry::{cut, in_json, visible};
use crate::verify::Verify;

/// What would become of one event, and why.
pub struct Account {
    /// What would become of it.
    pub fate: Fate,
    /// What was asked about.
    subject: String,
    /// Each reading of the type, and where it is.
    pub readings: Vec<Line>,
    /// What else there is to say, by what it is about.
    rows: Vec<(&'static str, String)>,
}

/// Where the rules were written.
pub struct Written<'w> {
    /// The file.
    pub file: &'w FilePath,
    /// Its places.
    pub places: &'w Places<'w>,
}

impl Account {
    /// Of a request that is refused before it is judged.
    pub fn refused(subject: String, why: &Failure, reply: &Response<Bytes>) -> Self {
        let what = match why {
            Failure::Unverified(_) => "verify",
            Failure::Refused(_)
            | Failure::NoRoute(_)
            | Failure::Body(_)
            | Failure::Unrecorded(_)
            | Failure::Upstream(_) => "head",
        };
        Self {
            fate: Fate::Refused,
            subject,
            readings: Vec::new(),
            rows: vec![(what, why.to_string()), ("sender", told(reply))],
        }
    }

    /// Of a request that was decided about. `reply` is what hooksieve answers itself.
    pub fn decided(
        subject: String,
        route: &Route,
        decision: &Decision<'_, '_>,
        reply: Option<&Response<Bytes>>,
        written: &Written<'_>,
    ) -> Self {
        let rule = decision
            .judgement
            .as_ref()
            .map(|judgement| judgement.verdict.rule);
        let mut rows = vec![
            ("route", written.route(route)),
            ("rule", written.rule(route, rule, &["filter"])),
        ];
        if let Some(verify) = &route.verify {
            rows.push(("verify", written.verify(route, verify)));
        }
        if let Some(shadow) = decision
            .judgement
            .as_ref()
            .and_then(|judgement| judgement.shadow)
        {
            rows.push(("shadow", written.shadow(route, shadow)));
        }
        if route.mode == Mode::Observe {
            rows.push(("mode", written.mode(route, decision)));
        }
        let sender = match reply {
            Some(reply) => told(reply),
            None => format!("what {} answers", route.upstream),
        };
        rows.push(("sender", sender));
        Self {
            fate: match decision.action {
                Action::Forward => Fate::Forwarded,
                Action::Drop => Fate::Dropped,
                Action::Reject => Fate::Refused,
            },
            subject,
            readings: Vec::new(),
            rows,
        }
    }

    /// Adds what is read of the type, where that has to do with the decision.
    pub fn look_into(
        &mut self,
        route: &Route,
        head: &Parts,
        body: Option<&[u8]>,
        decision: &Decision<'_, '_>,
    ) {
        self.readings = readings(route, head, body, decision);
    }

    /// Adds that places are not those in the file.
    pub fn say_that_it_was_decoded(&mut self) {
        self.rows.insert(0, ("coding", DECODED.to_owned()));
    }
}

/// Of a body in a content encoding, beside where its type is.
const DECODED: &str = "lines and columns are those of the decoded body";

/// A reply in one line.
fn told(reply: &Response<Bytes>) -> String {
    let status = reply.status().as_u16();
    let body = String::from_utf8_lossy(reply.body());
    match body.trim_end_matches('\n') {
        "" => format!("{status}, with an empty body"),
        body => format!("{status}, {}", in_json(&cut(body))),
    }
}

impl Written<'_> {
    /// The route, and the line where it begins.
    fn route(&self, route: &Route) -> String {
        match &route.name {
            None => "the top level".to_owned(),
            Some(name) => format!("{}{}", in_json(name), self.at(route.line)),
        }
    }

    /// That signatures are verified, and where that is written.
    fn verify(&self, route: &Route, verify: &Verify) -> String {
        let line = self.places.key(route.line, "verify", "secret");
        let name = verify.scheme.name;
        format!("{name}{}; the signature is not looked at", self.at(line))
    }

    /// The rule that decided, and its line.
    fn rule(&self, route: &Route, rule: Option<Rule<'_>>, sections: &[&str]) -> String {
        let Some(rule) = rule else {
            return "none: without a body there is nothing to judge".to_owned();
        };
        let places = self.places;
        let entry = |key, pattern: &str| {
            let mut lines = sections
                .iter()
                .map(|section| places.entry(route.line, section, key, pattern));
            format!(
                "{key} {}{}",
                in_json(pattern),
                self.at(lines.find_map(|line| line))
            )
        };
        let key = |key| {
            let mut lines = sections
                .iter()
                .map(|section| places.key(route.line, section, key));
            self.at(lines.find_map(|line| line))
        };
        match rule {
            Rule::Deny(pattern) => entry("deny", pattern),
            Rule::Allow(pattern) => entry("allow", pattern),
            Rule::NotAllowed => format!("not in allow{}", key("allow")),
            Rule::NoMatch => "none: nothing in deny matches, and there is no allow list".to_owned(),
            Rule::EmptyBatch => rule.to_string(),
            Rule::Handshake(written) => entry("handshake", written),
            Rule::Unreadable(why) => {
                let unreadable = route.policy.unreadable;
                format!("unreadable = \"{unreadable}\"{}: {why}", key("unreadable"))
            }
        }
    }

    /// What shadow rules would do, and which of them.
    fn shadow(&self, route: &Route, shadow: Verdict<'_>) -> String {
        let would = match shadow.action {
            Action::Forward => "forwarded",
            Action::Drop => "dropped",
            Action::Reject => "refused",
        };
        // What it leaves out is that in force.
        let rule = self.rule(route, Some(shadow.rule), &["filter.shadow", "filter"]);
        format!("it would be {would}; {rule}")
    }

    /// What observe mode does about the judgement.
    fn mode(&self, route: &Route, decision: &Decision<'_, '_>) -> String {
        let judged = decision
            .judgement
            .as_ref()
            .map(|judgement| judgement.verdict.action);
        let would = match judged {
            None | Some(Action::Forward) => "",
            Some(Action::Drop) => "; it would be dropped",
            Some(Action::Reject) => "; it would be refused",
        };
        let line = self.places.key(route.line, "", "mode");
        format!("{}{}{would}", Mode::Observe, self.at(line))
    }

    /// In which line it is written, or that it is a default.
    fn at(&self, line: Option<usize>) -> String {
        let file = visible(&self.file.to_string_lossy());
        line.map_or_else(
            || ", the default".to_owned(),
            |line| format!(", {file}:{line}"),
        )
    }
}

impl fmt::Display for Account {
    /// A line that says what becomes of it, and one below for each thing to say.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let fate = match self.fate {
            Fate::Forwarded => "forwarded",
            Fate::Dropped => "dropped",
            Fate::Refused => "refused",
        };
        writeln!(f, "{}: {fate}", self.subject)?;
        let readings = self.readings.iter().map(Line::row);
        let rows = self.rows.iter().map(|(what, text)| (*what, text));
        for (what, text) in readings.chain(rows) {
            writeln!(f, "  {what:<6}  {text}")?;
        }
        Ok(())
    }
}
