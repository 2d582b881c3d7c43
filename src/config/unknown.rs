//! What to say about a key or section that no code asked for.

use strsim::osa_distance;
use toml::de::DeValue;

use super::section::SHOWN;

/// The names that may stand in one table, gathered while it is read.
#[derive(Default)]
pub(super) struct Known<'a> {
    /// The section, as `filter.shadow`; empty for the file itself and for a table of a list, whose keys stand above all
    /// sections.
    name: String,
    /// The keys of this table.
    pub(super) keys: Vec<&'static str>,
    /// The sections of this table.
    pub(super) sections: Vec<&'static str>,
    /// The lists of tables in this table.
    pub(super) lists: Vec<&'static str>,
    /// The sections of the tables in those.
    pub(super) in_lists: Vec<&'static str>,
    /// The keys of each of its sections.
    pub(super) within: Vec<(&'static str, Vec<&'static str>)>,
    /// The table that this section is in: its keys, written below a `[header]`, end up in here.
    above: Option<&'a Known<'a>>,
    /// The table of a list that this is, or is in.
    pub(super) entry: Option<Entry<'a>>,
    /// The file that has that list: what stands in it, and not in here, is for all.
    file: Option<&'a Known<'a>>,
}

/// A table of a list, of which there are several alike.
#[derive(Clone, Copy)]
pub(super) struct Entry<'a> {
    /// Where it begins: the byte, and the line from 1.
    pub(super) offset: usize,
    pub(super) line: usize,
    /// The list.
    pub(super) name: &'static str,
    /// By what its writer knows it.
    pub(super) label: Option<&'a str>,
}

impl Known<'_> {
    /// Nothing known yet, in the file itself.
    pub(super) fn of_file() -> Self {
        Self::default()
    }

    /// Nothing known yet, in the section `name` of this table.
    pub(super) fn of_section<'s>(&'s self, name: &'static str) -> Known<'s> {
        Known {
            name: self.full(name),
            above: Some(self),
            entry: self.entry,
            file: self.file,
            ..Known::default()
        }
    }

    /// The whole name of the section `name` in here.
    pub(super) fn full(&self, name: &str) -> String {
        match &*self.name {
            "" => name.to_owned(),
            around => format!("{around}.{name}"),
        }
    }

    /// Nothing known yet, in a table of a list of this file.
    pub(super) fn of_entry<'s>(&'s self, entry: Entry<'s>) -> Known<'s> {
        Known {
            entry: Some(entry),
            file: Some(self),
            ..Known::default()
        }
    }

    /// What a problem begins with to say where it is: `[filter] `, or nothing for the file itself.
    pub(super) fn label(&self) -> String {
        let entry = self.entry.as_ref().map_or_else(String::new, Entry::show);
        match &*self.name {
            "" => entry,
            name => format!("{entry}[{name}] "),
        }
    }

    /// What is wrong with `key` being here, and what would be right; `None` if it is known.
    pub(super) fn objection(&self, key: &str, value: &DeValue<'_>) -> Option<String> {
        let mut all = [&self.keys, &self.sections, &self.lists].into_iter();
        if all.any(|names| names.contains(&key)) {
            return None;
        }
        // A table in a section is more often meant for a key of it.
        let may_be = || self.name.is_empty() || nearest(key, &self.sections).is_some();
        let as_section = !self.sections.is_empty() && is_section(value) && may_be();
        let quote = |name: &str| {
            if !as_section {
                format!("{name:?}")
            } else if self.lists.contains(&name) {
                format!("[[{name}]]")
            } else {
                format!("[{}]", self.full(name).escape_debug())
            }
        };
        let written = quote(key);
        let entry = self.entry.as_ref().map_or_else(String::new, Entry::show);
        if let Some(right) = self.right_for_all(key) {
            let section = match &*self.name {
                "" => String::new(),
                name => format!("[{name}] "),
            };
            return Some(format!("{entry}{section}{written} is for all; {right}"));
        }
        let unknown = match &*self.name {
            name if name.is_empty() || as_section => format!("{entry}{written} is not known"),
            name => format!("{entry}[{name}] has no key {written}"),
        };
        let names = if as_section {
            [&self.sections[..], &self.lists].concat()
        } else {
            self.keys.clone()
        };
        let right = if let Some(right) = self.right_above(key) {
            right
        } else if let Some(near) = nearest(key, &names) {
            format!("did you mean {}?", quote(near))
        } else {
            let all: Vec<_> = names.iter().map(|name| quote(name)).collect();
            format!("known are {}", all.join(", "))
        };
        Some(format!("{unknown}; {right}"))
    }

    /// Where a key or section belongs that may stand in the file, but not in each table of a list.
    fn right_for_all(&self, key: &str) -> Option<String> {
        let (file, list) = (self.file?, self.entry?.name);
        match &*self.name {
            "" if file.keys.contains(&key) => {
                Some("it belongs above the first section of the file".to_owned())
            }
            "" if file.sections.contains(&key) => {
                Some(format!("it belongs above the first [[{list}]]"))
            }
            "" => None,
            name => {
                let mut sections = file.within.iter();
                let (_, keys) = sections.find(|(section, _)| *section == name)?;
                let is_there = keys.contains(&key);
                is_there.then(|| format!("it belongs in [{name}] above the first [[{list}]]"))
            }
        }
    }

    /// Where a key belongs that may stand in a table around this section.
    fn right_above(&self, key: &str) -> Option<String> {
        let above = self.above?;
        if !above.keys.contains(&key) {
            return above.right_above(key);
        }
        let list = self.entry.map(|entry| entry.name);
        Some(match (&*above.name, list) {
            ("", None) => "it belongs above the first section".to_owned(),
            ("", Some(list)) => format!(
                "it belongs right below [[{list}]], above [{list}.{}]",
                self.name
            ),
            (section, None) => format!("it belongs in [{section}]"),
            (section, Some(list)) => format!("it belongs in [{list}.{section}]"),
        })
    }
}

