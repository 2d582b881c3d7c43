//! The secrets that a config names.

use std::collections::{HashMap, HashSet};

use super::problem::Problem;
use super::{Config, Places, Problems};
use crate::verify::{Key, Source, Verify};

impl Config {
    /// The same with what is in its secrets, each of which `read` gives once, or says why not: as the rest of a sentence
    /// that begins with where it is kept. `text` is what this was read from.
    ///
    /// # Errors
    ///
    /// If a secret can't be read, or is none of its scheme's: all [`Problems`]. None of them has a secret in it.
    pub fn with_secrets(
        mut self,
        text: &str,
        read: impl Fn(&Source) -> Result<Vec<u8>, String>,
    ) -> Result<Self, Problems> {
        let places = Places::of(text);
        let mut secrets = HashMap::new();
        let mut problems = Vec::new();
        for route in self.routes.iter_mut() {
            let line = route.line;
            let Some(verify) = &mut route.verify else {
                continue;
            };
            for source in &verify.secrets {
                secrets
                    .entry(source.clone())
                    .or_insert_with_key(|source| read(source));
            }
            let (keys, wrong) = keys(verify, &secrets);
            verify.keys = keys;
            let line = places.key(line, "verify", "secret");
            problems.extend(wrong.into_iter().map(|text| Problem::at(line, text)));
        }
        // What a route takes from above is told once.
        let mut seen = HashSet::new();
        problems.retain(|problem| seen.insert(problem.to_string()));
        if problems.is_empty() {
            Ok(self)
        } else {
            Err(Problems::new(problems))
        }
    }
}

type Secrets = HashMap<Source, Result<Vec<u8>, String>>;

/// What the secrets are in the way of the scheme, and what is wrong with the others.
fn keys(verify: &Verify, secrets: &Secrets) -> (Vec<Key>, Vec<String>) {
    let (mut keys, mut wrong) = (Vec::new(), Vec::new());
    for source in &verify.secrets {
        let key = match &secrets[source] {
            Ok(secret) => Key::new(&verify.scheme, secret).map_err(|error| error.to_string()),
            Err(why) => Err(why.clone()),
        };
        match key {
            Ok(key) => keys.push(key),
            Err(why) => wrong.push(format!("[verify] secret: \"{source}\" {why}")),
        }
    }
    (keys, wrong)
}
