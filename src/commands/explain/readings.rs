//! What is read of an event's type, and where, in words.

use http::request::Parts;

use crate::event::{self, Event, Finder, Found, Located, Part, Place, Reading, Unreadable};
use crate::policy::{Doubt, Rule};
use crate::route::{Decision, Route};
use crate::telemetry::{cut, in_json};

/// What was read.
pub enum Line {
    /// A reading of the type, and where it is if it is in one place.
    Type(String),
    /// A reading of a part of it, and where that is.
    Part(String),
}

impl Line {
    /// What it is about, and what there is to say.
    pub fn row(&self) -> (&'static str, &String) {
        match self {
            Self::Type(text) => ("type", text),
            Self::Part(text) => ("part", text),
        }
    }
}

/// What is read of a request's types; nothing where it has not to do with the decision. `body` is what is judged of it, if
/// anything is.
pub fn readings(
    route: &Route,
    head: &Parts,
    body: Option<&[u8]>,
    decision: &Decision<'_, '_>,
) -> Vec<Line> {
    if !counts(decision) {
        return Vec::new();
    }
    let finder = route.source.finder(head);
    let told = Told {
        body: body.unwrap_or_default(),
        written: &route.source.written,
        finder: &finder,
    };
    if body.is_none() || !route.source.event.is_in_body() {
        let event = Located {
            event: finder.outside(),
            readings: Vec::new(),
        };
        return told.events(&[event]);
    }
    match event::locate(told.body, &finder) {
        Ok(events) => told.events(&events),
        Err(why) => vec![Line::Type(of_unreadable(told.body, why, decision))],
    }
}

/// Whether what is in the request has to do with the decision.
fn counts(decision: &Decision<'_, '_>) -> bool {
    let judgement = decision.judgement.as_ref();
    !matches!(
        judgement.map(|judgement| judgement.verdict.rule),
        None | Some(Rule::Unreadable(
            Doubt::TooLarge | Doubt::Encoded | Doubt::Undecoded(..) | Doubt::Charset
        ))
    )
}

/// Why nothing can be read for certain, where that shows, and what is made of the body all the same.
fn of_unreadable(body: &[u8], why: Unreadable, decision: &Decision<'_, '_>) -> String {
    let Place { line, column } = why.place(body);
    let what = match why {
        // These say where, but in bytes.
        Unreadable::Syntax { .. } => "not JSON".to_owned(),
        Unreadable::InvalidUtf8 { .. } => "not UTF-8".to_owned(),
        Unreadable::LoneSurrogate { .. } => "half a surrogate pair".to_owned(),
        Unreadable::NotAForm { .. } => "not a form".to_owned(),
        Unreadable::ByteOrderMark | Unreadable::Utf16 | Unreadable::Incomplete => why.to_string(),
    };
    let judgement = decision.judgement.as_ref();
    let is_seeming = judgement.is_some_and(|judgement| judgement.verdict.rule == Rule::NoMatch);
    let seeming = match judgement.and_then(|judgement| judgement.event_type.as_ref()) {
        Some(name) if is_seeming => {
            let name = in_json(&cut(name));
            format!("; it seems to be {name}, and is forwarded either way")
        }
        None if is_seeming => "; it is forwarded either way".to_owned(),
        _ => String::new(),
    };
    format!("none for certain: {what}, line {line}, column {column}{seeming}")
}

/// What the lines are made of.
struct Told<'t, 'a, W> {
    body: &'a [u8],
    written: &'t [W],
    finder: &'t Finder<'a>,
}

impl<W: AsRef<str>> Told<'_, '_, W> {
    fn events(&self, events: &[Located<'_>]) -> Vec<Line> {
        match events {
            [] => vec![Line::Type("none: the list is empty".to_owned())],
            [event] => self.event(event),
            events => {
                let numbered = events.iter().enumerate().flat_map(|(number, event)| {
                    let say = move |text| format!("event {}: {text}", number + 1);
                    self.event(event).into_iter().map(move |line| match line {
                        Line::Type(text) => Line::Type(say(text)),
                        Line::Part(text) => Line::Part(say(text)),
                    })
                });
                numbered.collect()
            }
        }
    }

    fn event(&self, event: &Located<'_>) -> Vec<Line> {
        let is_one = matches!(self.finder.source().parts[..], [Part::Member(_)]);
        let mut lines: Vec<_> = if is_one && !event.readings.is_empty() {
            let readings = event.readings.iter();
            readings
                .map(|found| Line::Type(self.found(found)))
                .collect()
        } else {
            of_event(&event.event).map(Line::Type).collect()
        };
        if event.event.overflow {
            lines.push(Line::Type("and more".to_owned()));
        } else if lines.is_empty() {
            let names: Vec<_> = self
                .written
                .iter()
                .map(|part| in_json(part.as_ref()))
                .collect();
            lines.push(Line::Type(format!(
                "none: there is no {}",
                names.join(" and no ")
            )));
        }
        if !is_one {
            lines.extend(self.given());
            let parts = event.readings.iter().map(|found| {
                let name = self.written[found.part].as_ref();
                Line::Part(format!("{}: {}", in_json(name), self.found(found)))
            });
            lines.extend(parts);
        }
        lines
    }

    /// The parts that are in the head.
    fn given(&self) -> impl Iterator<Item = Line> {
        let parts = self.finder.source().parts.iter().zip(self.written);
        let names = parts.filter(|(part, _)| **part == Part::Given);
        names
            .zip(self.finder.given())
            .flat_map(|((_, name), event)| {
                let name = in_json(name.as_ref());
                of_event(event).map(move |reading| Line::Part(format!("{name}: {reading}")))
            })
    }

    fn found(&self, found: &Found<'_>) -> String {
        let Place { line, column } = Place::of(self.body, found.offset);
        let whose = whose(found.is_alias);
        format!(
            "{}, line {line}, column {column}{whose}",
            said(&found.reading)
        )
    }
}

/// The readings of an event, but for one that is nothing.
fn of_event(event: &Event<'_>) -> impl Iterator<Item = String> {
    let types = event.types.iter().map(|reading| (reading, false));
    let all = types.chain(event.aliases.iter().map(|reading| (reading, true)));
    let all: Vec<_> = all
        .filter(|(reading, _)| **reading != Reading::Absent)
        .map(|(reading, is_alias)| format!("{}{}", said(reading), whose(is_alias)))
        .collect();
    all.into_iter()
}

fn said(reading: &Reading<'_>) -> String {
    match reading {
        Reading::String(name) => in_json(&cut(name)),
        Reading::NotAString => "not a string".to_owned(),
        Reading::Scattered => "in several places, or under a name in another case".to_owned(),
        Reading::Absent => "no type".to_owned(),
    }
}

fn whose(is_alias: bool) -> &'static str {
    if is_alias {
        ", only to receivers that ignore case or end a key at a NUL"
    } else {
        ""
    }
}
