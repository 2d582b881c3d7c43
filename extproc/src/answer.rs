//! Decisions, as they are written for Envoy.

use bytes::Bytes;
use envoy_types::pb::envoy::config::core::v3::header_value_option::HeaderAppendAction;
use envoy_types::pb::envoy::config::core::v3::{HeaderValue, HeaderValueOption};
use envoy_types::pb::envoy::extensions::filters::http::ext_proc::v3::ProcessingMode;
use envoy_types::pb::envoy::extensions::filters::http::ext_proc::v3::processing_mode::{
    BodySendMode, HeaderSendMode,
};
use envoy_types::pb::envoy::service::ext_proc::v3::processing_request::Request as Part;
use envoy_types::pb::envoy::service::ext_proc::v3::processing_response::Response as Answer;
use envoy_types::pb::envoy::service::ext_proc::v3::{
    BodyResponse, HeaderMutation, HeadersResponse, ImmediateResponse, ProcessingResponse,
    TrailersResponse,
};
use envoy_types::pb::envoy::r#type::v3::HttpStatus;
use http::Response;
use http::header::{CONNECTION, DATE};

/// What Envoy is to do with the body of a request whose head it has sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rest {
    /// Hold it, and send it when it is whole.
    Wanted,
    /// Pass it on as it comes.
    Passed,
}

/// Goes on with the head of a request, and does this with the `rest`.
///
/// The head of the answer is wanted whatever Envoy's own config says: its status is what the log has of the endpoint.
pub fn head(rest: Rest) -> ProcessingResponse {
    let body = match rest {
        Rest::Wanted => BodySendMode::Buffered,
        Rest::Passed => BodySendMode::None,
    };
    let mode = ProcessingMode {
        request_header_mode: HeaderSendMode::Send.into(),
        response_header_mode: HeaderSendMode::Send.into(),
        request_body_mode: body.into(),
        response_body_mode: BodySendMode::None.into(),
        request_trailer_mode: HeaderSendMode::Skip.into(),
        response_trailer_mode: HeaderSendMode::Skip.into(),
    };
    ProcessingResponse {
        mode_override: Some(mode),
        ..response(Answer::RequestHeaders(HeadersResponse::default()))
    }
}

/// Goes on with the body of a request.
pub fn body() -> ProcessingResponse {
    response(Answer::RequestBody(BodyResponse::default()))
}

/// Goes on with the trailers of a request.
pub fn trailers() -> ProcessingResponse {
    response(Answer::RequestTrailers(TrailersResponse::default()))
}

/// Goes on with the head of an answer.
pub fn answered() -> ProcessingResponse {
    response(Answer::ResponseHeaders(HeadersResponse::default()))
}

/// Goes on with a part of which nothing is wanted; `None` for the head of a request, which comes once.
pub fn pass(part: &Part) -> Option<ProcessingResponse> {
    Some(match part {
        Part::RequestHeaders(_) => return None,
        Part::RequestBody(_) => body(),
        Part::RequestTrailers(_) => trailers(),
        Part::ResponseHeaders(_) => answered(),
        Part::ResponseBody(_) => response(Answer::ResponseBody(BodyResponse::default())),
        Part::ResponseTrailers(_) => {
            response(Answer::ResponseTrailers(TrailersResponse::default()))
        }
    })
}

/// Ends the request with a reply of ours.
///
/// What ends with a connection is Envoy's to say, and so is the time.
pub fn reply(reply: Response<Bytes>) -> ProcessingResponse {
    let (head, body) = reply.into_parts();
    let fields = head.headers.iter();
    let fields = fields.filter(|(name, _)| ![CONNECTION, DATE].contains(name));
    let set_headers = fields.map(|(name, value)| HeaderValueOption {
        header: Some(HeaderValue {
            key: name.as_str().to_owned(),
            raw_value: value.as_bytes().to_vec(),
            ..HeaderValue::default()
        }),
        append_action: HeaderAppendAction::OverwriteIfExistsOrAdd.into(),
        ..HeaderValueOption::default()
    });
    response(Answer::ImmediateResponse(ImmediateResponse {
        status: Some(HttpStatus {
            code: i32::from(head.status.as_u16()),
        }),
        headers: Some(HeaderMutation {
            set_headers: set_headers.collect(),
            remove_headers: Vec::new(),
        }),
        body: body.into(),
        details: "hooksieve".to_owned(),
        ..ImmediateResponse::default()
    }))
}

fn response(answer: Answer) -> ProcessingResponse {
    ProcessingResponse {
        response: Some(answer),
        ..ProcessingResponse::default()
    }
}
