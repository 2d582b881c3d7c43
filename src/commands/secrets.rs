//! Secrets, read from wherever they are kept.

use std::env;
use std::os::unix::ffi::OsStringExt;
use std::path::Path;

use super::load::{load_for, read_in_time};
use crate::config::{Config, Endpoint};
use crate::verify::Source;

/// The text in the file at `path` and the config that it is, with its secrets; or what to tell the user, one problem a
/// line.
pub fn load_with_secrets(path: &Path, endpoint: Endpoint) -> Result<(String, Config), String> {
    let (text, config) = load_for(path, endpoint)?;
    let config = with_secrets(path, &text, config)?;
    Ok((text, config))
}

/// The config that was read from `text` in the file at `path`, with its secrets as they are now; or what to tell the
/// user, one problem a line.
pub fn with_secrets(path: &Path, text: &str, config: Config) -> Result<Config, String> {
    config
        .with_secrets(text, read)
        .map_err(|problems| problems.display_with(path).to_string())
}

fn read(source: &Source) -> Result<Vec<u8>, String> {
    match source {
        Source::Environment(name) => env::var_os(name)
            .map(OsStringExt::into_vec)
            .ok_or_else(|| "is not set; set it where hooksieve is started".to_owned()),
        Source::File(path) => read_in_time(path)
            .map(without_line_break)
            .map_err(|error| format!("can't be read: {error}; name a file that can")),
    }
}

/// Editors and `echo` end a file with a line break, which is not of the secret.
fn without_line_break(mut secret: Vec<u8>) -> Vec<u8> {
    for end in [b'\n', b'\r'] {
        if secret.last() == Some(&end) {
            secret.pop();
        } else {
            break;
        }
    }
    secret
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_line_break_at_the_end_is_not_of_the_secret() {
        for (file, secret) in [
            ("a", "a"),
            ("a\n", "a"),
            ("a\r\n", "a"),
            ("a\n\n", "a\n"),
            ("a\r", "a\r"),
            ("\n", ""),
            (" a ", " a "),
        ] {
            assert_eq!(without_line_break(file.into()), secret.as_bytes());
        }
    }
}
