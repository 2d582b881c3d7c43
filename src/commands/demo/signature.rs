//! Signatures in the way of Stripe: an HMAC-SHA-256 over `<time>.<raw body>`, in a header
//! `Stripe-Signature: t=<time>,v1=<hex>` (<https://docs.stripe.com/webhooks#verify-manually>).

use std::fmt::Write;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// What sender and endpoint share.
const SECRET: &[u8] = b"whsec_demo";

/// The value of the header for `body` sent at `time`, in seconds.
pub fn sign(time: u64, body: &[u8]) -> String {
    let mut signature = format!("t={time},v1=");
    for byte in mac(&time.to_string(), body).finalize().into_bytes() {
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
    bytes.is_some_and(|bytes| mac(time, body).verify_slice(&bytes).is_ok())
}

fn mac(time: &str, body: &[u8]) -> Hmac<Sha256> {
    let mut mac = Hmac::<Sha256>::new_from_slice(SECRET).expect("HMAC takes keys of any length");
    mac.update(time.as_bytes());
    mac.update(b".");
    mac.update(body);
    mac
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
