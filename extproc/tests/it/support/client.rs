//! What Envoy does, message by message.

use std::net::SocketAddr;

use envoy_types::pb::envoy::config::core::v3::{HeaderMap, HeaderValue};
use envoy_types::pb::envoy::extensions::filters::http::ext_proc::v3::processing_mode::BodySendMode;
use envoy_types::pb::envoy::service::ext_proc::v3::external_processor_client::ExternalProcessorClient;
use envoy_types::pb::envoy::service::ext_proc::v3::processing_request::Request as Part;
use envoy_types::pb::envoy::service::ext_proc::v3::processing_response::Response as Answer;
use envoy_types::pb::envoy::service::ext_proc::v3::{
    HttpBody, HttpHeaders, HttpTrailers, ProcessingRequest, ProcessingResponse,
    ProtocolConfiguration,
};
use envoy_types::pb::google::protobuf::value::Kind;
use envoy_types::pb::google::protobuf::{Struct, Value};
use futures_util::stream;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use tonic::transport::{Channel, Endpoint};
use tonic::{Code, Status, Streaming};

/// Something that speaks as Envoy does.
pub struct Client {
    runtime: Runtime,
    client: ExternalProcessorClient<Channel>,
}

/// One request. It ends when this is dropped.
pub struct Talk<'c> {
    runtime: &'c Runtime,
    tell: Option<UnboundedSender<ProcessingRequest>>,
    answers: Streaming<ProcessingResponse>,
}

/// What was said of a request.
#[derive(Debug, PartialEq, Eq)]
pub enum Said {
    /// It goes on, once its body was seen or without.
    GoesOn(Body),
    /// It is answered with this status, these fields and this body.
    Answered(u16, Vec<(String, String)>, String),
}

/// What was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Body {
    Seen,
    Unseen,
}

/// The head of a POST of this length, with these further fields.
pub fn head(length: Option<usize>, fields: &[(&str, &str)]) -> Part {
    let length = length.map(|length| length.to_string());
    let length = length
        .iter()
        .map(|length| ("content-length", length.as_str()));
    let own = [
        (":authority", "example.com"),
        (":path", "/webhook?token=x"),
        (":method", "POST"),
        (":scheme", "https"),
    ];
    // What is told again takes the place of what is told here.
    let is_told =
        |name: &str| name.starts_with(':') && fields.iter().any(|(told, _)| *told == name);
    let own = own.into_iter().filter(|(name, _)| !is_told(name));
    let all = own.chain(length).chain(fields.iter().copied());
    Part::RequestHeaders(HttpHeaders {
        headers: Some(map(all)),
        ..HttpHeaders::default()
    })
}

fn map<'a>(fields: impl Iterator<Item = (&'a str, &'a str)>) -> HeaderMap {
    let headers = fields.map(|(name, value)| HeaderValue {
        key: name.to_owned(),
        raw_value: value.as_bytes().to_vec(),
        ..HeaderValue::default()
    });
    HeaderMap {
        headers: headers.collect(),
    }
}

impl Client {
    /// Connects to an address.
    pub fn new(address: SocketAddr) -> Self {
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .expect("a runtime");
        let endpoint = Endpoint::from_shared(format!("http://{address}")).expect("an address");
        let channel = runtime.block_on(endpoint.connect()).expect("it listens");
        let client = ExternalProcessorClient::new(channel).max_encoding_message_size(usize::MAX);
        Self { runtime, client }
    }

