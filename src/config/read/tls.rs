//! `[tls]` and `[upstream_tls]`: which files, and whether all are named that belong together.

use toml::de::DeValue;

use crate::config::section::Section;
use crate::config::value::{pem, pems, string};
use crate::config::{Files, Tls, UpstreamTls};
use crate::tls::ServerName;

const CERT: &str = r#"cert = "/etc/hooksieve/cert.pem""#;
const KEY: &str = r#"key = "/etc/hooksieve/key.pem""#;

/// How senders are spoken to.
pub(super) fn tls(s: &mut Section<'_>) -> Tls {
    let certs = s.optional("cert", pems);
    let keys = s.optional("key", pems);
    let client_ca = s.optional("client_ca", pem);
    refuse_half(s);
    let (certs, keys) = (certs.unwrap_or_default(), keys.unwrap_or_default());
    if s.is_sound() && certs.len() != keys.len() {
        let wrong = format!(
            "{} for {} in cert; write one for each, in the same order",
            if keys.len() == 1 {
                "is one key"
            } else {
                "are the keys"
            },
            certs.len()
        );
        s.disagree("key", "cert", &wrong);
    }
    if client_ca.is_some() && !s.has("cert") {
        let wrong = format!("is of no use without a certificate; write {CERT} and {KEY} beside it");
        s.disagree("client_ca", "client_ca", &wrong);
    }
    let pairs = certs.into_iter().zip(keys);
    Tls {
        pairs: pairs.map(|(cert, key)| Files { cert, key }).collect(),
        client_ca,
    }
}

/// How upstreams are spoken to where that is by TLS.
pub(super) fn upstream_tls(s: &mut Section<'_>) -> UpstreamTls {
    let ca = s.optional("ca", pem);
    let cert = s.optional("cert", pem);
    let key = s.optional("key", pem);
    let server_name = s.optional("server_name", server_name);
    refuse_half(s);
    UpstreamTls {
        ca,
        pair: cert.zip(key).map(|(cert, key)| Files { cert, key }),
        server_name,
    }
}

/// A certificate is of no use without its key, and the other way round.
fn refuse_half(s: &mut Section<'_>) {
    match (s.has("cert"), s.has("key")) {
        (true, false) => s.missing("key", KEY),
        (false, true) => s.missing("cert", CERT),
        (true, true) | (false, false) => {}
    }
}

fn server_name(value: &DeValue<'_>) -> Result<ServerName<'static>, String> {
    const RIGHT: &str = r#"the name that its certificate is for, as "app.example.com""#;
    let written = string(value, RIGHT)?;
    ServerName::try_from(written.to_owned()).map_err(|_| format!("is no name; write {RIGHT}"))
}
