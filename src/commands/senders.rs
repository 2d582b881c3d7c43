//! `hooksieve senders`: what is known of senders.

use clap::Args;

use super::Error;
use super::print::print;
use crate::config::nearest;
use crate::senders::{ALL, Listing, Page, Sheet, named};

/// What was asked.
#[derive(Debug, Args)]
pub struct Arguments {
    /// One of them: prints all that is known of it, as a config that can be used as it stands
    #[arg(value_name = "NAME")]
    pub name: Option<String>,

    /// Prints docs/senders.md
    #[arg(long, hide = true, conflicts_with = "name")]
    pub markdown: bool,
}

/// Prints what is known of all senders, or of one.
///
/// # Errors
///
/// When there is none of that name, or stdout can't be written.
pub fn run(asked: &Arguments) -> Result<(), Error> {
    if asked.markdown {
        return print(|out| write!(out, "{Page}"));
    }
    let Some(name) = &asked.name else {
        return print(|out| write!(out, "{Listing}"));
    };
    let sender = named(name).ok_or_else(|| unknown(name))?;
    print(|out| write!(out, "{}", Sheet(sender)))
}

fn unknown(name: &str) -> Error {
    let names: Vec<_> = ALL.iter().map(|sender| sender.name).collect();
    let right = match nearest(name, &names) {
        Some(near) => format!("did you mean {near:?}?"),
        None => "`hooksieve senders` lists those that are".to_owned(),
    };
    Error::Unusable(format!(
        "hooksieve: the sender {name:?} is not known; {right}"
    ))
}
