//! The tables, as `tests/verdicts/README.md` says.

use std::fs;
use std::path::Path;
use std::thread;

use serde::Deserialize;

use crate::support::REPOSITORY;

/// Rows under one config.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Group {
    pub about: String,
    pub config: String,
    pub rows: Vec<Row>,
}

/// One request, and what becomes of it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    #[serde(default = "post")]
    pub method: String,
    #[serde(default = "root")]
    pub target: String,
    #[serde(default)]
    pub headers: Vec<(String, String)>,
    #[serde(default)]
    body: String,
    body_hex: Option<String>,
    pub action: String,
    pub rule: Option<String>,
    #[serde(default)]
    pub or_no_rule: bool,
    pub r#type: Option<String>,
    pub status: Option<u16>,
    #[serde(default)]
    pub answer: String,
    pub would: Option<String>,
    pub shadow: Option<String>,
    pub shadow_rule: Option<String>,
    pub route: Option<String>,
}

/// What somebody says of a row.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Said {
    /// As the log has it: `forward`, `drop`, `reject`, `refuse`, `would drop`, `would reject`.
    pub verdict: String,
    pub rule: Option<String>,
    pub r#type: Option<String>,
    /// What the sender is told; nothing where that is up to the endpoint.
    pub status: Option<u16>,
    /// The body of the answer to an event that is dropped.
    pub answer: String,
    pub shadow: Option<String>,
    pub shadow_rule: Option<String>,
    pub route: Option<String>,
}

/// What was heard of rows.
#[derive(Default)]
pub struct Found {
    /// How many there were.
    pub rows: usize,
    /// Those of which something else is said than in the table.
    pub wrong: Vec<String>,
}

fn post() -> String {
    "POST".to_owned()
}

fn root() -> String {
    "/".to_owned()
}

/// The name of each file, and what is in it.
pub fn files() -> Vec<(String, Vec<Group>)> {
    let directory = Path::new(REPOSITORY).join("tests/verdicts");
    let entries = fs::read_dir(directory).expect("it is there").flatten();
    let paths = entries.map(|entry| entry.path());
    let mut files: Vec<_> = paths
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "json")
        })
        .map(|path| {
            let name = path.display().to_string();
            let text = fs::read_to_string(path).expect("it is text");
            let groups = serde_json::from_str(&text);
            let groups = groups.unwrap_or_else(|error| panic!("{name}: {error}"));
            (name, groups)
        })
        .collect();
    files.sort_by(|(one, _), (other, _)| one.cmp(other));
    assert!(files.len() >= 10);
    files
}

/// Checks each group of each file, on so many threads; `checker` makes what checks those of one thread. Gives how many rows
/// there were.
#[track_caller]
pub fn assert_agreed<C>(threads: usize, checker: impl Fn() -> C + Sync) -> usize
where
    C: FnMut(&Group, &mut Found),
{
    let groups: Vec<_> = files().into_iter().flat_map(|(_, groups)| groups).collect();
    let found = thread::scope(|scope| {
        let started: Vec<_> = (0..threads)
            .map(|first| {
                let groups = groups.iter().skip(first).step_by(threads);
                let checker = &checker;
                scope.spawn(move || {
                    let (mut check, mut found) = (checker(), Found::default());
                    groups.for_each(|group| check(group, &mut found));
                    found
                })
            })
            .collect();
        let joined = started.into_iter().map(thread::ScopedJoinHandle::join);
        let joined = joined.map(|found| found.expect("all rows can be tried"));
        joined.collect::<Vec<_>>()
    });
    let wrong: Vec<_> = found.iter().flat_map(|found| &found.wrong).collect();
    let first: Vec<_> = wrong.iter().take(20).map(|wrong| wrong.as_str()).collect();
    assert!(
        wrong.is_empty(),
        "{} rows:\n{}",
        wrong.len(),
        first.join("\n")
    );
    found.iter().map(|found| found.rows).sum()
}

impl Group {
    /// The config with an upstream at this address.
    pub fn config_before(&self, upstream: &str) -> String {
        let upstream = format!("http://{upstream}");
        if self.config.contains("UPSTREAM") {
            self.config.replace("UPSTREAM", &upstream)
        } else {
            format!("upstream = \"{upstream}\"\n{}", self.config)
        }
    }
}

impl Found {
    /// Holds what is said of a row against what the table says.
    pub fn hear(&mut self, group: &Group, row: &Row, said: Said) {
        let expected = row.expected();
        let mut said = said.comparable();
        if row.or_no_rule && said.rule.is_none() {
            said.rule.clone_from(&expected.rule);
            said.r#type.clone_from(&expected.r#type);
        }
        self.rows += 1;
        if said != expected {
            let Group { about, config, .. } = group;
            self.wrong.push(format!(
                "{about}\n{config}{row:?}\n it is {said:?}\nnot {expected:?}\n"
            ));
        }
    }
}

impl Row {
    /// The bytes of the body.
    pub fn body(&self) -> Vec<u8> {
        let Some(hex) = &self.body_hex else {
            return self.body.clone().into_bytes();
        };
        let digits = hex.as_bytes().chunks_exact(2);
        let byte = |two: &[u8]| u8::from_str_radix(str::from_utf8(two).ok()?, 16).ok();
        let bytes = digits.map(|two| byte(two).expect("hexadecimal digits"));
        bytes.collect()
    }

    /// The bytes of a value in `headers`: each character is one.
    pub fn bytes_of(value: &str) -> Vec<u8> {
        let byte = |char| u8::try_from(char).expect("a character is a byte");
        value.chars().map(byte).collect()
    }

    /// Whether a `Host` is among the headers.
    pub fn has_host(&self) -> bool {
        let mut names = self.headers.iter().map(|(name, _)| name);
        names.any(|name| name.eq_ignore_ascii_case("host"))
    }

    fn expected(&self) -> Said {
        let verdict = match &self.would {
            Some(would) => format!("would {would}"),
            None => self.action.clone(),
        };
        let shadow = self.shadow.as_ref();
        Said {
            verdict,
            rule: self.rule.clone(),
            r#type: self.r#type.clone(),
            status: self.status,
            answer: self.answer.clone(),
            shadow: shadow.map(|shadow| format!("would {shadow}")),
            shadow_rule: self.shadow_rule.clone(),
            route: self.route.clone(),
        }
    }
}

impl Said {
    /// Without where a body is no JSON: that is told as well as a parser can.
    fn comparable(mut self) -> Self {
        for rule in [&mut self.rule, &mut self.shadow_rule] {
            *rule = rule.take().map(without_place);
        }
        self
    }
}

/// Without where a body is no JSON.
fn without_place(mut rule: String) -> String {
    if let Some(at) = rule.find(" at ").filter(|_| rule.contains("not JSON at ")) {
        rule.truncate(at);
    }
    rule
}
