//! Reading a section of the file key by key, collecting problems instead of stopping at the first.
//!
//! `#[derive(Deserialize)]` would be shorter, but it stops at the first problem; here all are told at once.

mod several;
mod sources;
mod tables;

use std::collections::HashMap;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::problem::{Problem, line, without_credentials};
use super::unknown::Known;
use super::value::{kind, plain};

/// How much of a value as written a problem repeats, in characters: enough to know it again.
pub(super) const SHOWN: usize = 60;

/// One table of the file, or the empty table where the file leaves it out.
///
/// It remembers which keys and sections were asked for; when it has been read, any other is a problem. So the
/// code that reads a section is also the list of what may stand in it.
///
/// A reader is a function from a value to its meaning. Its error is the rest of a sentence that begins with
/// the key and the value as written: `is not an address; write …`.
pub(super) struct Section<'a> {
    source: &'a str,
    table: Option<&'a DeTable<'a>>,
    known: Known<'a>,
    entries: HashMap<&'a str, (&'static str, usize)>,
    notes: Notes,
}

/// What has been noted about a part of the file, unsorted.
#[derive(Default)]
pub(super) struct Notes {
    /// What is wrong.
    pub(super) problems: Vec<Problem>,
    /// What is taken as it is, but may be meant otherwise.
    pub(super) warnings: Vec<Problem>,
}

impl<'a> Section<'a> {
    /// Reads the whole of a file with `read`; returns what that made of it, and all that was noted.
    pub(super) fn read_file<T>(
        source: &'a str,
        table: &'a DeTable<'a>,
        read: impl FnOnce(&mut Self) -> T,
    ) -> (T, Notes) {
        let mut file = Self::new(source, Some(table), Known::of_file());
        let meaning = read(&mut file);
        file.refuse_sections_below_lists();
        (meaning, file.end().1)
    }

