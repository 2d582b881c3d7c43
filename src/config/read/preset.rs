//! `sender`: a preset, which is a name for some settings and nothing else.

use toml::de::{DeTable, DeValue};

use super::rules::{Rules, rules};
use crate::config::section::{Notes, Section};
use crate::config::unknown::nearest;
use crate::config::value::string;
use crate::senders::{ALL, Sender, named};

/// What a table leaves out it takes from here: from `above`, unless the preset that it names sets it.
pub(super) fn above(s: &mut Section<'_>, above: &Rules) -> Rules {
    match s.optional("sender", sender) {
        Some(sender) => settings(s, sender, above),
        None => above.clone(),
    }
}

/// What the settings of a preset make of what is above.
fn settings(s: &mut Section<'_>, sender: &'static Sender, above: &Rules) -> Rules {
    let (mut rules, _) = read(&readable(sender, |_| true), above);
    // What is wrong with a section that the table has too is told of that, if it still is.
    let (_, notes) = read(&readable(sender, |section| !s.has(section)), above);
    for problem in notes.problems {
        let wrong = format!("does not go with what is above: {}", problem.text());
        s.disagree("sender", "sender", &wrong);
    }
    rules.sender = Some(sender.name);
    rules
}

/// The settings in these sections, as a file.
fn readable(sender: &Sender, is_read: impl Fn(&str) -> bool) -> String {
    let settings = sender.settings().filter(|(key, _)| {
        let section = key.split('.').next().unwrap_or_default();
        is_read(section)
    });
    let lines: Vec<_> = settings
        .map(|(key, value)| format!("{key} = {value}"))
        .collect();
    lines.join("\n")
}

fn read(text: &str, above: &Rules) -> (Rules, Notes) {
    let table = DeTable::parse(text).expect("a test reads every preset");
    Section::read_file(text, table.get_ref(), |s| rules(s, above))
}

fn sender(value: &DeValue<'_>) -> Result<&'static Sender, String> {
    let name = string(value, r#"the name of a sender, as "stripe""#)?;
    named(name).ok_or_else(|| {
        let names: Vec<_> = ALL.iter().map(|sender| sender.name).collect();
        match nearest(name, &names) {
            Some(near) => format!("is not known; did you mean {near:?}?"),
            None => "is not known; `hooksieve senders` lists those that are".to_owned(),
        }
    })
}
