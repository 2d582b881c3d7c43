//! What the log says became of a request.

use std::fmt;

/// What became of a request, as the log has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// Passed on.
    Forward,
    /// Acknowledged, and not passed on.
    Drop,
    /// Refused, since its type can't be told for certain.
    Reject,
    /// Passed on, though the rules would have it dropped.
    WouldDrop,
    /// Passed on, though the rules would have it refused.
    WouldReject,
    /// Refused, since it is not a request to pass on.
    Refuse,
    /// Its body or the endpoint failed.
    Fail,
    /// Cut off before an answer.
    Abandoned,
    /// Answered without a judgement.
    Answer,
}

impl Verdict {
    const ALL: [Self; 9] = [
        Self::Forward,
        Self::Drop,
        Self::Reject,
        Self::WouldDrop,
        Self::WouldReject,
        Self::Refuse,
        Self::Fail,
        Self::Abandoned,
        Self::Answer,
    ];

    /// The verdict by this word.
    pub(super) fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|verdict| verdict.word() == word)
    }

    /// As the log has it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Forward => "forward",
            Self::Drop => "drop",
            Self::Reject => "reject",
            Self::WouldDrop => "would drop",
            Self::WouldReject => "would reject",
            Self::Refuse => "refuse",
            Self::Fail => "fail",
            Self::Abandoned => "abandoned",
            Self::Answer => "answer",
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The page is what the log is tested by.
    #[test]
    fn every_verdict_in_the_docs_is_known() {
        let page = include_str!("../../docs/log.md");
        let row = page.lines().find(|line| line.starts_with("| `verdict` |"));
        let words: Vec<_> = row.unwrap().split('`').skip(3).step_by(2).collect();
        let known: Vec<_> = Verdict::ALL.map(Verdict::word).into();
        for word in known {
            assert!(words.contains(&word), "{word}");
        }
        for word in words.iter().filter(|word| !word.contains(':')) {
            assert!(Verdict::of(word).is_some(), "{word}");
        }
    }
}
