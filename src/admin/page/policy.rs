//! What a browser may do with the page.

use std::sync::LazyLock;

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::HeaderValue;

use super::{SCRIPT, STYLE};

/// Its own script and style, by what is in them, and to look at this listener again. Nothing else from anywhere, and it may
/// not be shown within another page.
static POLICY: LazyLock<HeaderValue> = LazyLock::new(|| {
    let hash = |text: &str| STANDARD.encode(digest(&SHA256, text.as_bytes()));
    let [script, style] = [SCRIPT, STYLE].map(hash);
    let policy = format!(
        "default-src 'none'; script-src 'sha256-{script}'; style-src 'sha256-{style}'; img-src data:; connect-src 'self'; \
         form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    );
    HeaderValue::try_from(policy).expect("it is ASCII")
});

/// The `Content-Security-Policy` of the page.
pub fn policy() -> HeaderValue {
    POLICY.clone()
}
