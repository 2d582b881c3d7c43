//! Writes what packages bring along beside the program: man pages, and completions for bash, zsh and fish.
//!
//! ```text
//! cargo run --example manual -- DIRECTORY
//! ```
//!
//! An example and no subcommand: what writes these has no place in a program that strangers send to. The pages are dated
//! by `SOURCE_DATE_EPOCH`, in seconds; without it they have no date.

use std::error::Error;
use std::path::Path;
use std::time::{Duration, UNIX_EPOCH};
use std::{env, fs};

use clap::{Command, CommandFactory};
use clap_complete::Shell;
use clap_complete::aot::generate_to;
use clap_mangen::Man;
use hooksieve::cli::Arguments;

/// What the page of the command itself tells, besides its arguments.
const BESIDES: &str = include_str!("manual.roff");

fn main() -> Result<(), Box<dyn Error>> {
    let directory = env::args_os().nth(1).ok_or("usage: manual DIRECTORY")?;
    let pages = Path::new(&directory).join("man");
    let completions = Path::new(&directory).join("completions");
    fs::create_dir_all(&pages)?;
    fs::create_dir_all(&completions)?;
    for shell in [Shell::Bash, Shell::Zsh, Shell::Fish] {
        generate_to(shell, &mut Arguments::command(), "hooksieve", &completions)?;
    }
    let mut command = Arguments::command().disable_help_subcommand(true);
    command.build();
    write_pages(&command, &date()?, &pages)
}

/// The page of a command, and those of what is below it.
fn write_pages(command: &Command, date: &str, directory: &Path) -> Result<(), Box<dyn Error>> {
    let page = Man::new(command.clone())
        .date(date)
        .source(concat!("hooksieve ", env!("CARGO_PKG_VERSION")))
        .manual("hooksieve");
    let mut text = Vec::new();
    page.render(&mut text)?;
    if command.get_name() == "hooksieve" {
        text.extend_from_slice(BESIDES.as_bytes());
    }
    fs::write(directory.join(page.get_filename()), text)?;
    let mut below = command.get_subcommands();
    below.try_for_each(|command| write_pages(command, date, directory))
}

/// The day of `SOURCE_DATE_EPOCH`, as `2026-11-29`. Fails if that is no number.
fn date() -> Result<String, Box<dyn Error>> {
    let Ok(seconds) = env::var("SOURCE_DATE_EPOCH") else {
        return Ok(String::new());
    };
    let time = UNIX_EPOCH + Duration::from_secs(seconds.parse()?);
    let mut date = humantime::format_rfc3339_seconds(time).to_string();
    date.truncate("2026-11-29".len());
    Ok(date)
}
