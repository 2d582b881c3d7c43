//! All that was found out as one object of JSON: `file`, `changed`, `config`, `warnings` and `probes`.

use std::fmt::{self, Write};

use super::Found;
use super::probe::Probe;
use crate::config::{Config, Problem, Shown, Value};
use crate::telemetry::in_json;

/// All that was found out.
pub struct InForce<'f>(pub &'f Found<'f>);

impl fmt::Display for InForce<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let found = self.0;
        write!(f, "{{\"file\":{}", in_json(&found.file.to_string_lossy()))?;
        if let Some(changed) = found.changed {
            write!(
                f,
                ",\"changed\":\"{}\"",
                humantime::format_rfc3339_seconds(changed)
            )?;
        }
        f.write_str(",\"config\":")?;
        config(f, found.config)?;
        f.write_str(",\"warnings\":")?;
        list(f, &found.warnings, warning)?;
        f.write_str(",\"probes\":")?;
        list(f, &found.probes, probe)?;
        f.write_char('}')
    }
}

/// Every key as in the file, in its section, and the routes as the list `route`.
fn config(f: &mut fmt::Formatter<'_>, config: &Config) -> fmt::Result {
    f.write_char('{')?;
    keys(f, &config.shown())?;
    f.write_str(",\"route\":")?;
    let routes: Vec<_> = config.shown_routes().collect();
    list(f, &routes, |f, (line, shown)| {
        write!(f, "{{\"line\":{line},")?;
        keys(f, shown)?;
        f.write_char('}')
    })?;
    f.write_char('}')
}

/// The members of an object, those of a section in an object of their own.
fn keys(f: &mut fmt::Formatter<'_>, all: &[Shown]) -> fmt::Result {
    let (mut within, mut gap) = (Vec::new(), "");
    for shown in all {
        let sections: Vec<_> = shown
            .section
            .split('.')
            .filter(|name| !name.is_empty())
            .collect();
        let kept = within
            .iter()
            .zip(&sections)
            .take_while(|(one, other)| one == other)
            .count();
        for _ in kept..within.len() {
            f.write_char('}')?;
        }
        for section in &sections[kept..] {
            write!(f, "{gap}\"{section}\":{{")?;
            gap = "";
        }
        within = sections;
        write!(f, "{gap}\"{}\":", shown.key)?;
        value(f, &shown.value)?;
        gap = ",";
    }
    within.iter().try_for_each(|_| f.write_char('}'))
}

fn value(f: &mut fmt::Formatter<'_>, value: &Value) -> fmt::Result {
    match value {
        Value::Text(text) => f.write_str(&in_json(text)),
        Value::Number(number) => write!(f, "{number}"),
        Value::Flag(flag) => write!(f, "{flag}"),
        Value::List(texts) => list(f, texts, |f, text| f.write_str(&in_json(text))),
    }
}

fn warning(f: &mut fmt::Formatter<'_>, warning: &Problem) -> fmt::Result {
    f.write_char('{')?;
    if let Some(line) = warning.line() {
        write!(f, "\"line\":{line},")?;
    }
    write!(f, "\"text\":{}}}", in_json(warning.text()))
}

fn probe(f: &mut fmt::Formatter<'_>, probe: &Probe) -> fmt::Result {
    let ms = probe.took.as_secs_f64() * 1e3;
    write!(
        f,
        "{{\"upstream\":\"{}\",\"ms\":{ms:.1},",
        probe.upstream.url()
    )?;
    match &probe.reached {
        Ok(address) => write!(f, "\"address\":\"{address}\"}}"),
        Err(why) => write!(f, "\"error\":{}}}", in_json(why)),
    }
}

fn list<T>(
    f: &mut fmt::Formatter<'_>,
    all: &[T],
    one: impl Fn(&mut fmt::Formatter<'_>, &T) -> fmt::Result,
) -> fmt::Result {
    f.write_char('[')?;
    for (number, each) in all.iter().enumerate() {
        if number > 0 {
            f.write_char(',')?;
        }
        one(f, each)?;
    }
    f.write_char(']')
}
