//! Lists of tables, written `[[name]]`: several of a kind.

use toml::de::DeTable;

use super::{Notes, Section};
use crate::config::problem::{Problem, lines_between};
use crate::config::unknown::{Entry, Known};
use crate::config::value::kind;

impl<'a> Section<'a> {
    /// Reads each table of the list `name`, written `[[name]]`, in the order of the file.
    ///
    /// What stands in them is known only once all else of the file has been read: so this comes last.
    pub(in crate::config) fn tables<T>(
        &mut self,
        name: &'static str,
        mut read: impl FnMut(&mut Section<'_>) -> T,
    ) -> Vec<T> {
        let (mut meanings, mut sections) = (Vec::new(), Vec::new());
        self.for_each(name, |mut table| {
            meanings.push(read(&mut table));
            sections.clone_from(&table.known.sections);
            table.end().1
        });
        self.known.in_lists = sections;
        meanings
    }

    /// Shows each table of the list to `note`, and keeps what that notes.
    fn for_each(&mut self, name: &'static str, mut note: impl FnMut(Section<'_>) -> Notes) {
        self.known.lists.push(name);
        let Some(list) = self.table.and_then(|table| table.get(name)) else {
            return;
        };
        let Some(entries) = list.get_ref().as_array() else {
            let wrong = format!("is {}; write [[{name}]]", kind(list.get_ref()));
            self.note(&format!("{name} ="), list, &wrong);
            return;
        };
        // Counted along the way: to count from the first line for each would take long for thousands.
        let (mut line, mut counted) = (1, 0);
        for entry in entries {
            let Some(table) = entry.get_ref().as_table() else {
                let wrong = format!("is {}; write [[{name}]]", kind(entry.get_ref()));
                self.note(&format!("{name}:"), entry, &wrong);
                continue;
            };
            let offset = entry.span().start;
            line += lines_between(self.source, counted, offset);
            counted = offset;
            let label = table.get("path").and_then(|path| path.get_ref().as_str());
            let known = self.known.of_entry(Entry {
                offset,
                line,
                name,
                label,
            });
            let notes = note(Section::new(self.source, Some(table), known));
            self.take(notes);
        }
    }

    /// What is wrong with the value of `key` wherever the file has it at the top level or in a table of the list `name`,
    /// and `is_wrong` says so of the line in which that table begins, `None` for the top level.
    pub(in crate::config) fn objections(
        source: &'a str,
        table: &'a DeTable<'a>,
        name: &'static str,
        key: &str,
        wrong: &str,
        is_wrong: impl Fn(Option<usize>) -> bool,
    ) -> Vec<Problem> {
        let object = |s: &mut Section<'_>| {
            if is_wrong(s.line()) {
                s.disagree(key, key, wrong);
            }
        };
        let mut file = Self::new(source, Some(table), Known::of_file());
        object(&mut file);
        file.for_each(name, |mut table| {
            object(&mut table);
            table.notes
        });
        file.notes.problems
    }

    /// A section of the file that stands below `[[route]]` looks as if it were the route's, and is for all.
    pub(super) fn refuse_sections_below_lists(&mut self) {
        let mut list = None;
        let mut entries: Vec<_> = self.table.into_iter().flatten().collect();
        entries.sort_unstable_by_key(|(key, _)| key.span().start);
        for (key, _) in entries {
            let (name, start) = (key.get_ref(), key.span().start);
            let before = self.source[..start].trim_end();
            if before.ends_with("[[") {
                list = self.known.lists.iter().find(|list| *list == name).or(list);
            } else if let (true, Some(list)) = (before.ends_with('['), list)
                && self.known.in_lists.iter().any(|section| section == name)
            {
                let text = format!(
                    "[{name}] below [[{list}]] is for all; write [{list}.{name}], or move it above the first [[{list}]]"
                );
                let problem = Problem::in_line(self.source, start, text);
                self.notes.problems.push(problem);
            }
        }
    }
}
