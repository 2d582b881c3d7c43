//! Where secrets are kept.

use toml::Spanned;
use toml::de::DeValue;

use super::Section;
use crate::config::problem::Problem;
use crate::config::value::kind;
use crate::verify::Source;

const RIGHT: &str = r#""env:NAME" or "file:/path""#;

impl Section<'_> {
    /// Where each secret of `key` is kept, one or a list; `None` if the file leaves it out.
    ///
    /// What is wrong is not repeated: it may be the secret itself.
    pub(in crate::config) fn sources(&mut self, key: &'static str) -> Option<Vec<Source>> {
        let value = self.find(key)?;
        let entries = match value.get_ref() {
            DeValue::Array(entries) => entries.iter().collect(),
            _ => vec![value],
        };
        let mut sources = Vec::new();
        for entry in entries {
            match source(entry.get_ref()) {
                Ok(source) if sources.contains(&source) => {
                    let wrong = format!("has \"{source}\" twice; take one of them out");
                    self.note_hidden(key, entry, &wrong);
                }
                Ok(source) => sources.push(source),
                Err(wrong) => self.note_hidden(key, entry, &wrong),
            }
        }
        Some(sources)
    }

    fn note_hidden(&mut self, key: &str, value: &Spanned<DeValue<'_>>, wrong: &str) {
        let text = format!("{}{key} {wrong}", self.known.label());
        let problem = Problem::in_line(self.source, value.span().start, text);
        self.notes.problems.push(problem);
    }
}

fn source(value: &DeValue<'_>) -> Result<Source, String> {
    let Some(written) = value.as_str() else {
        return Err(format!("is {}; write {RIGHT}", kind(value)));
    };
    written.parse().map_err(|_| {
        format!(
            "says nothing of where the secret is kept, which is never in this file; write {RIGHT}"
        )
    })
}
