//! What docs/checking.md shows of `check` and `explain` is what they say.

use std::fs;

use crate::docs::blocks;
use crate::support::run;

const PAGE: &str = include_str!("../../docs/checking.md");

#[test]
fn the_examples_are_what_the_commands_say() {
    let directory = tempfile::tempdir().expect("a directory");
    let write = |name: &str, text: &str| {
        fs::write(directory.path().join(name), text).expect("it can be written");
    };
    write("config.toml", blocks(PAGE, "toml")[0]);
    write("event.json", blocks(PAGE, "json")[0]);
    let commands: Vec<_> = blocks(PAGE, "sh")[0].lines().collect();
    let shown = blocks(PAGE, "text");
    assert_eq!(commands.len(), shown.len());
    for ((command, shown), code) in commands.into_iter().zip(shown).zip([0, 3, 3]) {
        let arguments = command.strip_prefix("hooksieve ").expect("it is run");
        let arguments: Vec<_> = arguments.split(' ').collect();
        let run = run(directory.path(), &arguments);
        assert_eq!(run.code, Some(code), "{command}");
        if arguments[0] == "check" {
            assert_eq!(run.stderr, shown);
            let beginning = blocks(PAGE, "toml")[1];
            assert!(run.stdout.starts_with(beginning), "{}", run.stdout);
        } else {
            assert_eq!(run.stdout, shown);
        }
    }
}
