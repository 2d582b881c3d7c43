//! Signatures in the way of Stripe: an HMAC-SHA-256 over `<time>.<raw body>`, in a header
//! `Stripe-Signature: t=<time>,v1=<hex>` (<https://docs.stripe.com/webhooks#verify-manually>).

use std::fmt::Write;

use aws_lc_rs::hmac::{self, HMAC_SHA256, Key};

/// What sender and endpoint share.
const SECRET: &[u8] = b"whsec_demo";

/// The value of the header for `body` sent at `time`, in seconds.
pub fn sign(time: u64, body: &[u8]) -> String {
    let mut signature = format!("t={time},v1=");
    for byte in hmac::sign(&key(), &signed(&time.to_string(), body)).as_ref() {
        let _ = write!(signature, "{byte:02x}");
    }
    signature
}

/// Whether `header` is the signature of `body`.
pub fn verify(header: &str, body: &[u8]) -> bool {
    let Some((time, signature)) = header
        .strip_prefix("t=")
        .and_then(|rest| rest.split_once(",v1="))
    else {
        return false;
    };
    let bytes: Option<Vec<u8>> = (0..signature.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(signature.get(at..at + 2)?, 16).ok())
        .collect();
    bytes.is_some_and(|bytes| hmac::verify(&key(), &signed(time, body), &bytes).is_ok())
}

fn key() -> Key {
    Key::new(HMAC_SHA256, SECRET)
}

fn signed(time: &str, body: &[u8]) -> Vec<u8> {
    [time.as_bytes(), b".", body].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_byte_or_time_does_not_verify() {
        let header = sign(1_492_774_577, b"{\"a\": 1}");
        assert!(verify(&header, b"{\"a\": 1}"));
        assert!(!verify(&header, b"{\"a\":1}"));
        assert!(!verify(&header.replace("577,", "578,"), b"{\"a\": 1}"));
        assert!(!verify("", b"{\"a\": 1}"));
        assert!(!verify("t=1,v1=é", b""));
    }
}
