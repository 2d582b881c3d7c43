//! Which events are sent, in what order, and which are not.

use std::collections::HashSet;
use std::time::SystemTime;

use super::{Selection, Signature};
use crate::audit::{Hash, Line};

/// The events that are sent, each where it is in its file: only one body is held at a time.
#[derive(Debug, Default)]
pub struct Plan {
    /// In the order in which they came.
    pub events: Vec<Event>,
    /// How many of those asked for are not sent.
    pub left_out: LeftOut,
    seen: HashSet<Hash>,
}

/// An event that is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Which of the files it is in, from 0.
    pub file: usize,
    /// Where its line begins there, in bytes.
    pub offset: u64,
    /// Bytes of its line.
    pub length: usize,
    /// The number of its line.
    pub number: u64,
    /// The hash of its line, by which it is known again.
    pub hash: Hash,
    /// When it was dropped.
    pub time: SystemTime,
    /// Its type, cut as in the log.
    pub event_type: Option<String>,
    /// Who signed it, if that is known.
    pub signature: Option<Signature>,
}

/// How many are not sent, by the reason.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LeftOut {
    /// They were delivered before.
    pub delivered: usize,
    /// Their body was not recorded.
    pub without_body: usize,
    /// Their line is not as it was written, so nobody knows whether they were asked for.
    pub broken: usize,
}

impl Plan {
    /// Takes the line at `offset` of a file, unless it is not asked for. `is_delivered` says so of a line.
    pub fn add(
        &mut self,
        (file, offset): (usize, u64),
        line: &[u8],
        selection: &Selection,
        is_delivered: impl Fn(&Hash) -> bool,
    ) {
        let length = line.len();
        let Ok(line) = Line::read(line) else {
            self.left_out.broken += 1;
            return;
        };
        let hash = line.link.hash;
        if !selection.takes(&line) || !self.seen.insert(hash) {
            return;
        }
        if is_delivered(&hash) {
            self.left_out.delivered += 1;
        } else if !line.has_body() {
            self.left_out.without_body += 1;
        } else {
            self.events.push(Event {
                file,
                offset,
                length,
                number: line.link.number,
                hash,
                time: line.time,
                event_type: line.event_type.as_deref().map(str::to_owned),
                signature: line.head().ok().and_then(|head| Signature::of(&head)),
            });
        }
    }

    /// Brings the events into the order in which they came, whatever the order of their files.
    pub fn sort(&mut self) {
        self.events.sort_by_key(|event| (event.time, event.number));
    }
}

#[cfg(test)]
pub(super) mod tests {
    use std::time::Duration;

    use super::*;

    /// An event with this number.
    pub fn event(number: u64) -> Event {
        Event {
            file: 0,
            offset: 0,
            length: 0,
            number,
            hash: Hash::of(&number.to_le_bytes()),
            time: SystemTime::UNIX_EPOCH + Duration::from_secs(number),
            event_type: None,
            signature: None,
        }
    }

    #[test]
    fn events_go_in_the_order_in_which_they_came() {
        let mut plan = Plan {
            events: [3, 1, 2].map(event).to_vec(),
            ..Plan::default()
        };
        plan.sort();
        assert_eq!(plan.events, [1, 2, 3].map(event));
    }

    #[test]
    fn what_can_not_be_read_is_counted() {
        let mut plan = Plan::default();
        plan.add((0, 0), b"{}", &Selection::default(), |_| false);
        assert_eq!((plan.events.len(), plan.left_out.broken), (0, 1));
    }
}
