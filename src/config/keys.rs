//! Every key of the file: what may be written, its default, and what it means.
//!
//! The one list of them: `docs/configuration.md` shows it, and [`schema`](super::schema) makes a JSON Schema of it for
//! editors. Tests hold it against what the file is read by.

#[cfg(test)]
mod tests;

use std::ops::RangeInclusive;

use crate::verify;

/// A key of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// The section it stands in; empty for one above all sections.
    pub section: &'static str,
    /// Its name.
    pub name: &'static str,
    /// What may be written.
    pub kind: Kind,
    /// What it is where it is left out, as it would be written, if that can be written.
    pub default: Option<&'static str>,
    /// Where it may stand.
    pub scope: Scope,
    /// What it means, in Markdown and in half a sentence.
    pub about: &'static str,
}

/// What may be written for a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `true` or `false`.
    Flag,
    /// A whole number in this range.
    Integer(RangeInclusive<u32>),
    /// One of a few words.
    Word(&'static [&'static str]),
    /// A number of bytes with its unit.
    Size,
    /// A time with its unit.
    Time,
    /// Any text.
    Text,
    /// The name of a preset.
    Sender,
    /// Where to listen, a list of such places, or sockets that are handed over.
    Listeners,
    /// Where to listen.
    Listener,
    /// A URL without a path, or a Unix socket.
    Origin,
    /// A Unix socket.
    Socket,
    /// The mode of a file.
    Mode,
    /// A user or a group.
    Account,
    /// The path of a file.
    File,
    /// The path of a file, or a list of them.
    Files,
    /// The name of a server, or its address.
    ServerName,
    /// Where a type is, or a list of such places, joined.
    Source,
    /// A list of places, each with what is there, none of them twice.
    Handshakes,
    /// A list of patterns, none of them twice.
    Patterns,
    /// A list of addresses and networks, none of them twice.
    Networks,
    /// Where a secret is kept, or a list of that.
    Secrets,
    /// The name of a header field.
    Header,
    /// A URL of any path.
    Url,
    /// A list of names of hosts, none of them twice.
    Hosts,
}

/// Where a key may stand, and when a change of it counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// At the top level, for the whole program, from the next start on.
    Start,
    /// At the top level, for the whole program, as soon as the file is applied.
    Live,
    /// At the top level and in each route, as soon as the file is applied.
    Route,
}

/// What only a route has, which says what it takes, and what that means.
pub const OF_ROUTES: [(&str, &str); 2] = [
    (
        "path",
        "exact, or a prefix at a segment border, as `\"/hooks/*\"`",
    ),
    ("host", "only what is sent to this host"),
];

