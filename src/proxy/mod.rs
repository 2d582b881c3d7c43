//! One request, from top to bottom: read, judge, answer or forward.

mod access_log;
mod answer;
mod failure;
mod local_reply;

use std::convert::Infallible;
use std::future::Future;
use std::sync::Arc;
use std::time::{Duration, Instant};

use http::request::Parts;
use http::{Request, Response};
use hyper::body::Incoming;

pub use access_log::Totals;
pub use answer::Answer;
pub use failure::Failure;

use crate::body::{self, Arrived, Buffered, Memory, Outgoing};
use crate::config::{Config, DropAnswer, Mode};
use crate::event::Unreadable;
use crate::headers;
use crate::policy::{Action, Judgement, Policy};
use crate::transport::Peer;
use crate::upstream::{self, Upstream};
use access_log::AccessLog;

/// What decides: made once from a config, and never changed.
#[derive(Debug)]
pub struct Rules {
    policy: Policy,
    mode: Mode,
    drop: DropAnswer,
    /// Whether `Via` tells what goes round.
    via: bool,
    body: body::Limits,
}

/// The proxy of one runtime. The rules and the totals are everybody's, the connections its own.
#[derive(Debug)]
pub struct Proxy {
    rules: Arc<Rules>,
    totals: Arc<Totals>,
    upstream: Upstream,
}

/// What becomes of a request.
enum Decision {
    /// It goes on.
    Forward(Outgoing),
    /// It is answered here.
    Answer(Response<Answer>),
    /// It is answered here once the rest of its body has come.
    AnswerBehind(Incoming, Response<Answer>),
}

impl Rules {
    /// The rules that `config` asks for.
    #[must_use]
    pub fn new(config: &Config) -> Self {
        Self {
            policy: config.filter.policy(),
            mode: config.mode,
            drop: config.drop.clone(),
            via: config.forward.via,
            body: body::Limits {
                inspect: config.limits.inspect,
                memory: Memory::new(config.limits.memory),
                within: config.timeouts.body,
            },
        }
    }

    fn judge<'b>(&self, parts: &Parts, body: &'b Buffered) -> Judgement<'_, 'b> {
        if headers::is_encoded(&parts.headers) {
            return self.unreadable(Unreadable::Encoded);
        }
        self.policy.judge(body.pieces())
    }

    fn unreadable(&self, why: Unreadable) -> Judgement<'_, 'static> {
        Judgement {
            verdict: self.policy.unreadable(why),
            event_type: None,
            event_id: None,
        }
    }

    /// The answer to an event that goes no further.
    fn own_answer(&self, judgement: &Judgement<'_, '_>) -> Option<Response<Answer>> {
        match judgement.verdict.action {
            Action::Forward => None,
            Action::Drop => Some(local_reply::dropped(&self.drop)),
            Action::Reject => Some(local_reply::rejected(judgement.verdict.rule)),
        }
    }

    /// The longest pause between two pieces of a body that is not held.
    fn pause(&self) -> Duration {
        self.body.within
    }
}

impl Proxy {
    /// A proxy by these rules to this upstream.
    #[must_use]
    pub fn new(rules: Arc<Rules>, totals: Arc<Totals>, upstream: Upstream) -> Self {
        Self {
            rules,
            totals,
            upstream,
        }
    }

    /// Answers a request of `peer`. What goes wrong is an answer as well.
    ///
    /// # Errors
    ///
    /// Never.
    pub fn handle(
        &self,
        request: Request<Incoming>,
        peer: Peer,
    ) -> impl Future<Output = Result<Response<Answer>, Infallible>> {
        let (parts, body) = request.into_parts();
        let mut account = AccessLog::open(self.totals.clone(), &parts);
        async move {
            let answered = self.answer(parts, body, peer, &mut account).await;
            let response = answered.unwrap_or_else(|failure| {
                account.failed(&failure);
                local_reply::failed(&failure)
            });
            account.answered(response.status());
            Ok(response.map(|body| body.accounted(account)))
        }
    }

    async fn answer(
        &self,
        parts: Parts,
        body: Incoming,
        peer: Peer,
        account: &mut AccessLog,
    ) -> Result<Response<Answer>, Failure> {
        headers::check(&parts)?;
        if headers::ends_here(&parts) {
            account.answered_here();
            return Ok(local_reply::options());
        }
        let arrived = body::read(body, &self.rules.body).await?;
        match self.decide(&parts, arrived, account) {
            Decision::Answer(response) => Ok(response),
            Decision::AnswerBehind(rest, response) => {
                // Boxed, so that it takes no room in the future of an event that does without.
                Box::pin(body::drain(rest, self.rules.pause())).await?;
                Ok(response)
            }
            Decision::Forward(_) if self.rules.via && headers::goes_round(&parts.headers) => {
                Err(upstream::Error::Loop.into())
            }
            Decision::Forward(body) => {
                let sent = Instant::now();
                let response = self.upstream.send(parts, body, peer).await?;
                account.upstream_answered(sent.elapsed());
                Ok(response.map(Answer::upstream))
            }
        }
    }

    /// What becomes of a request whose body has arrived, as far as it is read here.
    fn decide(&self, parts: &Parts, arrived: Arrived, account: &mut AccessLog) -> Decision {
        let rules = &*self.rules;
        let observed = rules.mode == Mode::Observe;
        let mut own_answer = |judgement: &Judgement<'_, '_>| {
            account.judged(judgement, observed);
            rules.own_answer(judgement).filter(|_| !observed)
        };
        match arrived {
            Arrived::Nothing => {
                account.not_judged();
                Decision::Forward(Outgoing::Empty)
            }
            Arrived::Whole(held) => {
                let answer = own_answer(&rules.judge(parts, &held));
                account.read(held.len());
                match answer {
                    Some(answer) => Decision::Answer(answer),
                    None => Decision::Forward(Outgoing::held(held)),
                }
            }
            Arrived::TooLarge(held, rest) => {
                let judgement = rules.unreadable(Unreadable::TooLarge);
                let answer = own_answer(&judgement);
                account.read(held.len());
                match answer {
                    // Not even a drop that the config asks for is acknowledged before all has come.
                    Some(answer) if judgement.verdict.action == Action::Drop => {
                        Decision::AnswerBehind(rest, answer)
                    }
                    Some(answer) => Decision::Answer(answer),
                    None => Decision::Forward(Outgoing::stream(held, rest, rules.pause())),
                }
            }
        }
    }
}
