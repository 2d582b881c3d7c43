//! What becomes of a request.

use http::request::Parts;

use super::{Body, Mode, Route};
use crate::event::Event;
use crate::headers;
use crate::policy::{Action, Doubt, Judgement, Rule, Verdict};

/// What becomes of a request, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision<'r, 'b> {
    /// What is to be done. In [`Mode::Observe`] it is forwarded whatever the judgement.
    pub action: Action,
    /// What the rules say, and what shadow rules would; `None` where there was nothing to judge.
    pub judgement: Option<Judgement<'r, 'b>>,
}

impl Route {
    /// What becomes of a request with this head and body.
    #[must_use]
    pub fn decide<'b, P: AsRef<[u8]>>(
        &'b self,
        head: &'b Parts,
        body: Body<'b, P>,
    ) -> Decision<'b, 'b> {
        self.decided(self.judge(head, body))
    }

    /// What becomes of an event of which no more is known than this.
    #[must_use]
    pub fn decide_event<'b>(&'b self, event: &Event<'b>) -> Decision<'b, 'b> {
        self.decided(Some(self.policy.judge_event(event)))
    }

    /// Whether `judgement` is what the strict pass finds as well: it may be of a quick look at a body that is broken.
    #[must_use]
    pub fn is_certain<P: AsRef<[u8]>>(
        &self,
        judgement: &Judgement<'_, '_>,
        head: &Parts,
        body: Body<'_, P>,
    ) -> bool {
        let finder = self.source.finder(head);
        !self.source.event.is_in_body()
            || body
                .concat()
                .is_some_and(|body| self.policy.judge_strictly(&body, &finder) == *judgement)
    }

    fn decided<'b>(&self, judgement: Option<Judgement<'b, 'b>>) -> Decision<'b, 'b> {
        let action = match (&judgement, self.mode) {
            (None, _) | (_, Mode::Observe) => Action::Forward,
            (Some(judgement), Mode::Enforce) => judgement.verdict.action,
        };
        Decision { action, judgement }
    }

    /// The judgement, in which a handshake is none of the rules' business; `None` where there is nothing to judge.
    fn judge<'b, P: AsRef<[u8]>>(
        &'b self,
        head: &'b Parts,
        body: Body<'b, P>,
    ) -> Option<Judgement<'b, 'b>> {
        let mut judgement = self.judge_by_rules(head, body)?;
        let is_forwarded = |verdict: &Verdict<'_>| verdict.action == Action::Forward;
        let is_settled =
            is_forwarded(&judgement.verdict) && judgement.shadow.iter().all(is_forwarded);
        if is_settled {
            return Some(judgement);
        }
        let Some(handshake) = self.handshake(head, body) else {
            return Some(judgement);
        };
        let is_doubt = |verdict: &Verdict<'_>| matches!(verdict.rule, Rule::Unreadable(_));
        let shadow = &mut judgement.shadow;
        for verdict in [&mut judgement.verdict].into_iter().chain(shadow) {
            // Of two doubts that of the type is told.
            let is_said = is_doubt(verdict) && is_doubt(&handshake);
            if !is_forwarded(verdict) && !is_said {
                *verdict = handshake;
            }
        }
        Some(judgement)
    }

    /// The verdict on a request that is a handshake, or may be one; `None` if it is none.
    fn handshake<P: AsRef<[u8]>>(&self, head: &Parts, body: Body<'_, P>) -> Option<Verdict<'_>> {
        let mut doubt = None;
        for handshake in &self.handshakes {
            match handshake.is_this(head, body) {
                Ok(true) => {
                    return Some(Verdict {
                        action: Action::Forward,
                        rule: Rule::Handshake(&handshake.written),
                    });
                }
                Ok(false) => {}
                Err(why) => doubt = doubt.or(Some(self.policy.unreadable(why))),
            }
        }
        doubt
    }

    fn judge_by_rules<'b, P: AsRef<[u8]>>(
        &'b self,
        head: &'b Parts,
        body: Body<'b, P>,
    ) -> Option<Judgement<'b, 'b>> {
        let finder = self.source.finder(head);
        if let Body::Absent = body {
            let event = finder.outside();
            return event.name().map(|_| self.policy.judge_event(&event));
        }
        if !self.source.event.is_in_body() {
            return Some(self.policy.judge_event(&finder.outside()));
        }
        Some(match body {
            Body::Absent => return None,
            Body::TooLarge => self.doubt(Doubt::TooLarge),
            Body::Undecoded(why) => self.doubt(why),
            Body::Whole(_) if headers::is_encoded(&head.headers) => self.doubt(Doubt::Encoded),
            _ if headers::has_other_charset(&head.headers) => self.doubt(Doubt::Charset),
            Body::Whole(pieces) => self.policy.judge(pieces, &finder),
            Body::Decoded(pieces) => self.policy.judge(pieces, &finder),
        })
    }

    fn doubt(&self, why: Doubt) -> Judgement<'_, 'static> {
        let verdict = self.policy.unreadable(why);
        Judgement {
            verdict,
            event_type: None,
            event_id: None,
            // Whatever the lists, `unreadable` is the same.
            shadow: self.policy.shadow.as_ref().map(|_| verdict),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use bytes::Bytes;
    use http::Request;

    use super::*;
    use crate::coding::{Coding, Flaw};
    use crate::config::Config;

    const NOTHING: [&[u8]; 0] = [];

    fn route(lines: &str) -> Arc<Route> {
        let text = format!("upstream = \"http://app\"\n{lines}");
        let config = Config::parse(&text).unwrap();
        config.routes.named(None).unwrap().clone()
    }

    fn head(name: &str, value: &str) -> Parts {
        let request = Request::post("/").header(name, value);
        request.body(()).unwrap().into_parts().0
    }

    /// What is done, and what would be done if rules were enforced.
    fn decided<P: AsRef<[u8]>>(
        route: &Route,
        head: &Parts,
        body: Body<'_, P>,
    ) -> (Action, Option<Action>) {
        let decision = route.decide(head, body);
        let judged = decision.judgement.map(|judgement| judgement.verdict.action);
        (decision.action, judged)
    }

    #[test]
    fn what_is_observed_is_judged_like_the_rest_and_forwarded() {
        let rules = "[filter]\ndeny = [\"a\"]\nunreadable = \"reject\"";
        let observing = route(&format!("mode = \"observe\"\n{rules}"));
        let enforcing = route(rules);
        let plain = head("host", "a");
        for (body, judged) in [
            (r#"{"type":"a"}"#, Action::Drop),
            (r#"{"type":"b"}"#, Action::Forward),
            ("{", Action::Reject),
        ] {
            let body = [body];
            let forwarded = (Action::Forward, Some(judged));
            assert_eq!(decided(&observing, &plain, Body::Whole(&body)), forwarded);
            let enforced = (judged, Some(judged));
            assert_eq!(decided(&enforcing, &plain, Body::Whole(&body)), enforced);
        }
    }

    #[test]
    fn nothing_is_forwarded_without_a_judgement_even_past_an_allow_list() {
        let route = route("[filter]\nallow = [\"a\"]\nunreadable = \"reject\"");
        let decision = decided::<&[u8]>(&route, &head("host", "a"), Body::Absent);
        assert_eq!(decision, (Action::Forward, None));
    }

    #[test]
    fn what_is_too_large_not_decoded_or_in_another_charset_is_a_doubt_whatever_is_in_it() {
        let route = route("[filter]\ndeny = [\"a\"]\nunreadable = \"reject\"");
        let rejected = (Action::Reject, Some(Action::Reject));
        let plain = head("host", "a");
        assert_eq!(decided::<&[u8]>(&route, &plain, Body::TooLarge), rejected);
        let zipped = head("content-encoding", "gzip");
        let denied = [r#"{"type":"a"}"#];
        assert_eq!(decided(&route, &zipped, Body::Whole(&denied)), rejected);
        let utf_7 = head("content-type", "application/json; charset=utf-7");
        assert_eq!(decided(&route, &utf_7, Body::Whole(&denied)), rejected);
        let utf_8 = head("content-type", "application/json; charset=utf-8");
        let dropped = (Action::Drop, Some(Action::Drop));
        assert_eq!(decided(&route, &utf_8, Body::Whole(&denied)), dropped);
        assert_eq!(decided(&route, &zipped, Body::Whole(&NOTHING)), rejected);
        let why = Doubt::Undecoded(Coding::Gzip, Flaw::Broken);
        let undecoded = Body::<&[u8]>::Undecoded(why);
        assert_eq!(decided(&route, &zipped, undecoded), rejected);
        let decoded = [Bytes::from_static(denied[0].as_bytes())];
        let decoded = Body::<&[u8]>::Decoded(&decoded);
        assert_eq!(decided(&route, &zipped, decoded), dropped);
        assert_eq!(decided(&route, &utf_7, decoded), rejected);
    }

    /// What is done, what the rules say, and what shadow rules do.
    fn shadowed<P: AsRef<[u8]>>(
        route: &Route,
        head: &Parts,
        body: Body<'_, P>,
    ) -> (Action, Action, Option<Action>) {
        let decision = route.decide(head, body);
        let judgement = decision.judgement.expect("there is a body");
        let shadow = judgement.shadow.map(|verdict| verdict.action);
        (decision.action, judgement.verdict.action, shadow)
    }

    #[test]
    fn shadow_rules_are_judged_beside_the_others_and_never_acted_on() {
        let rules = "[filter]\ndeny = [\"a\"]\nunreadable = \"reject\"\nshadow.deny = [\"b\"]";
        let zipped = head("content-encoding", "gzip");
        let plain = head("host", "a");
        for mode in ["enforce", "observe"] {
            let route = route(&format!("mode = \"{mode}\"\n{rules}"));
            for (body, real, shadow) in [
                (r#"{"type":"a"}"#, Action::Drop, Action::Forward),
                (r#"{"type":"b"}"#, Action::Forward, Action::Drop),
                (r#"{"type":"c"}"#, Action::Forward, Action::Forward),
                (
                    r#"{"type":"c","type":"b"}"#,
                    Action::Forward,
                    Action::Reject,
                ),
                ("{", Action::Reject, Action::Reject),
            ] {
                let done = if mode == "observe" {
                    Action::Forward
                } else {
                    real
                };
                let pieces = [body];
                let expected = (done, real, Some(shadow));
                assert_eq!(
                    shadowed(&route, &plain, Body::Whole(&pieces)),
                    expected,
                    "{body}"
                );
                let (_, real, shadow) = shadowed(&route, &zipped, Body::Whole(&pieces));
                assert_eq!((real, shadow), (Action::Reject, Some(Action::Reject)));
            }
            let (_, real, shadow) = shadowed::<&[u8]>(&route, &plain, Body::TooLarge);
            assert_eq!((real, shadow), (Action::Reject, Some(Action::Reject)));
        }
        let without = route("[filter]\ndeny = [\"a\"]");
        let judgement = without.decide::<&[u8]>(&plain, Body::TooLarge).judgement;
        assert_eq!(judgement.map(|judgement| judgement.shadow), Some(None));
    }
}