/// All other keys, in the order in which docs and the shipped file have them.
pub const KEYS: &[Key] = &[
    Key {
        section: "",
        name: "listen",
        kind: Kind::Listeners,
        default: Some(r#""127.0.0.1:8080""#),
        scope: Scope::Start,
        about: r#"where senders connect: an IP address and a port; a Unix socket, as `"unix:/run/hooksieve/in.sock"`; `"systemd"` for all [sockets that are handed over](running.md#under-systemd); or a list of those"#,
    },
    Key {
        section: "",
        name: "upstream",
        kind: Kind::Origin,
        default: None,
        scope: Scope::Route,
        about: "where events go: `http://host` or `http://host:port`, [`https://`](security.md#tls), or [`unix:/run/app.sock`](#unix-sockets); refused if all its addresses lead back to `listen`",
    },
    Key {
        section: "",
        name: "mode",
        kind: Kind::Word(&["enforce", "observe"]),
        default: Some(r#""enforce""#),
        scope: Scope::Route,
        about: r#"`"observe"` drops and refuses nothing by rule, and logs what it would have done"#,
    },
    Key {
        section: "",
        name: "sender",
        kind: Kind::Sender,
        default: None,
        scope: Scope::Route,
        about: "a [preset](senders.md): where this sender's types are, what always reaches the endpoint, how it signs",
    },
    Key {
        section: "",
        name: "reload",
        kind: Kind::Word(&["watch", "signal"]),
        default: Some(r#""watch""#),
        scope: Scope::Live,
        about: r#"when the file is applied anew: when it is saved, and at SIGHUP; `"signal"`: at SIGHUP only"#,
    },
    Key {
        section: "filter",
        name: "type",
        kind: Kind::Source,
        default: Some(r#""type""#),
        scope: Scope::Route,
        about: r#"where the event type is: a member of the JSON body, a path as `"event.type"`, a header as `"header:X-GitHub-Event"`, or a list of those; see [Where the type is](#where-the-type-is)"#,
    },
    Key {
        section: "filter",
        name: "handshake",
        kind: Kind::Handshakes,
        default: Some("[]"),
        scope: Scope::Route,
        about: r#"requests that are no events and always reach the endpoint, as `"type=url_verification"`: where to look, and a pattern for what is there"#,
    },
    Key {
        section: "filter",
        name: "deny",
        kind: Kind::Patterns,
        default: Some("[]"),
        scope: Scope::Route,
        about: "types to drop",
    },
    Key {
        section: "filter",
        name: "allow",
        kind: Kind::Patterns,
        default: Some("[]"),
        scope: Scope::Route,
        about: "when not empty, all other types are dropped too",
    },
    Key {
        section: "filter",
        name: "unreadable",
        kind: Kind::Word(&["forward", "drop", "reject"]),
        default: Some(r#""forward""#),
        scope: Scope::Route,
        about: r#"what becomes of an event whose type can't be told for certain; `"drop"` loses it, `"reject"` refuses it with a 4xx"#,
    },
    Key {
        section: "filter.shadow",
        name: "deny",
        kind: Kind::Patterns,
        default: None,
        scope: Scope::Route,
        about: "stands in place of `filter.deny`, only in what the log [says of it](#shadow-rules)",
    },
    Key {
        section: "filter.shadow",
        name: "allow",
        kind: Kind::Patterns,
        default: None,
        scope: Scope::Route,
        about: "stands in place of `filter.allow`, likewise",
    },
    Key {
        section: "drop",
        name: "status",
        kind: Kind::Integer(200..=299),
        default: Some("200"),
        scope: Scope::Route,
        about: "what the sender of a dropped event is told; any 2xx",
    },
    Key {
        section: "drop",
        name: "body",
        kind: Kind::Text,
        default: Some(r#""""#),
        scope: Scope::Route,
        about: "the text that goes with it",
    },
    Key {
        section: "verify",
        name: "scheme",
        kind: Kind::Word(verify::NAMES),
        default: None,
        scope: Scope::Route,
        about: "how the sender signs: one of [these](signatures.md#schemes)",
    },
    Key {
        section: "verify",
        name: "secret",
        kind: Kind::Secrets,
        default: None,
        scope: Scope::Route,
        about: r#"where the secret is kept, `"env:NAME"` or `"file:/path"`, or a list of these while one is being replaced. With one, what it did not sign is [refused](signatures.md)"#,
    },
    Key {
        section: "verify",
        name: "header",
        kind: Kind::Header,
        default: None,
        scope: Scope::Route,
        about: "the field of the signature, or of the token; only with `token`, `hmac-sha256` and `hmac-sha1`",
    },
    Key {
        section: "verify",
        name: "prefix",
        kind: Kind::Text,
        default: Some(r#""""#),
        scope: Scope::Route,
        about: r#"what is before the signature in its field, as `"sha256="`; only with `hmac-sha256` and `hmac-sha1`"#,
    },
    Key {
        section: "verify",
        name: "encoding",
        kind: Kind::Word(&["hex", "base64"]),
        default: Some(r#""hex""#),
        scope: Scope::Route,
        about: "how the signature is written, likewise",
    },
    Key {
        section: "verify",
        name: "tolerance",
        kind: Kind::Time,
        default: Some(r#""5m""#),
        scope: Scope::Route,
        about: "how long before or after now a signed time may be; only where a time is signed",
    },
    Key {
        section: "verify",
        name: "url",
        kind: Kind::Url,
        default: None,
        scope: Scope::Route,
        about: "what the sender calls, as it has it; only where that is signed: `square`, `twilio`, `trello`, `mandrill`",
    },
    Key {
        section: "forward",
        name: "host",
        kind: Kind::Word(&["keep", "upstream"]),
        default: Some(r#""keep""#),
        scope: Scope::Route,
        about: r#"which `Host` the upstream sees; `"upstream"` writes the upstream's own"#,
    },
    Key {
        section: "forward",
        name: "x_forwarded",
        kind: Kind::Flag,
        default: Some("false"),
        scope: Scope::Route,
        about: "adds `X-Forwarded-For`, `-Proto` and `-Host`",
    },
    Key {
        section: "forward",
        name: "forwarded",
        kind: Kind::Flag,
        default: Some("false"),
        scope: Scope::Route,
        about: "adds `Forwarded` (RFC 7239)",
    },
    Key {
        section: "forward",
        name: "via",
        kind: Kind::Flag,
        default: Some("false"),
        scope: Scope::Route,
        about: "adds `Via`, to requests and to answers; an event that has passed three hooksieves by then goes round, and is answered 508",
    },
    Key {
        section: "forward",
        name: "trusted",
        kind: Kind::Networks,
        default: Some("[]"),
        scope: Scope::Route,
        about: "addresses or networks of proxies in front, `\"unix\"` for those on a Unix socket: what they wrote in such fields is kept and added to. Of others every `X-Forwarded-*`, `Forwarded` and `X-Real-IP` is taken out where ours are added",
    },
    Key {
        section: "tls",
        name: "cert",
        kind: Kind::Files,
        default: None,
        scope: Scope::Live,
        about: "the file of the certificate that senders are shown, with those above it, in PEM; with one, senders [speak HTTPS](security.md#tls). A list of several: each sender is shown the one for the name it asks for, or the first",
    },
    Key {
        section: "tls",
        name: "key",
        kind: Kind::Files,
        default: None,
        scope: Scope::Live,
        about: "the file of its key; a list of as many, in the same order",
    },
    Key {
        section: "tls",
        name: "client_ca",
        kind: Kind::File,
        default: None,
        scope: Scope::Live,
        about: "a file of certificates; with one, a sender is let in only with a certificate that these issued",
    },
    Key {
        section: "upstream_tls",
        name: "ca",
        kind: Kind::File,
        default: None,
        scope: Scope::Live,
        about: "for `https://` upstreams: a file of certificates that are believed beside the system's",
    },
    Key {
        section: "upstream_tls",
        name: "cert",
        kind: Kind::File,
        default: None,
        scope: Scope::Live,
        about: "the file of the certificate that they are shown if they ask for one",
    },
    Key {
        section: "upstream_tls",
        name: "key",
        kind: Kind::File,
        default: None,
        scope: Scope::Live,
        about: "the file of its key",
    },
    Key {
        section: "upstream_tls",
        name: "server_name",
        kind: Kind::ServerName,
        default: None,
        scope: Scope::Live,
        about: "the name that their certificate must be for, if that is not the host of the URL",
    },
    Key {
        section: "limits",
        name: "connections",
        kind: Kind::Integer(1..=1_000_000),
        default: Some("10000"),
        scope: Scope::Start,
        about: "senders connected at once; more are answered 503",
    },
    Key {
        section: "limits",
        name: "inspect",
        kind: Kind::Size,
        default: Some(r#""8 MiB""#),
        scope: Scope::Route,
        about: "a body that is larger, as it is sent or decoded, is not inspected: it is unreadable",
    },
    Key {
        section: "limits",
        name: "memory",
        kind: Kind::Size,
        default: Some(r#""256 MiB""#),
        scope: Scope::Start,
        about: "all bodies held at once, and decoded copies; beyond it, 503. No less than the largest `inspect` of all routes. An eighth of it is kept for bodies up to 64 KiB",
    },
    Key {
        section: "limits",
        name: "headers",
        kind: Kind::Integer(1..=1000),
        default: Some("100"),
        scope: Scope::Start,
        about: "header fields in a request; more are answered 431",
    },
    Key {
        section: "limits",
        name: "header_size",
        kind: Kind::Size,
        default: Some(r#""32 KiB""#),
        scope: Scope::Start,
        about: "the request line and all header fields; more is answered 431",
    },
    Key {
        section: "timeouts",
        name: "header",
        kind: Kind::Time,
        default: Some(r#""10s""#),
        scope: Scope::Start,
        about: "for the head of a request to arrive, and before that for a TLS handshake",
    },
    Key {
        section: "timeouts",
        name: "body",
        kind: Kind::Time,
        default: Some(r#""30s""#),
        scope: Scope::Start,
        about: "for a body to arrive whole; for one over `limits.inspect`, for each MiB of it",
    },
    Key {
        section: "timeouts",
        name: "connect",
        kind: Kind::Time,
        default: Some(r#""5s""#),
        scope: Scope::Route,
        about: "for the upstream to be reached, a TLS handshake included; a connect that failed is tried again until then, and of a name with several addresses the next one beside any that has not answered within 250 ms",
    },
    Key {
        section: "timeouts",
        name: "response",
        kind: Kind::Time,
        default: Some(r#""30s""#),
        scope: Scope::Route,
        about: "for the upstream to begin its answer, and between two pieces of it",
    },
    Key {
        section: "timeouts",
        name: "idle",
        kind: Kind::Time,
        default: Some(r#""60s""#),
        scope: Scope::Start,
        about: "how long a sender may keep a connection without a request",
    },
    Key {
        section: "timeouts",
        name: "reuse",
        kind: Kind::Time,
        default: Some(r#""100ms""#),
        scope: Scope::Start,
        about: r#"how long an idle connection to the upstream may be used again; `"0s"` opens one per event. Where idle ones keep the endpoint's workers from other events, none is kept for a while"#,
    },
    Key {
        section: "timeouts",
        name: "drain",
        kind: Kind::Time,
        default: Some(r#""30s""#),
        scope: Scope::Start,
        about: "after a signal to stop, to finish what is in flight",
    },
    Key {
        section: "log",
        name: "format",
        kind: Kind::Word(&["auto", "text", "json"]),
        default: Some(r#""auto""#),
        scope: Scope::Start,
        about: r#"text on a terminal, JSON lines elsewhere; or `"text"` or `"json"` always"#,
    },
    Key {
        section: "log",
        name: "level",
        kind: Kind::Word(&["error", "warn", "info", "debug"]),
        default: Some(r#""info""#),
        scope: Scope::Start,
        about: r#"`"error"`, `"warn"`, `"info"` or `"debug"`; each event is a line at info"#,
    },
    Key {
        section: "audit",
        name: "path",
        kind: Kind::File,
        default: None,
        scope: Scope::Start,
        about: "the file in which each drop [is recorded](operating.md#taking-a-drop-back) before its sender is told; nothing is recorded without",
    },
    Key {
        section: "audit",
        name: "record",
        kind: Kind::Flag,
        default: Some("true"),
        scope: Scope::Route,
        about: "whether drops are recorded, where there is a file for it",
    },
    Key {
        section: "audit",
        name: "body",
        kind: Kind::Flag,
        default: Some("false"),
        scope: Scope::Route,
        about: "whether their bodies are too, without which they can't be sent again",
    },
    Key {
        section: "audit",
        name: "on_error",
        kind: Kind::Word(&["refuse", "forward", "drop"]),
        default: Some(r#""refuse""#),
        scope: Scope::Route,
        about: r#"what becomes of a drop that can't be recorded: `"refuse"` answers 503, so that it is sent again; `"forward"` passes it on; `"drop"` drops it without a record"#,
    },
    Key {
        section: "audit",
        name: "max_size",
        kind: Kind::Size,
        default: Some(r#""64 MiB""#),
        scope: Scope::Start,
        about: "a file that is so large is closed, and gets the name of `audit.path` with `.1` behind it",
    },
    Key {
        section: "audit",
        name: "keep",
        kind: Kind::Integer(1..=1000),
        default: Some("10"),
        scope: Scope::Start,
        about: "how many closed files are kept, as `.1`, `.2` and so on; older ones are deleted",
    },
    Key {
        section: "admin",
        name: "listen",
        kind: Kind::Listener,
        default: None,
        scope: Scope::Start,
        about: r#"where [health, metrics and a page](operating.md#look-at-it) are: an IP address and a port, as `"127.0.0.1:9090"`, or `"unix:/run/hooksieve/admin.sock"`. All that can connect there can read them, and nobody can change anything"#,
    },
    Key {
        section: "admin",
        name: "hosts",
        kind: Kind::Hosts,
        default: Some("[]"),
        scope: Scope::Start,
        about: "by which names they may be asked for, beside IP addresses and `localhost`; others are answered 421, since any page can make its own name lead here",
    },
    Key {
        section: "admin",
        name: "public",
        kind: Kind::Flag,
        default: Some("false"),
        scope: Scope::Start,
        about: r#"that other networks may reach `admin.listen`, as `"0.0.0.0:9090"` in a container, is meant, and is not warned of"#,
    },
    Key {
        section: "admin",
        name: "strict_ready",
        kind: Kind::Flag,
        default: Some("false"),
        scope: Scope::Start,
        about: "`/readyz` is 503 also while the file that was saved last has a mistake",
    },
    Key {
        section: "socket",
        name: "mode",
        kind: Kind::Mode,
        default: Some(r#""0660""#),
        scope: Scope::Start,
        about: "who may connect to [Unix sockets](#unix-sockets) that are made here, those of `listen` and of `admin.listen`: whoever may write the file",
    },
    Key {
        section: "socket",
        name: "owner",
        kind: Kind::Account,
        default: None,
        scope: Scope::Start,
        about: "whose they are, by name or number; the user that runs this, where it is left out",
    },
    Key {
        section: "socket",
        name: "group",
        kind: Kind::Account,
        default: None,
        scope: Scope::Start,
        about: "of which group they are, likewise",
    },
    Key {
        section: "socket",
        name: "handover",
        kind: Kind::Socket,
        default: None,
        scope: Scope::Start,
        about: r#"a Unix socket, as `"unix:/run/hooksieve/handover.sock"`, at which the next process of the same user [takes over](running.md#without-systemd) from this one, without a connection refused"#,
    },
];

impl Key {
    /// Its name with that of its section in front, as `filter.deny`.
    #[must_use]
    pub fn path(&self) -> String {
        match self.section {
            "" => self.name.to_owned(),
            section => format!("{section}.{}", self.name),
        }
    }
}
