//! The judgement of a JSON body, in two steps.
//!
//! Most events are forwarded, and for those a quick look is enough: if [`event::scan`] finds an event that
//! the rules forward, it is forwarded at once. Anything else is judged by the strict pass alone, so that
//! **nothing is dropped or refused on the word of the quick look**. The strict pass finds the readings anew; what
//! the rules say of a type is the same in both, so that is not looked up anew.
//!
//! # Why the action is always that of the strict pass
//!
//! The quick look decides only under `unreadable = Forward`, and only to forward.
//!
//! - Of a well-formed object it finds what the strict pass finds, so the whole judgement is the same.
//! - A well-formed document of another kind it leaves to the strict pass.
//! - A body that is not well-formed is unreadable to the strict pass, so it is forwarded as well.
//!
//! In the last case the log may differ: it names the type that the quick look found in a broken body, and no
//! reason. That is all that the speed costs. Who has written an allow list wants to know what passes that is not
//! in it, so there the strict pass decides alone.

use super::lookup::Lookup;
use super::{Action, Judgement, Policy, Verdict};
use crate::event::{self, Event};

impl Policy {
    /// Judges a JSON body that arrived in `pieces`, with the action of [`Policy::judge_strictly`].
    #[must_use]
    pub fn judge<'b, P: AsRef<[u8]>>(&self, pieces: &'b [P]) -> Judgement<'_, 'b> {
        let mut lookup = Lookup::new(self);
        if let Some(judgement) = self.forward_at_once(pieces, &mut lookup) {
            return judgement;
        }
        match pieces {
            [only] => self.strictly(only.as_ref(), lookup),
            several => {
                let several: Vec<&[u8]> = several.iter().map(AsRef::as_ref).collect();
                self.strictly(&several.concat(), lookup).into_owned()
            }
        }
    }

    /// Judges a JSON body, which is one event or a batch of them, by the strict pass alone.
    ///
    /// In a batch the event with the greatest [`Action`] decides, the first if several have it. An empty
    /// batch is one untyped event. A body that is not strict JSON is unreadable as a whole, whatever the
    /// events before the mistake.
    #[must_use]
    pub fn judge_strictly<'b>(&self, body: &'b [u8]) -> Judgement<'_, 'b> {
        self.strictly(body, Lookup::new(self))
    }

    fn strictly<'p, 'b>(&'p self, body: &'b [u8], mut lookup: Lookup<'p, 'b>) -> Judgement<'p, 'b> {
        let greatest = self.unreadable.max(Action::Forward);
        let mut decisive: Option<Judgement<'p, 'b>> = None;
        let read = event::read(body, &self.path, |event| {
            let so_far = decisive.as_ref().map(|judgement| judgement.verdict.action);
            if so_far == Some(greatest) {
                return;
            }
            let verdict = lookup
                .certain(event)
                .unwrap_or_else(|why| self.unreadable(why));
            if so_far.is_none_or(|action| action < verdict.action) {
                decisive = Some(judgement(verdict, event));
            }
        });
        match (read, decisive) {
            (Ok(()), Some(judgement)) => judgement,
            (Ok(()), None) => judgement(self.rule(None), &Event::default()),
            (Err(why), _) => judgement(self.unreadable(why), &Event::default()),
        }
    }

    /// The judgement on an object that no rule seems to be against, where to be wrong about that does not matter.
    fn forward_at_once<'p, 'b, P: AsRef<[u8]>>(
        &'p self,
        pieces: &'b [P],
        lookup: &mut Lookup<'p, 'b>,
    ) -> Option<Judgement<'p, 'b>> {
        if self.unreadable != Action::Forward || !self.allow.is_empty() {
            return None;
        }
        let event = event::scan(pieces, &self.path)?;
        let verdict = lookup.certain(&event).ok()?;
        (verdict.action == Action::Forward).then(|| judgement(verdict, &event))
    }
}

fn judgement<'p, 'b>(verdict: Verdict<'p>, event: &Event<'b>) -> Judgement<'p, 'b> {
    Judgement {
        verdict,
        event_type: event.name().cloned(),
        event_id: event.id.clone(),
    }
}
