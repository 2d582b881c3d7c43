//! The table as a page: `docs/senders.md`.

use std::fmt;

use super::text::Example;
use super::{ALL, Fact, Known, Sender};

/// What stands before the table.
const HEAD: &str = "\
# Senders

`sender = \"github\"` at the top level or in a `[[route]]` says where GitHub's types are, which of its requests always
reach the endpoint, and how it signs. It stands for the lines that are in comments behind it below, and for nothing
else: what is written by hand wins over it, and what it does not set is taken from above.
`hooksieve senders github` prints the same as a config, and `hooksieve check` all that is in force in the end.

Nothing is verified without a `verify.secret`. What a sender wants for an answer is what it has to get from the endpoint,
and from [`drop.status` and `drop.body`](configuration.md) where an event is dropped.

\\* was read where others write about the sender, † is believed and was read nowhere: try it before you rely on it. All
else was read in the sender's own documentation or code, at the address behind it; of a package, in what it installs.

This page is made from `src/senders/table.rs`, by `cargo run -- senders --markdown > docs/senders.md`. The two tables
between comments are made by other scripts, and have to be kept.

";

/// Where other programs write what the senders' own libraries say, in JavaScript and in Python.
const MATRIX: &str = "\n<!-- matrix -->\n<!-- /matrix -->\n\n<!-- pypi -->\n<!-- /pypi -->\n";

/// The page.
#[derive(Debug)]
pub struct Page;

impl fmt::Display for Page {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(HEAD)?;
        writeln!(f, "| `sender =` | | type | scheme |\n|---|---|---|---|")?;
        for sender in ALL {
            let Sender { name, title, .. } = sender;
            let [kind, scheme] =
                ["filter.type", "verify.scheme"].map(|key| code(&sender.plain(key)));
            writeln!(f, "| [`{name}`](#{name}) | {title} | {kind} | {scheme} |")?;
        }
        f.write_str(MATRIX)?;
        ALL.iter().try_for_each(|sender| section(f, sender))
    }
}

fn section(f: &mut fmt::Formatter<'_>, sender: &'static Sender) -> fmt::Result {
    let Sender { name, title, .. } = sender;
    writeln!(f, "\n## {name}\n\n{title}:\n")?;
    writeln!(f, "```toml\n{}```\n", Example(sender))?;
    writeln!(f, "| | |\n|---|---|")?;
    for (heading, fact) in sender.facts() {
        writeln!(f, "| {heading} | {} |", said(&fact))?;
    }
    Ok(())
}

fn code(text: &str) -> String {
    match text {
        "–" => text.to_owned(),
        text => format!("`{text}`"),
    }
}

fn said(fact: &Fact) -> String {
    let text = fact.text.replace('|', "\\|");
    match fact.known {
        Known::Verified(address) => format!("{text} ([read]({address}))"),
        Known::SecondHand(address) => format!("{text} \\* ([read]({address}))"),
        Known::Believed => format!("{text} †"),
    }
}
