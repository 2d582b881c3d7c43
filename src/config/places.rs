//! Where in a file something is written, for those who look from what it means back to the text.

use std::collections::HashMap;

use memchr::memchr_iter;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::senders::named;

/// The places of keys and entries in the text of a valid config. What the text leaves out has none.
///
/// Where a route is asked for, by the line of its `[[route]]`, what it leaves out is where it takes that from: above
/// all sections, or in one of the file's own.
#[derive(Debug)]
pub struct Places<'t> {
    table: Option<Spanned<DeTable<'t>>>,
    /// Where the line feeds are.
    line_ends: Vec<usize>,
    /// The number of the route that begins in a line.
    routes: HashMap<usize, usize>,
}

impl<'t> Places<'t> {
    /// The places in `source`, which has none at all if it is no TOML.
    #[must_use]
    pub fn of(source: &'t str) -> Self {
        let mut places = Self {
            table: DeTable::parse(source).ok(),
            line_ends: memchr_iter(b'\n', source.as_bytes()).collect(),
            routes: HashMap::new(),
        };
        let lines = places.routes().iter().map(|route| places.line(route));
        let lines: Vec<_> = lines.collect();
        // Of several in one line the first is meant.
        for (number, line) in lines.into_iter().enumerate().rev() {
            places.routes.insert(line, number);
        }
        places
    }

    /// The line of `key` in `section`, as `filter.shadow`, which is empty for what stands above all sections; or of the
    /// `sender` that stands for it.
    #[must_use]
    pub fn key(&self, route: Option<usize>, section: &str, key: &str) -> Option<usize> {
        Some(self.line(self.find(route, section, key)?))
    }

    /// The line of `entry` in the list that is `key` in `section`.
    #[must_use]
    pub fn entry(
        &self,
        route: Option<usize>,
        section: &str,
        key: &str,
        entry: &str,
    ) -> Option<usize> {
        let entries = self.find(route, section, key)?.get_ref().as_array()?;
        let is_meant = |other: &&Spanned<DeValue<'_>>| other.get_ref().as_str() == Some(entry);
        Some(self.line(entries.iter().find(is_meant)?))
    }

    fn find(
        &self,
        route: Option<usize>,
        section: &str,
        key: &str,
    ) -> Option<&Spanned<DeValue<'t>>> {
        let own = route.and_then(|line| set_in(self.route(line)?, section, key));
        own.or_else(|| set_in(self.table.as_ref()?.get_ref(), section, key))
    }

    /// The table of the route that begins in this line.
    fn route(&self, line: usize) -> Option<&DeTable<'t>> {
        let number = *self.routes.get(&line)?;
        self.routes().get(number)?.get_ref().as_table()
    }

    fn routes(&self) -> &[Spanned<DeValue<'t>>] {
        let list = self
            .table
            .as_ref()
            .and_then(|table| table.get_ref().get("route"));
        let list = list.and_then(|list| list.get_ref().as_array());
        list.map(|list| &**list).unwrap_or_default()
    }

    fn line(&self, value: &Spanned<DeValue<'_>>) -> usize {
        let start = value.span().start;
        1 + self.line_ends.partition_point(|&end| end < start)
    }
}

/// What sets a key in a table: its value, or the name of a preset that stands for it.
fn set_in<'v, 't>(
    table: &'v DeTable<'t>,
    section: &str,
    key: &str,
) -> Option<&'v Spanned<DeValue<'t>>> {
    let by_preset = || {
        let sender = table.get("sender")?;
        let preset = named(sender.get_ref().as_str()?)?;
        preset.setting(&format!("{section}.{key}"))?;
        Some(sender)
    };
    within(table, section, key).or_else(by_preset)
}

fn within<'v, 't>(
    table: &'v DeTable<'t>,
    section: &str,
    key: &str,
) -> Option<&'v Spanned<DeValue<'t>>> {
    let mut sections = section.split('.').filter(|name| !name.is_empty());
    let table = sections.try_fold(table, |table, name| table.get(name)?.get_ref().as_table());
    table?.get(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = r#"upstream = "http://app"
drop.status = 202
[filter]
deny = [
    "a", # "b"
    "\u0062",
]
allow = ["a b", "c"]
shadow.deny = []
[[route]]
path = "/x"
filter = { deny = ["x"] }

[[route]]
path = "/y"
mode = "observe"
[route.filter]
allow = [
    "y"]
"#;

    #[test]
    fn a_key_is_in_the_line_of_its_value() {
        let places = Places::of(TEXT);
        for (route, section, key, line) in [
            (None, "", "upstream", Some(1)),
            (None, "drop", "status", Some(2)),
            (None, "drop", "body", None),
            (None, "filter", "deny", Some(4)),
            (None, "", "mode", None),
            (None, "limits", "inspect", None),
            (None, "upstream", "x", None),
            (None, "filter.shadow", "deny", Some(9)),
            (None, "filter.deny", "shadow", None),
            (Some(10), "filter", "deny", Some(12)),
            (Some(10), "filter", "allow", Some(8)),
            (Some(10), "", "upstream", Some(1)),
            (Some(10), "", "mode", None),
            (Some(14), "", "mode", Some(16)),
            (Some(14), "filter", "allow", Some(18)),
            (Some(14), "filter", "deny", Some(4)),
        ] {
            assert_eq!(
                places.key(route, section, key),
                line,
                "{route:?} {section}.{key}"
            );
        }
    }

    #[test]
    fn an_entry_is_found_decoded_and_in_one_list_only() {
        let places = Places::of(TEXT);
        for (route, key, entry, line) in [
            (None, "deny", "a", Some(5)),
            (None, "deny", "b", Some(6)),
            (None, "deny", "c", None),
            (None, "allow", "c", Some(8)),
            (None, "unreadable", "c", None),
            (Some(10), "deny", "x", Some(12)),
            // What the route has a list of its own for is not that above.
            (Some(10), "deny", "a", None),
            (Some(10), "allow", "c", Some(8)),
            (Some(14), "allow", "y", Some(19)),
            (Some(14), "deny", "b", Some(6)),
        ] {
            assert_eq!(
                places.entry(route, "filter", key, entry),
                line,
                "{route:?} {key} {entry}"
            );
        }
    }

    #[test]
    fn what_a_preset_stands_for_is_where_that_is_named() {
        let text = "drop.status = 202\nsender = \"paypal\"\n[[route]]\npath = \"/a\"\nsender = \"linear\"\n[[route]]\n\
                    path = \"/b\"\nfilter.type = \"x\"\nsender = \"zoom\"";
        let places = Places::of(text);
        for (route, section, key, line) in [
            (None, "drop", "status", Some(1)),
            (None, "filter", "type", Some(2)),
            (None, "drop", "body", None),
            (Some(3), "filter", "type", Some(5)),
            (Some(3), "drop", "status", Some(5)),
            (Some(6), "filter", "type", Some(8)),
            (Some(6), "drop", "status", Some(1)),
        ] {
            let told = places.key(route, section, key);
            assert_eq!(told, line, "{route:?} {section}.{key}");
        }
        assert_eq!(places.entry(None, "filter", "type", "paypal"), None);
    }

    #[test]
    fn what_is_no_toml_has_no_places() {
        assert_eq!(Places::of("mode = observe").key(None, "", "mode"), None);
    }
}
