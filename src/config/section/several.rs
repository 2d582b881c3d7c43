//! Keys that have one value or a list of such.

use toml::de::DeValue;

use super::Section;

impl Section<'_> {
    /// What the value of `key` means, or each value of the list that it is, wrong ones left out with a problem noted;
    /// `default` where the file leaves it out. An empty list is a problem, and so is one that means a thing twice.
    pub(in crate::config) fn several<T: PartialEq>(
        &mut self,
        key: &'static str,
        default: T,
        read: impl Fn(&DeValue<'_>) -> Result<T, String>,
    ) -> Vec<T> {
        let Some(value) = self.find(key) else {
            return vec![default];
        };
        let Some(entries) = value.get_ref().as_array() else {
            return vec![self.understand(key, value, read).unwrap_or(default)];
        };
        if entries.is_empty() {
            let wrong = "is empty; leave it out for the default, or write one in it";
            self.note(&format!("{key} ="), value, wrong);
        }
        let mut meanings = Vec::new();
        for entry in entries {
            match read(entry.get_ref()) {
                Ok(meaning) if meanings.contains(&meaning) => {
                    let wrong = "is in it twice; take one of them out";
                    self.note(&format!("{key}:"), entry, wrong);
                }
                Ok(meaning) => meanings.push(meaning),
                Err(wrong) => self.note(&format!("{key}:"), entry, &wrong),
            }
        }
        meanings
    }
}
