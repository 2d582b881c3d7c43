//! What is said of one request, message by message.

use std::sync::Arc;
use std::time::Instant;

use bytes::Bytes;
use envoy_types::pb::envoy::service::ext_proc::v3::processing_request::Request as Part;
use envoy_types::pb::envoy::service::ext_proc::v3::{
    HttpBody, HttpHeaders, ProcessingRequest, ProcessingResponse,
};
use hooksieve::body::{self, Arrived, Buffered};
use hooksieve::memory::Share;
use hooksieve::proxy::{AccessLog, Failure, Settled, settle};
use hooksieve::route::Route;
use hooksieve::transport::Peer;
use http::request::Parts;
use tokio::sync::OwnedSemaphorePermit;
use tonic::{Code, Status};

use crate::answer::{self, Rest};
use crate::end;
use crate::fault::Fault;
use crate::head;
use crate::need::{Need, need};
use crate::service::Desk;

/// One request, from its head to the head of its answer.
#[derive(Debug)]
pub struct Exchange {
    desk: Arc<Desk>,
    envoy: Peer,
    state: State,
    place: Option<OwnedSemaphorePermit>,
}

#[derive(Debug)]
enum State {
    /// Nothing has come.
    New,
    /// Its head has come, and its body is waited for.
    Waiting(Box<Waiting>),
    /// It goes on since then, and its answer is waited for.
    Passed(Box<AccessLog>, Instant),
    /// Nothing more is to be said.
    Over,
}

/// A request whose body is waited for.
#[derive(Debug)]
struct Waiting {
    log: AccessLog,
    route: Arc<Route>,
    parts: Box<Parts>,
    sender: Peer,
    /// Whether Envoy has said that it sends bodies at once or not at all.
    is_whole: bool,
    /// What is set aside for its body until that is here.
    room: Share,
}

impl Exchange {
    /// A request that Envoy, which is there, is going to ask about.
    pub fn new(desk: Arc<Desk>, envoy: Peer) -> Self {
        Self {
            desk,
            envoy,
            state: State::New,
            place: None,
        }
    }

    /// Whether nothing more is to be said.
    pub fn is_over(&self) -> bool {
        matches!(self.state, State::Over)
    }

    /// Nothing more is to come, for a reason that may be ours.
    pub fn broke_off(&mut self, why: &Status) {
        let is_theirs = matches!(why.code(), Code::Cancelled | Code::Unknown);
        if let State::Waiting(waiting) = &mut self.state
            && !is_theirs
        {
            let why = format!("what Envoy sent can't be read: {}", why.message());
            end::fault(&mut waiting.log, why);
        }
    }

    /// What is said to the next message.
    ///
    /// # Errors
    ///
    /// When Envoy asks otherwise than it has to.
    pub async fn answer(
        &mut self,
        message: ProcessingRequest,
    ) -> Result<ProcessingResponse, Fault> {
        let state = std::mem::replace(&mut self.state, State::Over);
        let fault = Fault::of(&message);
        let is_whole = message.protocol_config.is_some();
        let sender = head::sender(&message).unwrap_or(self.envoy);
        match (state, message.request) {
            (State::New, Some(Part::RequestHeaders(headers))) => {
                self.begin(headers, sender, is_whole, fault).await
            }
            (State::Waiting(waiting), Some(Part::RequestBody(body))) => {
                self.body(*waiting, body).await
            }
            // It had none, and trailers all the same.
            (State::Waiting(waiting), Some(Part::RequestTrailers(_))) => Ok(self
                .settle(*waiting, Arrived::Nothing, answer::trailers)
                .await),
            (State::Waiting(waiting), Some(Part::ResponseHeaders(headers))) => {
                Ok(end::answered_too_soon(waiting.log, &headers))
            }
            (State::Passed(mut log, since), Some(Part::ResponseHeaders(headers))) => {
                log.upstream_answered(since.elapsed());
                if let Some(status) = head::status(headers.headers.as_ref()) {
                    log.answered(status);
                }
                self.state = State::Passed(log, since);
                Ok(answer::answered())
            }
            // Envoy does not heed what it was told to leave out.
            (state @ State::Passed(..), Some(part)) => {
                self.state = state;
                answer::pass(&part).ok_or(Fault::OutOfOrder)
            }
            (State::Waiting(waiting), _) => Err(end::refused(waiting.log, Fault::OutOfOrder)),
            (State::New | State::Over | State::Passed(..), _) => Err(Fault::OutOfOrder),
        }
    }