    /// Begins with a request.
    pub fn talk(&self) -> Talk<'_> {
        let (tell, mut told) = unbounded_channel();
        let messages = stream::poll_fn(move |cx| told.poll_recv(cx));
        let mut client = self.client.clone();
        let begun = client.process(messages);
        // Its own half begins with what is said first.
        let answers = self.runtime.block_on(begun).expect("it takes the request");
        Talk {
            runtime: &self.runtime,
            tell: Some(tell),
            answers: answers.into_inner(),
        }
    }

    /// What is said of a POST of this body with these further fields, which the endpoint answers with 299.
    pub fn post(&self, fields: &[(&str, &str)], body: &[u8]) -> Said {
        let mut talk = self.talk();
        let head = match head(Some(body.len()), fields) {
            Part::RequestHeaders(headers) => Part::RequestHeaders(HttpHeaders {
                end_of_stream: body.is_empty(),
                ..headers
            }),
            other => other,
        };
        let answer = talk.say(head);
        let wanted = mode(&answer);
        let (answer, seen) = match wanted {
            Some(BodySendMode::Buffered) => (talk.body(body, true), Body::Seen),
            _ => (answer, Body::Unseen),
        };
        match answer.response {
            Some(Answer::RequestHeaders(_) | Answer::RequestBody(_)) => {
                let answered = talk.answered(299);
                assert!(matches!(
                    answered.response,
                    Some(Answer::ResponseHeaders(_))
                ));
                Said::GoesOn(seen)
            }
            Some(Answer::ImmediateResponse(_)) => said(answer),
            other => panic!("{other:?}"),
        }
    }
}

/// What is said where a request is answered.
pub fn said(answer: ProcessingResponse) -> Said {
    let Some(Answer::ImmediateResponse(reply)) = answer.response else {
        panic!("{answer:?}");
    };
    let fields = reply.headers.unwrap_or_default().set_headers;
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("it is text");
    let fields = fields.into_iter().filter_map(|option| {
        let field = option.header?;
        Some((field.key, text(field.raw_value)))
    });
    let status = reply.status.map(|status| status.code);
    let status = status.and_then(|status| u16::try_from(status).ok());
    Said::Answered(
        status.expect("a status"),
        fields.collect(),
        text(reply.body),
    )
}

/// What is to be done with the body behind a head.
pub fn mode(answer: &ProcessingResponse) -> Option<BodySendMode> {
    let mode = answer.mode_override.as_ref()?;
    mode.request_body_mode.try_into().ok()
}

impl Talk<'_> {
    /// Says something, and hears what is said to it.
    pub fn say(&mut self, part: Part) -> ProcessingResponse {
        let answer = self.try_say(message(part));
        answer.expect("it is answered").expect("it goes on")
    }

    /// The same for a whole message, which may not be answered.
    pub fn try_say(
        &mut self,
        message: ProcessingRequest,
    ) -> Result<Option<ProcessingResponse>, Status> {
        let tell = self.tell.as_ref().expect("there is more to say");
        tell.send(message)
            .map_err(|_| Status::new(Code::Unavailable, "it has ended"))?;
        self.hear()
    }

    /// What is said next.
    pub fn hear(&mut self) -> Result<Option<ProcessingResponse>, Status> {
        self.runtime.block_on(self.answers.message())
    }

    /// Says the body.
    pub fn body(&mut self, body: &[u8], end_of_stream: bool) -> ProcessingResponse {
        self.say(Part::RequestBody(HttpBody {
            body: body.to_vec(),
            end_of_stream,
            ..HttpBody::default()
        }))
    }

    /// Says that there are trailers.
    pub fn trailers(&mut self) -> ProcessingResponse {
        self.say(Part::RequestTrailers(HttpTrailers::default()))
    }

    /// Says what the endpoint has answered.
    pub fn answered(&mut self, status: u16) -> ProcessingResponse {
        let status = status.to_string();
        let headers = HttpHeaders {
            headers: Some(map([(":status", status.as_str())].into_iter())),
            ..HttpHeaders::default()
        };
        self.say(Part::ResponseHeaders(headers))
    }

    /// Says no more, and waits until nothing more is said.
    pub fn end(mut self) {
        self.tell = None;
        let last = self.hear();
        assert!(matches!(last, Ok(None)), "{last:?}");
    }
}

/// A message as Envoy sends it where it is configured as it has to be.
pub fn message(part: Part) -> ProcessingRequest {
    let sender = Value {
        kind: Some(Kind::StringValue("203.0.113.7:40000".to_owned())),
    };
    let attributes = Struct {
        fields: [("source.address".to_owned(), sender)].into(),
    };
    ProcessingRequest {
        attributes: [("envoy.filters.http.ext_proc".to_owned(), attributes)].into(),
        protocol_config: Some(ProtocolConfiguration {
            request_body_mode: BodySendMode::Buffered.into(),
            ..ProtocolConfiguration::default()
        }),
        request: Some(part),
        ..ProcessingRequest::default()
    }
}
