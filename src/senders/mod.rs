//! What is known of senders: where their types are, how they sign, what they want for an answer.
//!
//! [`ALL`] is the one list of them. The `sender` key of the file, `hooksieve senders`, `docs/senders.md` and the
//! warnings of `hooksieve check` are made from it.

mod markdown;
mod table;
#[cfg(test)]
mod tests;
mod text;

pub use markdown::Page;
pub use table::ALL;
pub use text::{Listing, Sheet};

/// What is known of a sender.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sender {
    /// As it is written for `sender`.
    pub name: &'static str,
    /// What people call it.
    pub title: &'static str,
    /// What the name stands for, as it would be written by hand above all sections: a key and its value in each line.
    pub settings: &'static str,
    /// Patterns that somebody may want to deny, made of types that it really sends. Empty where its types can't be
    /// read.
    pub example: &'static [&'static str],
    /// Where its types are and what they look like.
    pub types: Fact,
    /// What it takes for delivered, and how long it waits.
    pub answer: Fact,
    /// What it does when it does not get that.
    pub retries: Fact,
    /// What must reach the endpoint to set the hook up or to keep it.
    pub handshake: Fact,
    /// What it signs, and how.
    pub signature: Fact,
    /// What else one has to know. Default nothing.
    pub notes: &'static [Fact],
    /// Which statuses it takes for delivered.
    pub statuses: Statuses,
    /// Which text its answer has to have.
    pub body: Body,
    /// What becomes of an event that is refused with a 4xx.
    pub refused: Refused,
    /// Types that have to be answered by the endpoint, whatever else is dropped. Default none.
    pub mandatory: &'static [&'static str],
}

/// Something that is known, and from where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fact {
    /// What is known, in Markdown.
    pub text: &'static str,
    /// How far it can be relied on.
    pub known: Known,
}

/// How far something can be relied on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Known {
    /// It was read at this address, in the sender's own documentation or code.
    Verified(&'static str),
    /// It was read at this address, where others write about the sender.
    SecondHand(&'static str),
    /// It is believed, and was read nowhere.
    Believed,
}

/// Which statuses a sender takes for delivered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Statuses {
    /// Any 2xx, or it is not known that it would not.
    Any2xx,
    /// These and no other; the first is the one to write.
    Only(&'static [u16]),
}

/// Which text the answer to an event has to have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Body {
    /// It does not matter.
    Any,
    /// None at all.
    Empty,
    /// This.
    Exactly(&'static str),
}

/// What becomes of an event that is refused with a 4xx.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// It is sent again, or it is not known that it would not be.
    SentAgain,
    /// Something else, as the rest of a sentence that begins with the title of the sender.
    Hurts(&'static str),
}

impl Sender {
    /// What its name stands for: each key with its value, as TOML.
    pub fn settings(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        let lines = self.settings.trim().lines();
        lines.filter_map(|line| line.split_once(" = "))
    }

    /// What its name sets `key` to, as TOML, if it sets that.
    #[must_use]
    pub fn setting(&self, key: &str) -> Option<&'static str> {
        let mut settings = self.settings();
        settings.find_map(|(name, value)| (name == key).then_some(value))
    }

    /// The entries of the list to which its name sets `key`; none if it does not set that.
    pub fn list(&self, key: &str) -> impl Iterator<Item = &'static str> {
        let list = self.setting(key).unwrap_or_default();
        // No entry has a quote in it.
        list.split('"').skip(1).step_by(2)
    }

    /// What is known of it, each with its heading.
    fn facts(&self) -> impl Iterator<Item = (&'static str, Fact)> {
        let facts = [
            ("Types", self.types),
            ("Answer", self.answer),
            ("Retries", self.retries),
            ("Handshake", self.handshake),
            ("Signature", self.signature),
        ];
        let notes = self.notes.iter().map(|&note| ("Note", note));
        facts.into_iter().chain(notes)
    }

    /// The value of a key without the signs of TOML; a dash where the name does not set it.
    fn plain(&self, key: &str) -> String {
        let value = self.setting(key).unwrap_or("–");
        // Of a list, the brackets are no part of its entries.
        let list = value
            .strip_prefix('[')
            .and_then(|list| list.strip_suffix(']'));
        list.unwrap_or(value).replace('"', "")
    }
}

/// The sender of this name, if it is known.
#[must_use]
pub fn named(name: &str) -> Option<&'static Sender> {
    ALL.iter().find(|sender| sender.name == name)
}
