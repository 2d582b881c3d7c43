//! What to say about a key or section that no code asked for.

use strsim::osa_distance;
use toml::de::DeValue;

/// The names that may stand in one table, gathered while it is read.
pub(super) struct Known<'a> {
    /// The section, as `filter.shadow`; empty for the file itself, whose keys stand above all sections.
    name: String,
    /// The keys of this table.
    pub(super) keys: Vec<&'static str>,
    /// The sections of this table.
    pub(super) sections: Vec<&'static str>,
    /// The table that this is a section of: its keys, written below a `[header]`, end up in here.
    above: Option<&'a Known<'a>>,
}

impl<'a> Known<'a> {
    /// Nothing known yet, in the file itself.
    pub(super) fn of_file() -> Self {
        Self {
            name: String::new(),
            keys: Vec::new(),
            sections: Vec::new(),
            above: None,
        }
    }

    /// Nothing known yet, in the section `name` of the table `above`.
    pub(super) fn of_section(name: &str, above: &'a Self) -> Self {
        Self {
            name: above.full(name),
            above: Some(above),
            ..Self::of_file()
        }
    }

    /// The whole name of the section `name` in here.
    pub(super) fn full(&self, name: &str) -> String {
        if self.name.is_empty() {
            name.to_owned()
        } else {
            format!("{}.{name}", self.name)
        }
    }

    /// What a problem begins with to say where it is: `[filter] `, or nothing for the file itself.
    pub(super) fn label(&self) -> String {
        if self.name.is_empty() {
            String::new()
        } else {
            format!("[{}] ", self.name)
        }
    }

    /// What is wrong with `key` being here, and what would be right; `None` if it is known.
    pub(super) fn objection(&self, key: &str, value: &DeValue<'_>) -> Option<String> {
        if self.keys.contains(&key) || self.sections.contains(&key) {
            return None;
        }
        // A table in a section is more often meant for a key of it.
        let may_be = || self.name.is_empty() || nearest(key, &self.sections).is_some();
        let as_section = !self.sections.is_empty() && is_section(value) && may_be();
        let names = if as_section {
            &self.sections
        } else {
            &self.keys
        };
        let quote = |name: &str| {
            if as_section {
                format!("[{}]", self.full(name).escape_debug())
            } else {
                format!("{name:?}")
            }
        };
        let unknown = match &*self.name {
            name if name.is_empty() || as_section => format!("{} is not known", quote(key)),
            name => format!("[{name}] has no key {}", quote(key)),
        };
        let right = if let Some(place) = self.place(key) {
            format!("it belongs {place}")
        } else if let Some(near) = nearest(key, names) {
            format!("did you mean {}?", quote(near))
        } else {
            let all: Vec<_> = names.iter().map(|name| quote(name)).collect();
            format!("known are {}", all.join(", "))
        };
        Some(format!("{unknown}; {right}"))
    }

    /// Where `key` can stand outside of this section.
    fn place(&self, key: &str) -> Option<String> {
        let above = self.above?;
        if !above.keys.contains(&key) {
            above.place(key)
        } else if above.name.is_empty() {
            Some("above the first section".to_owned())
        } else {
            Some(format!("in [{}]", above.name))
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
fn nearest<'n>(key: &str, names: &[&'n str]) -> Option<&'n str> {
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
