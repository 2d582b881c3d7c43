//! `[verify]`: whether a route refuses what its sender did not sign.

use std::time::Duration;

use http::HeaderName;
use toml::de::DeValue;

use crate::config::section::Section;
use crate::config::units::time;
use crate::config::value::{kind, string, word};
use crate::verify::{Encoding, NAMES, Scheme, Setting, Source, TOLERANCE, Verify};

/// The shortest tolerance that does not refuse what is sent at once.
const SHORTEST: Duration = Duration::from_secs(1);

/// What is written of `[verify]`, by one table and those above it.
#[derive(Clone)]
pub(super) struct Written {
    /// The name of a scheme.
    pub(super) scheme: Option<&'static str>,
    /// Without one nothing is verified.
    pub(super) secrets: Vec<Source>,
    pub(super) header: Option<HeaderName>,
    pub(super) prefix: String,
    pub(super) encoding: Encoding,
    pub(super) tolerance: Duration,
    /// Empty where there is none.
    pub(super) url: String,
}

impl Default for Written {
    fn default() -> Self {
        Self {
            scheme: None,
            secrets: Vec::new(),
            header: None,
            prefix: String::new(),
            encoding: Encoding::Hex,
            tolerance: TOLERANCE,
            url: String::new(),
        }
    }
}

/// The section, of which what is left out is as `above`.
pub(super) fn verify(s: &mut Section<'_>, above: &Written) -> Written {
    let names: Vec<_> = NAMES.iter().map(|&name| (name, name)).collect();
    let written = Written {
        scheme: s.optional("scheme", word(&names)).or(above.scheme),
        secrets: s.sources("secret").unwrap_or_else(|| above.secrets.clone()),
        header: s.optional("header", header).or(above.header.clone()),
        prefix: s.get("prefix", above.prefix.clone(), text),
        encoding: s.get("encoding", above.encoding, word(&Encoding::ALL)),
        tolerance: s.get("tolerance", above.tolerance, time(SHORTEST)),
        url: s.get("url", above.url.clone(), url),
    };
    if s.is_written() {
        written.check(s);
    }
    written
}

impl Written {
    /// Notes what of a section does not go together.
    fn check(&self, s: &mut Section<'_>) {
        let is_on = !self.secrets.is_empty();
        let Some(scheme) = self.scheme.and_then(Scheme::named) else {
            if is_on && !s.has("scheme") {
                s.missing("scheme", r#"how its sender signs, as scheme = "stripe""#);
            }
            return;
        };
        let name = scheme.name;
        for setting in Setting::ALL {
            let key = setting.key();
            if s.has(key) && !scheme.uses(setting) {
                let wrong = format!("is of no use to scheme = {name:?}; take it out");
                s.disagree(key, key, &wrong);
            }
        }
        if scheme.signs_query() && self.url.contains('?') {
            let wrong = format!(
                "has a query, but scheme = {name:?} takes that of each request; write it without"
            );
            s.disagree("url", "scheme", &wrong);
        }
        if is_on && scheme.uses(Setting::Header) && self.header.is_none() && !s.has("header") {
            let right =
                format!(r#"the field that scheme = {name:?} reads, as header = "X-Signature""#);
            s.missing("header", &right);
        }
        if is_on && scheme.uses(Setting::Url) && self.url.is_empty() && !s.has("url") {
            let right =
                format!("what the sender calls, which scheme = {name:?} signs, as url = {URL}");
            s.missing("url", &right);
        }
    }

    /// How the requests of a route are verified, if they are.
    pub(super) fn meaning(self) -> Option<Box<Verify>> {
        let scheme = Scheme::named(self.scheme?)?;
        let header = self.header.unwrap_or_else(|| scheme.header().clone());
        let is_on = !self.secrets.is_empty();
        is_on.then(|| {
            Box::new(Verify {
                scheme: scheme.written(header, &self.prefix, self.encoding),
                secrets: self.secrets,
                tolerance: self.tolerance,
                url: self.url,
                keys: Vec::new(),
            })
        })
    }
}

const URL: &str = r#""https://hooks.example.com/in""#;

fn header(value: &DeValue<'_>) -> Result<HeaderName, String> {
    const RIGHT: &str = r#"the name of a header field, as "X-Signature""#;
    let written = string(value, RIGHT)?;
    written
        .parse()
        .map_err(|_| format!("is no such name; write {RIGHT}"))
}

fn text(value: &DeValue<'_>) -> Result<String, String> {
    match value.as_str() {
        Some(text) => Ok(text.to_owned()),
        None => Err(format!(
            r#"is {}; write a string, as "sha256=""#,
            kind(value)
        )),
    }
}

/// A URL as its sender has it: it is signed as it is written.
fn url(value: &DeValue<'_>) -> Result<String, String> {
    let right = format!("the URL that the sender calls, as {URL}");
    let written = string(value, &right)?;
    let (scheme, rest) = written.split_once("://").unwrap_or_default();
    let host = rest.split(['/', '?']).next().unwrap_or_default();
    let is_odd = |char: char| !char.is_ascii_graphic() || char == '#';
    if !["http", "https"].contains(&scheme) || host.is_empty() {
        Err(format!("is no http:// or https:// URL; write {right}"))
    } else if host.contains('@') || written.contains(is_odd) {
        Err(format!(
            "has something in it that no sender signs; write {right}"
        ))
    } else {
        Ok(written.to_owned())
    }
}