    async fn begin(
        &mut self,
        headers: HttpHeaders,
        sender: Peer,
        is_whole: bool,
        fault: Option<Fault>,
    ) -> Result<ProcessingResponse, Fault> {
        let desk = &self.desk;
        let is_ended = headers.end_of_stream;
        let (parts, refusal) = match head::request(headers.headers) {
            Ok(parts) => (parts, None),
            Err(refusal) => (head::empty(), Some(refusal)),
        };
        let mut log = AccessLog::open(desk.shared.clone(), desk.counter.clone(), &parts);
        if let Some(fault) = fault {
            return Err(end::refused(log, fault));
        }
        if let Some(refusal) = refusal {
            return Ok(end::failed(&mut log, &refusal.into()));
        }
        self.place = desk.places.clone().try_acquire_owned().ok();
        if self.place.is_none() {
            return Ok(end::without_place(log));
        }
        let serving = desk.serving.borrow().clone();
        let found = match serving.find(&parts) {
            Ok(found) => found,
            Err(none) => return Ok(end::failed(&mut log, &none.into())),
        };
        log.routed(found.route, &serving, found.number);
        let waiting = Waiting {
            log,
            route: found.route.clone(),
            parts,
            sender,
            is_whole,
            room: desk.shared.memory.share(),
        };
        Ok(self.look(waiting, is_ended).await)
    }

    /// Decides by the head, or asks for the body.
    async fn look(&mut self, mut waiting: Waiting, is_ended: bool) -> ProcessingResponse {
        let memory = &self.desk.shared.memory;
        let nothing = || Buffered::new(memory.share(), Some(0));
        let arrived = match need(&waiting.route, &waiting.parts, is_ended) {
            Need::Whole(length) => {
                // Before it comes: what is on its way takes memory already.
                if !waiting.room.grow(length) {
                    return end::failed(&mut waiting.log, &Failure::Body(body::Error::Memory));
                }
                self.state = State::Waiting(Box::new(waiting));
                return answer::head(Rest::Wanted);
            }
            Need::Absent => Arrived::Nothing,
            Need::Nothing => Arrived::Whole(nothing()),
            Need::TooLarge => Arrived::TooLarge(nothing(), ()),
        };
        let go_on = || answer::head(Rest::Passed);
        self.settle(waiting, arrived, go_on).await
    }

    async fn body(
        &mut self,
        mut waiting: Waiting,
        body: HttpBody,
    ) -> Result<ProcessingResponse, Fault> {
        // With trailers behind it a whole one says so as well, but then it was said that it is.
        if !body.end_of_stream && !waiting.is_whole {
            return Err(end::refused(waiting.log, Fault::InParts));
        }
        let length = body.body.len();
        // It takes what it has, whatever it said that it would.
        waiting.room.shrink_to(0);
        let mut held = Buffered::new(self.desk.shared.memory.share(), Some(length));
        if !held.push(Bytes::from(body.body)) {
            return Ok(end::failed(
                &mut waiting.log,
                &Failure::Body(body::Error::Memory),
            ));
        }
        let arrived = match length {
            0 => Arrived::Nothing,
            length if length > waiting.route.inspect => Arrived::TooLarge(held, ()),
            _ => Arrived::Whole(held),
        };
        Ok(self.settle(waiting, arrived, answer::body).await)
    }

    /// Decides, and says so.
    async fn settle(
        &mut self,
        waiting: Waiting,
        arrived: Arrived<()>,
        go_on: fn() -> ProcessingResponse,
    ) -> ProcessingResponse {
        let Waiting {
            mut log,
            route,
            parts,
            sender,
            ..
        } = waiting;
        let shared = &self.desk.shared;
        match settle(shared, &route, parts, arrived, sender, &mut log).await {
            Ok(Settled::Forward(..)) => {
                self.state = State::Passed(Box::new(log), Instant::now());
                go_on()
            }
            Ok(Settled::Drop(reply, _) | Settled::Reject(reply)) => {
                log.answered(reply.status());
                answer::reply(*reply)
            }
            Err(failure) => end::failed(&mut log, &failure),
        }
    }
}
