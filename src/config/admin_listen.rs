//! Whom to ask how what runs by a file is, when that file may have been spoilt since.

use toml::de::DeTable;

use super::Config;
use super::problem::Problems;
use super::section::Section;
use super::syntax;
use super::value::listener;
use crate::transport::Address;

impl Config {
    /// [`Admin::listen`](super::Admin::listen) by the text of a file that may have mistakes elsewhere; `None` where it has
    /// none.
    ///
    /// A mistake that was saved is not applied, so what runs by the file may be well all the same.
    ///
    /// # Errors
    ///
    /// If just this key is wrong, or was not found in what is no TOML.
    pub fn admin_listen(text: &str) -> Result<Option<Address>, Problems> {
        let (table, errors) = DeTable::parse_recoverable(text);
        match (read(text, table.get_ref())?, errors.first()) {
            (Some(listen), _) => Ok(Some(listen)),
            (None, None) => Ok(None),
            (None, Some(error)) => {
                let own = section(text);
                let (table, _) = DeTable::parse_recoverable(&own);
                let listen = read(&own, table.get_ref()).ok().flatten();
                listen
                    .map(Some)
                    .ok_or_else(|| Problems::new(vec![syntax::problem(text, error)]))
            }
        }
    }
}

/// The key in what was understood of `text`.
fn read(text: &str, table: &DeTable<'_>) -> Result<Option<Address>, Problems> {
    let (listen, notes) = Section::read_file(text, table, |file| {
        file.section("admin", |admin| admin.optional("listen", listener))
    });
    let mut problems = notes.problems;
    // All that was not asked for is unknown in there.
    problems.retain(|problem| problem.text().starts_with("[admin] listen = "));
    if problems.is_empty() {
        Ok(listen)
    } else {
        Err(Problems::new(problems))
    }
}

/// The section as it is written, since a list or a string before it that was left open takes it for a part of its own.
fn section(text: &str) -> String {
    let mut lines = text.lines().map(str::trim_start);
    let header = lines.find(|line| line.starts_with("[admin]"));
    let rest = lines.take_while(|line| !line.starts_with('['));
    let lines: Vec<_> = header.into_iter().chain(rest).collect();
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> String {
        match Config::admin_listen(text) {
            Ok(Some(address)) => address.to_string(),
            Ok(None) => "none".to_owned(),
            Err(problems) => problems.display_with("a".as_ref()).to_string(),
        }
    }

    #[test]
    fn it_is_found_beside_mistakes() {
        for (text, expected) in [
            ("", "none"),
            ("[admin]\nhosts = []", "none"),
            ("admin = 1", "none"),
            ("[admin]\nlisten = \"127.0.0.1:9090\"", "127.0.0.1:9090"),
            ("admin.listen = \"unix:/run/a\"", "unix:/run/a"),
            (
                "upstream = 1\nmode = \"enforced\"\n[admin]\nlisten = \"[::]:1\"\nno = \"key\"",
                "[::]:1",
            ),
            (
                "deny = [\"a\"\n[admin]\nlisten = \"127.0.0.1:1\"\n",
                "127.0.0.1:1",
            ),
            (
                "mode = \n[admin]\nlisten = \"127.0.0.1:1\"\n",
                "127.0.0.1:1",
            ),
            (
                "[admin]\nlisten = \"127.0.0.1:1\"\n[[route]\n",
                "127.0.0.1:1",
            ),
            (
                "a = \"\"\"\n[admin]\nhosts = []\nlisten = \"127.0.0.1:1\"\n[log]\nlevel = 1",
                "127.0.0.1:1",
            ),
            (
                "deny = [\"a\"\n[admin]\n[other]\nlisten = \"127.0.0.1:1\"\n",
                "a:2:1: not TOML: missing comma between array elements, expected `,`",
            ),
            (
                "[admin]\nlisten = 9090",
                "a:2: [admin] listen = 9090 is an integer; write \"127.0.0.1:9090\", or \"0.0.0.0:9090\" for all interfaces",
            ),
            ("mode = \n", "a:1:8: not TOML: a value is missing"),
        ] {
            assert_eq!(told(text), expected, "{text}");
        }
    }
}
