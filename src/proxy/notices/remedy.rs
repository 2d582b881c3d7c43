//! What can be done about an endpoint that fails.

use http::StatusCode;

use crate::proxy::Outcome;
use crate::proxy::counts::Cause;
use crate::proxy::ended::Ended;

/// What to do first about an endpoint whose last failure was this, in words.
pub fn remedy(ended: &Ended<'_>) -> &'static str {
    match (ended.cause, ended.outcome, ended.status) {
        (Some(cause), _, _) => after(cause),
        (None, Outcome::Failed, _) | (None, _, None) => {
            "events did not get as far as the endpoint: see error"
        }
        (None, _, Some(status)) => answered(status),
    }
}

fn after(cause: Cause) -> &'static str {
    match cause {
        Cause::Connect => "see that the endpoint runs, and that it listens at this upstream",
        Cause::Tls => {
            "see the certificate that the endpoint shows, and [upstream_tls]: error says which it is"
        }
        Cause::Lost => "the endpoint closes the connection on events: its own log may say why",
        Cause::Timeout => {
            "let the endpoint answer before it does the work, or raise timeouts.response"
        }
        Cause::NoHttp => "see that it is an HTTP/1 server that listens at this upstream",
        Cause::Malformed => "the endpoint's answers can't be passed on: see error",
        Cause::BrokeOff => "the endpoint's answers break off: its own log may say why",
        Cause::Paused => {
            "let the endpoint send its answers without a pause, or raise timeouts.response"
        }
        Cause::Loop => "see that this upstream does not lead back here",
    }
}

fn answered(status: StatusCode) -> &'static str {
    match status {
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
            "the endpoint does not trust the sender: see the secret that it has, and which addresses it lets in"
        }
        StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED | StatusCode::GONE => {
            "the endpoint is not at this path: see the URL that the sender has, and this upstream"
        }
        StatusCode::TOO_MANY_REQUESTS => {
            "let the endpoint take more at once, or deny what it does not need"
        }
        status if status.is_redirection() => {
            "senders follow no redirect: give them the URL that the endpoint is at"
        }
        _ => "see the endpoint's own log; if it fails at one type, deny that until it does not",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_about_what_went_wrong() {
        use Outcome::{Failed, Forwarded, WouldDrop};
        for (cause, outcome, status, expected) in [
            (Some(Cause::Connect), Failed, 502, "listens"),
            (Some(Cause::Tls), Failed, 502, "certificate"),
            (Some(Cause::Timeout), Failed, 504, "timeouts.response"),
            // It had begun with a 200.
            (Some(Cause::BrokeOff), Failed, 200, "break off"),
            (None, Forwarded, 500, "deny that"),
            (None, WouldDrop, 400, "deny that"),
            (None, Forwarded, 301, "redirect"),
            (None, Forwarded, 401, "secret"),
            (None, Forwarded, 404, "path"),
            (None, Forwarded, 429, "at once"),
            // No memory, or no place on the disk of the audit.
            (None, Failed, 503, "as far as the endpoint: see error"),
        ] {
            let told = remedy(&Ended {
                outcome,
                cause,
                status: StatusCode::from_u16(status).ok(),
                ..Ended::refused()
            });
            assert!(told.contains(expected), "{status} {told}");
        }
    }
}
