//! Where the type is in an event, and how far along the way there a reader is.

use std::fmt;

use super::Reading;
use super::alias::{is_alias, may_begin};

/// Where the type is in an event: the keys of one or more objects, from the event itself inwards.
///
/// A reading is what stands at the end of any chain of members with these keys, in their order. A key that an
/// object has several times begins a chain each time: most receivers follow the last, some the first, and some
/// lay the objects over each other. A chain that has a key only by an alias leads to aliases.
///
/// Where a chain ends early, a receiver that follows it
///
/// - finds no type in an object without the next key, and none in null, a number, true or false. That is
///   [`Reading::Absent`], and counts beside the readings of other chains. Without a member for the first key
///   there is no chain at all;
/// - may well find one in a string or an array, so that is [`Reading::NotAString`]. PHP up to 7 answers any
///   key of a string with its first character, Ruby with the key itself if the string contains it, and some
///   endpoints decode a string as JSON once more. PowerShell and the lax paths of SQL look for a key of an
///   array in its elements.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Path {
    first: Box<str>,
    rest: Vec<Box<str>>,
}

/// An object on the path: the event itself, or what one of the keys led to.
#[derive(Clone, Copy)]
pub(super) struct Step<'p> {
    key: &'p str,
    rest: &'p [Box<str>],
    /// Whether this is the event itself.
    outermost: bool,
    /// Whether the way here has an alias in it.
    alias: bool,
    /// Whether a member was named exactly as the key.
    found: bool,
}

/// What a member is to us, by its key.
pub(super) enum Member {
    /// It is on the path. Only an alias, if its key is one or there is one on the way to it.
    OnPath { alias: bool },
    /// The event's `id`.
    Id,
    /// Nothing.
    Other,
}

impl Path {
    /// A member of the event itself.
    pub fn member(name: impl Into<Box<str>>) -> Self {
        Self {
            first: name.into(),
            rest: Vec::new(),
        }
    }

    /// The member with this name of the object that the path has led to so far.
    #[must_use]
    pub fn then(mut self, name: impl Into<Box<str>>) -> Self {
        self.rest.push(name.into());
        self
    }

    /// The keys, from the event itself inwards.
    pub fn keys(&self) -> impl DoubleEndedIterator<Item = &str> {
        [&self.first]
            .into_iter()
            .chain(&self.rest)
            .map(AsRef::as_ref)
    }

    /// The first step: the event itself.
    pub(super) fn start(&self) -> Step<'_> {
        Step {
            key: &self.first,
            rest: &self.rest,
            outermost: true,
            alias: false,
            found: false,
        }
    }
}

impl fmt::Display for Path {
    /// The keys with dots between them.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.first)?;
        self.rest.iter().try_for_each(|key| write!(f, ".{key}"))
    }
}

impl Step<'_> {
    /// What the member with this key is. The path takes precedence: it may be `id`.
    pub(super) fn member(&mut self, key: &str) -> Member {
        if key == self.key {
            self.found = true;
            Member::OnPath { alias: self.alias }
        } else if is_alias(key, self.key) {
            Member::OnPath { alias: true }
        } else if key == "id" && self.outermost {
            Member::Id
        } else {
            Member::Other
        }
    }

    /// Whether a key that begins with this byte, as it is written, can be anything but [`Member::Other`].
    ///
    /// Quick, and sure only when it says no. A quote is the end of an empty key.
    pub(super) fn may_know(&self, byte: u8) -> bool {
        matches!(byte, b'\\' | b'"' | b'i') || may_begin(byte, self.key)
    }

    /// Whether what is found from here on is only an alias.
    pub(super) fn is_alias(&self) -> bool {
        self.alias
    }

    /// What a value that begins with this byte is in place of the object that belongs here, unless it is one.
    pub(super) fn instead(byte: u8) -> Option<Reading<'static>> {
        match byte {
            b'{' => None,
            b'"' | b'[' => Some(Reading::NotAString),
            _ => Some(Reading::Absent),
        }
    }

    /// What is read here when the object is over, besides its members.
    pub(super) fn end(&self) -> Option<Reading<'static>> {
        (!self.found && !self.outermost).then_some(Reading::Absent)
    }

    /// The step into the member that is on the path, unless it is the last: then its value is the type.
    pub(super) fn next(&self, alias: bool) -> Option<Self> {
        let (key, rest) = self.rest.split_first()?;
        Some(Self {
            key,
            rest,
            outermost: false,
            alias,
            found: false,
        })
    }
}
