//! The table for a terminal: all senders in lines, one of them as a file that can be used as it stands.

use std::fmt;

use super::{ALL, Fact, Known, Sender};

/// Where the text of a comment ends.
const WIDTH: usize = 100;
/// Where the values begin in a comment.
const INDENT: usize = 11;

/// All senders, one in a line.
#[derive(Debug)]
pub struct Listing;

/// All that is known of one sender, as a config: what is known stands in comments.
#[derive(Debug)]
pub struct Sheet(pub &'static Sender);

impl fmt::Display for Listing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rows = ALL.iter().map(|sender| {
            [
                sender.name.to_owned(),
                sender.title.to_owned(),
                sender.plain("filter.type"),
                sender.plain("verify.scheme"),
            ]
        });
        let head = ["NAME", "SENDER", "TYPE", "SCHEME"].map(str::to_owned);
        let rows: Vec<_> = [head].into_iter().chain(rows).collect();
        let width = |column: usize| {
            let widths = rows
                .iter()
                .map(|row: &[String; 4]| row[column].chars().count());
            widths.max().unwrap_or_default()
        };
        let [name, title, kind] = [0, 1, 2].map(width);
        for [a, b, c, d] in &rows {
            writeln!(f, "{a:name$}  {b:title$}  {c:kind$}  {d}")?;
        }
        writeln!(f, "\n`hooksieve senders NAME` tells more of one.")
    }
}

impl fmt::Display for Sheet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sender = self.0;
        writeln!(f, "# {}\n#", sender.title)?;
        for (heading, fact) in sender.facts() {
            entry(f, heading, &said(&fact))?;
        }
        write!(f, "\n{}", Example(sender))
    }
}

/// A config for this sender, with what its name stands for in comments. Nothing is dropped by it before its reader has
/// seen what would be.
pub(super) struct Example(pub(super) &'static Sender);

impl fmt::Display for Example {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Sender { name, example, .. } = self.0;
        writeln!(f, "upstream = \"http://127.0.0.1:3000\"")?;
        writeln!(
            f,
            "mode = \"observe\"  # \"enforce\" drops what is denied, this logs it"
        )?;
        writeln!(f, "sender = \"{name}\"  # stands for:")?;
        for (key, value) in self.0.settings() {
            writeln!(f, "# {key} = {value}")?;
        }
        if !example.is_empty() {
            writeln!(f, "filter.deny = {example:?}")?;
        }
        Ok(())
    }
}

/// What is known, without the signs of Markdown, and how far it can be relied on.
fn said(fact: &Fact) -> String {
    let text = fact.text.replace('`', "");
    match fact.known {
        Known::Verified(address) => format!("{text} ({address})"),
        Known::SecondHand(address) => format!("{text} (second hand: {address})"),
        Known::Believed => format!("{text} (not verified)"),
    }
}

/// A heading and what stands beside it, in as many lines as it takes.
fn entry(f: &mut fmt::Formatter<'_>, heading: &str, text: &str) -> fmt::Result {
    let mut line = format!("# {:<INDENT$}", heading.to_uppercase());
    let mut is_empty = true;
    for word in text.split(' ') {
        if !is_empty && line.chars().count() + 1 + word.chars().count() > WIDTH {
            writeln!(f, "{line}")?;
            line = format!("# {:<INDENT$}", "");
            is_empty = true;
        }
        if !is_empty {
            line.push(' ');
        }
        line.push_str(word);
        is_empty = false;
    }
    writeln!(f, "{line}")
}
