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
//! Where there are shadow rules it decides only if they forward too, so all this holds of what they say.
//!
//! In the last case the log may differ: it names the type that the quick look found in a broken body, and no
//! reason. That is all that the speed costs. Who has written an allow list wants to know what passes that is not
//! in it, so there the strict pass decides alone.

use super::lookup::Lookup;
use super::rules::Rules;
use super::{Action, Doubt, Judgement, Policy, Rule, Verdict};
use crate::event::{self, Event, Finder, Unreadable};

impl Policy {
    /// Judges a body that arrived in `pieces`, with the action of [`Policy::judge_strictly`].
    #[must_use]
    pub fn judge<'b, P: AsRef<[u8]>>(
        &self,
        pieces: &'b [P],
        finder: &Finder<'b>,
    ) -> Judgement<'_, 'b> {
        let mut judges = Judges::new(self);
        if let Some(judgement) = judges.forward_at_once(pieces, finder) {
            return judgement;
        }
        match pieces {
            [only] => judges.strictly(only.as_ref(), finder),
            several => {
                let several: Vec<&[u8]> = several.iter().map(AsRef::as_ref).collect();
                judges.strictly(&several.concat(), finder).into_owned()
            }
        }
    }

    /// Judges a body, which is one event or a batch of them, by the strict pass alone.
    ///
    /// In a batch the event with the greatest [`Action`] decides, the first if several have it. An empty
    /// batch is forwarded whatever the rules say: there is nothing in it to drop. A body that can't be read for certain is
    /// unreadable as a whole, whatever the events before the mistake.
    #[must_use]
    pub fn judge_strictly<'b>(&self, body: &'b [u8], finder: &Finder<'b>) -> Judgement<'_, 'b> {
        Judges::new(self).strictly(body, finder)
    }

    /// Judges one event by itself, wherever its readings come from.
    #[must_use]
    pub fn judge_event<'b>(&self, event: &Event<'b>) -> Judgement<'_, 'b> {
        Judges::new(self).of_event(event)
    }
}

/// The rules in force and those tried beside them, for one body: it is read once, whether or not there are any.
struct Judges<'p, 'b> {
    real: Judge<'p, 'b>,
    shadow: Option<Judge<'p, 'b>>,
}

impl<'p, 'b> Judges<'p, 'b> {
    fn new(policy: &'p Policy) -> Self {
        let judge = |rules| Judge::new(rules, policy.unreadable);
        Self {
            real: judge(policy.rules()),
            shadow: policy.shadow_rules().map(judge),
        }
    }

    fn strictly(self, body: &'b [u8], finder: &Finder<'b>) -> Judgement<'p, 'b> {
        self.told(|each| event::read(body, finder, each))
    }

    fn of_event(self, event: &Event<'b>) -> Judgement<'p, 'b> {
        self.told(|each| {
            each(event);
            Ok(())
        })
    }

    /// The judgement on all events that `read` tells of.
    fn told(
        mut self,
        read: impl FnOnce(&mut dyn FnMut(&Event<'b>)) -> Result<(), Unreadable>,
    ) -> Judgement<'p, 'b> {
        let (mut decisive, mut shadow) = (None, None);
        let read = read(&mut |event| {
            self.real.hear(event, &mut decisive);
            if let Some(judge) = &mut self.shadow {
                judge.hear(event, &mut shadow);
            }
        });
        let judge = self.shadow.as_ref();
        let shadow = judge.map(|judge| judge.judgement(read, shadow).verdict);
        Judgement {
            shadow,
            ..self.real.judgement(read, decisive)
        }
    }

    /// The judgement on an object that no rule seems to be against, where to be wrong about that does not matter.
    fn forward_at_once<P: AsRef<[u8]>>(
        &mut self,
        pieces: &'b [P],
        finder: &Finder<'b>,
    ) -> Option<Judgement<'p, 'b>> {
        let mut others = self.shadow.iter();
        if !self.real.may_be_wrong_to_forward() || !others.all(Judge::may_be_wrong_to_forward) {
            return None;
        }
        let event = event::scan(pieces, finder)?;
        let shadow = match &mut self.shadow {
            Some(shadow) => Some(shadow.forwards(&event)?),
            None => None,
        };
        Some(Judgement {
            shadow,
            ..judgement(self.real.forwards(&event)?, &event)
        })
    }
}

/// One deny and one allow list, asked about one event of a body after another.
struct Judge<'p, 'b> {
    lookup: Lookup<'p, 'b>,
    unreadable: Action,
}

impl<'p, 'b> Judge<'p, 'b> {
    fn new(rules: Rules<'p>, unreadable: Action) -> Self {
        Self {
            lookup: Lookup::new(rules),
            unreadable,
        }
    }

    /// Whether a body that is forwarded on the word of the quick look would be, whatever is wrong with it, and nobody
    /// wants to know.
    fn may_be_wrong_to_forward(&self) -> bool {
        self.unreadable == Action::Forward && self.lookup.rules().only_deny()
    }

    /// The verdict on this event, if it is certain and to be forwarded.
    fn forwards(&mut self, event: &Event<'b>) -> Option<Verdict<'p>> {
        let verdict = self.lookup.certain(event).ok()?;
        (verdict.action == Action::Forward).then_some(verdict)
    }

    /// Judges a further event of a body, of which `decisive` is the judgement so far.
    fn hear(&mut self, event: &Event<'b>, decisive: &mut Option<Judgement<'p, 'b>>) {
        let greatest = self.unreadable.max(Action::Forward);
        let so_far = decisive.as_ref().map(|judgement| judgement.verdict.action);
        if so_far == Some(greatest) {
            return;
        }
        let certain = self.lookup.certain(event);
        let verdict = certain.unwrap_or_else(|why| self.unreadable(why));
        if so_far.is_none_or(|action| action < verdict.action) {
            *decisive = Some(judgement(verdict, event));
        }
    }

    /// The judgement on a body that was `read` to its end or could not be, where that on its events is `decisive`.
    fn judgement(
        &self,
        read: Result<(), Unreadable>,
        decisive: Option<Judgement<'p, 'b>>,
    ) -> Judgement<'p, 'b> {
        let of_none = |verdict| judgement(verdict, &Event::default());
        match (read, decisive) {
            (Ok(()), Some(judgement)) => judgement,
            (Ok(()), None) => of_none(Verdict {
                action: Action::Forward,
                rule: Rule::EmptyBatch,
            }),
            (Err(why), _) => of_none(self.unreadable(why.into())),
        }
    }

    fn unreadable(&self, why: Doubt) -> Verdict<'p> {
        Verdict {
            action: self.unreadable,
            rule: Rule::Unreadable(why),
        }
    }
}

/// What is told of an event with this verdict.
fn judgement<'p, 'b>(verdict: Verdict<'p>, event: &Event<'b>) -> Judgement<'p, 'b> {
    Judgement {
        verdict,
        event_type: event.name().cloned(),
        event_id: event.id.clone(),
        shadow: None,
    }
}
