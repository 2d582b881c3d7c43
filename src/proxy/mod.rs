//! One request, from top to bottom: read, judge, answer or forward.

mod account;
mod answer;
mod failure;
mod local;

use std::convert::Infallible;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use http::request::Parts;
use http::{Request, Response};
use hyper::body::Incoming;

pub use account::Totals;
pub use answer::Answer;
pub use failure::Failure;

use crate::body::{self, Arrived, Held, Memory, Outgoing};
use crate::config::{Config, DropAnswer, Mode};
use crate::event::Unreadable;
use crate::policy::{Action, Judgement, Policy};
use crate::upstream::{self, Upstream};
use account::Account;

/// What decides: made once from a config, and never changed.
#[derive(Debug)]
pub struct Rules {
    policy: Policy,
    mode: Mode,
    drop: DropAnswer,
    body: body::Limits,
}

/// The proxy of one runtime. The rules and the totals are everybody's, the connections its own.
#[derive(Debug)]
pub struct Proxy {
    rules: Arc<Rules>,
    totals: Arc<Totals>,
    upstream: Upstream,
}

impl Rules {
    /// The rules that `config` asks for.
    #[must_use]
    pub fn new(config: &Config) -> Self {
        Self {
            policy: config.filter.policy(),
            mode: config.mode,
            drop: config.drop.clone(),
            body: body::Limits {
                inspect: config.limits.inspect,
                memory: Memory::new(config.limits.memory),
                within: config.timeouts.body,
            },
        }
    }

    fn judge<'b>(&self, parts: &Parts, body: &'b Held) -> Judgement<'_, 'b> {
        if upstream::is_encoded(&parts.headers) {
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
    pub async fn handle(
        &self,
        request: Request<Incoming>,
        peer: IpAddr,
    ) -> Result<Response<Answer>, Infallible> {
        let (parts, body) = request.into_parts();
        let mut account = Account::open(self.totals.clone(), &parts);
        let answered = self.answer(parts, body, peer, &mut account).await;
        let response = answered.unwrap_or_else(|failure| {
            account.failed(&failure);
            local::failed(&failure)
        });
        account.answered(response.status());
        Ok(response.map(|body| body.accounted(account)))
    }

    async fn answer(
        &self,
        parts: Parts,
        body: Incoming,
        peer: IpAddr,
        account: &mut Account,
    ) -> Result<Response<Answer>, Failure> {
        upstream::check(&parts)?;
        if upstream::ends_here(&parts) {
            account.answered_here();
            return Ok(local::options());
        }
        let rules = &*self.rules;
        let observed = rules.mode == Mode::Observe;
        let body = match body::read(body, &rules.body).await? {
            Arrived::Nothing => {
                account.not_judged();
                Outgoing::Empty
            }
            Arrived::Whole(held) => {
                account.read(held.len());
                let judgement = rules.judge(&parts, &held);
                account.judged(&judgement, observed);
                if !observed && let Some(answer) = self.own_answer(&judgement) {
                    return Ok(answer);
                }
                Outgoing::held(held)
            }
            Arrived::TooLarge(held, rest) => {
                account.read(held.len());
                let judgement = rules.unreadable(Unreadable::TooLarge);
                account.judged(&judgement, observed);
                if !observed && let Some(answer) = self.own_answer(&judgement) {
                    if judgement.verdict.action == Action::Drop {
                        // Not even a drop that the config asks for is acknowledged before all has come.
                        body::drain(rest, rules.pause()).await?;
                    }
                    return Ok(answer);
                }
                Outgoing::stream(held, rest, rules.pause())
            }
        };
        let sent = Instant::now();
        let response = self.upstream.send(parts, body, peer).await?;
        account.upstream_answered(sent.elapsed());
        Ok(response.map(Answer::upstream))
    }

    /// The answer to an event that goes no further.
    fn own_answer(&self, judgement: &Judgement<'_, '_>) -> Option<Response<Answer>> {
        match judgement.verdict.action {
            Action::Forward => None,
            Action::Drop => Some(local::dropped(&self.rules.drop)),
            Action::Reject => Some(local::rejected(judgement.verdict.rule)),
        }
    }
}