    /// Reads the section `name`, which the file may leave out; then every key in it has its default.
    ///
    /// Sections come after keys: one of those found in here by mistake is told where it belongs.
    pub(super) fn section<T>(
        &mut self,
        name: &'static str,
        read: impl FnOnce(&mut Section<'_>) -> T,
    ) -> T {
        let table = self.find_section(name);
        let mut section = Section::new(self.source, table, self.known.of_section(name));
        let meaning = read(&mut section);
        let (names, notes) = section.end();
        self.known.within.push((name, names));
        self.take(notes);
        meaning
    }

    /// The line in which this table of a list begins; `None` for the file itself.
    pub(super) fn line(&self) -> Option<usize> {
        self.known.entry.map(|entry| entry.line)
    }

    /// Whether the file has this key.
    pub(super) fn has(&self, key: &str) -> bool {
        self.table.is_some_and(|table| table.contains_key(key))
    }

    /// What `key` means; `default` if the file leaves it out, and also, with a problem noted, if it is wrong.
    pub(super) fn get<T>(
        &mut self,
        key: &'static str,
        default: T,
        read: impl FnOnce(&DeValue<'_>) -> Result<T, String>,
    ) -> T {
        let Some(value) = self.find(key) else {
            return default;
        };
        self.understand(key, value, read).unwrap_or(default)
    }

    /// What `key` means; `None` if the file leaves it out, and also, with a problem noted, if it is wrong.
    pub(super) fn optional<T>(
        &mut self,
        key: &'static str,
        read: impl FnOnce(&DeValue<'_>) -> Result<T, String>,
    ) -> Option<T> {
        let value = self.find(key)?;
        self.understand(key, value, read)
    }

    /// Notes that there is no `key`; `right` is what to write.
    pub(super) fn missing(&mut self, key: &str, right: &str) {
        let text = format!("{}{key} is missing; write {right}", self.known.label());
        let problem = match self.known.entry {
            Some(entry) => Problem::in_line(self.source, entry.offset, text),
            None => Problem::of_file(text),
        };
        self.notes.problems.push(problem);
    }

    /// What each string of the list `key` means, wrong ones left out with a problem noted; `None` if the file leaves it out.
    ///
    /// The lists of one section share no entry: one that stands in `key` twice, or in a list read before, is a
    /// problem that names both lines.
    pub(super) fn list<T>(
        &mut self,
        key: &'static str,
        read: impl Fn(&str) -> Result<T, String>,
    ) -> Option<Vec<T>> {
        let list = self.find(key)?;
        let is = kind(list.get_ref());
        let wrong = match list.get_ref() {
            DeValue::Array(entries) => {
                let meanings = entries
                    .iter()
                    .filter_map(|entry| self.entry(key, entry, &read));
                return Some(meanings.collect());
            }
            DeValue::String(one) => format!("is {is}; write a list, as [{one:?}]"),
            _ => format!("is {is}; write a list of strings"),
        };
        self.note(&format!("{key} ="), list, &wrong);
        Some(Vec::new())
    }

    /// Notes what is odd about entries of the list `key`, which means `meanings` and is taken as it is all the same.
    ///
    /// Where an entry is wrong the file is not taken at all, so it does not matter that this has no meaning.
    pub(super) fn warn<T>(
        &mut self,
        key: &str,
        meanings: &[T],
        odd: impl Fn(&T) -> Option<String>,
    ) {
        let list = self.table.and_then(|table| table.get(key));
        let entries = list.and_then(|list| list.get_ref().as_array());
        for (entry, meaning) in entries.into_iter().flatten().zip(meanings) {
            if let Some(odd) = odd(meaning) {
                let warning = self.problem(&format!("{key}:"), entry, &odd);
                self.notes.warnings.push(warning);
            }
        }
    }

    /// Whether nothing was wrong in this section so far. Only then do its values bear comparison.
    pub(super) fn is_sound(&self) -> bool {
        self.notes.problems.is_empty()
    }

    /// Whether the file has anything of this section.
    pub(super) fn is_written(&self) -> bool {
        self.table.is_some_and(|table| !table.is_empty())
    }

    /// Notes that `key` does not agree with the rest; `instead` takes the blame if the file leaves `key` out.
    pub(super) fn disagree(&mut self, key: &str, instead: &str, wrong: &str) {
        let set = |key| Some((key, self.table?.get(key)?));
        if let Some((key, value)) = set(key).or_else(|| set(instead)) {
            self.note(&format!("{key} ="), value, wrong);
        }
    }

    fn new(source: &'a str, table: Option<&'a DeTable<'a>>, known: Known<'a>) -> Self {
        Self {
            source,
            table,
            known,
            entries: HashMap::new(),
            notes: Notes::default(),
        }
    }

    /// The keys that were asked for, and all that was noted, what else there is included.
    fn end(self) -> (Vec<&'static str>, Notes) {
        let (known, mut notes) = (self.known, self.notes);
        for (key, value) in self.table.into_iter().flatten() {
            if let Some(text) = known.objection(key.get_ref(), value.get_ref()) {
                let problem = Problem::in_line(self.source, key.span().start, text);
                notes.problems.push(problem);
            }
        }
        (known.keys, notes)
    }

    fn take(&mut self, notes: Notes) {
        self.notes.problems.extend(notes.problems);
        self.notes.warnings.extend(notes.warnings);
    }

    fn find(&mut self, key: &'static str) -> Option<&'a Spanned<DeValue<'a>>> {
        self.known.keys.push(key);
        self.table?.get(key)
    }

    fn find_section(&mut self, name: &'static str) -> Option<&'a DeTable<'a>> {
        self.known.sections.push(name);
        let value = self.table?.get(name)?;
        let table = value.get_ref().as_table();
        if table.is_none() {
            let full = self.known.full(name);
            let wrong = format!("is {}; write [{full}], once", kind(value.get_ref()));
            self.note(&format!("{name} ="), value, &wrong);
        }
        table
    }

    fn understand<T>(
        &mut self,
        key: &str,
        value: &Spanned<DeValue<'_>>,
        read: impl FnOnce(&DeValue<'_>) -> Result<T, String>,
    ) -> Option<T> {
        let meaning = read(value.get_ref());
        meaning
            .map_err(|wrong| self.note(&format!("{key} ="), value, &wrong))
            .ok()
    }

    fn entry<T>(
        &mut self,
        key: &'static str,
        entry: &'a Spanned<DeValue<'a>>,
        read: impl Fn(&str) -> Result<T, String>,
    ) -> Option<T> {
        let meaning = match entry.get_ref() {
            DeValue::String(text) => match self.entries.insert(text, (key, entry.span().start)) {
                None => plain(text).and_then(read),
                Some((other, offset)) => {
                    let line = line(self.source, offset);
                    Err(format!(
                        "is also in {other}, line {line}; take one of them out"
                    ))
                }
            },
            other => Err(format!("is {}; write a string", kind(other))),
        };
        meaning
            .map_err(|wrong| self.note(&format!("{key}:"), entry, &wrong))
            .ok()
    }

    fn note(&mut self, subject: &str, value: &Spanned<DeValue<'_>>, wrong: &str) {
        let problem = self.problem(subject, value, wrong);
        self.notes.problems.push(problem);
    }

    fn problem(&self, subject: &str, value: &Spanned<DeValue<'_>>, wrong: &str) -> Problem {
        let offset = value.span().start;
        let written = without_credentials(&self.source[value.span()]);
        let visible = written.chars().take_while(|c| !c.is_control());
        let shown: String = visible.take(SHOWN).collect();
        let cut = shown.len() < written.len();
        let more = if cut { "…" } else { "" };
        let text = format!("{}{subject} {shown}{more} {wrong}", self.known.label());
        Problem::in_line(self.source, offset, text)
    }
}