impl Entry<'_> {
    /// What a problem begins with: `route "/hooks" (line 7): `.
    fn show(&self) -> String {
        let Self {
            name, line, label, ..
        } = self;
        match label {
            Some(label) => {
                let shown: String = label.chars().take(SHOWN).collect();
                let more = if shown.len() < label.len() { "…" } else { "" };
                format!("{name} \"{}{more}\" (line {line}): ", shown.escape_debug())
            }
            None => format!("{name} (line {line}): "),
        }
    }
}

/// Whether `value` was written as `[key]` or `[[key]]`, or could have been.
fn is_section(value: &DeValue<'_>) -> bool {
    match value {
        DeValue::Table(_) => true,
        DeValue::Array(entries) => entries
            .first()
            .is_some_and(|first| first.get_ref().is_table()),
        _ => false,
    }
}

/// The one of `names` that `key` is most likely a slip for, if any is near.
///
/// Near is one slip in three letters: a missing, wrong or additional one, or two that changed places. Beyond
/// that a guess is more often silly than right (`audit` is not `limits`).
pub(crate) fn nearest<'n>(key: &str, names: &[&'n str]) -> Option<&'n str> {
    let key = key.to_lowercase();
    names
        .iter()
        .map(|&name| (osa_distance(&key, name), name))
        .filter(|&(slips, name)| slips * 3 <= name.len())
        .min_by_key(|&(slips, _)| slips)
        .map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_near_name_is_suggested() {
        let names = [
            "filter", "drop", "forward", "limits", "timeouts", "log", "deny",
        ];
        for (written, meant) in [
            ("fitler", "filter"),
            ("Filter", "filter"),
            ("limit", "limits"),
            ("time_outs", "timeouts"),
            ("denny", "deny"),
        ] {
            assert_eq!(nearest(written, &names), Some(meant), "{written}");
        }
        for written in ["route", "tls", "admin", "audit", "body", "sender", "", "x"] {
            assert_eq!(nearest(written, &names), None, "{written}");
        }
    }
}
