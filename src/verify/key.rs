//! Whether something is a signature, by a secret.

use std::fmt;

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::digest;
use aws_lc_rs::hmac::{self, HMAC_SHA1_FOR_LEGACY_USE_ONLY, HMAC_SHA256};
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1, ED25519, ParsedPublicKey, VerificationAlgorithm,
};

use super::Encoding;
use super::scheme::{Algorithm, Hash, Scheme};
use super::signed::Message;

/// What a secret is, in the way of its scheme. It is shown nowhere: its `Debug` says nothing of it.
#[derive(Clone)]
pub struct Key {
    /// As it is kept, to tell it from another.
    secret: Vec<u8>,
    means: Means,
}

#[derive(Clone)]
enum Means {
    Hmac(Box<hmac::Key>),
    Ed25519(ParsedPublicKey),
    EcdsaP256(ParsedPublicKey),
    Token,
}

/// Why something can't be a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadKey {
    /// There is nothing in it.
    Empty,
    /// It is not written as the scheme's senders show it: what would be right.
    Form(&'static str),
}

impl Key {
    /// What `secret` is in the way of this scheme.
    ///
    /// # Errors
    ///
    /// When it can be no secret of that scheme.
    pub fn new(scheme: &Scheme, secret: &[u8]) -> Result<Self, BadKey> {
        if secret.is_empty() {
            return Err(BadKey::Empty);
        }
        let means = match scheme.algorithm {
            Algorithm::Token => Means::Token,
            Algorithm::Hmac(hash) => Means::Hmac(shared(hash, secret)),
            Algorithm::Ed25519 => {
                let bytes = Encoding::Hex.read_loosely(secret);
                Means::Ed25519(public(&ED25519, bytes).ok_or(BadKey::Form(DISCORD))?)
            }
            Algorithm::EcdsaP256 => {
                let bytes = Encoding::Base64.read_loosely(secret);
                let key = public(&ECDSA_P256_SHA256_ASN1, bytes);
                Means::EcdsaP256(key.ok_or(BadKey::Form(SENDGRID))?)
            }
            Algorithm::StandardWebhooks => {
                standard(secret).ok_or(BadKey::Form(STANDARD_WEBHOOKS))?
            }
        };
        Ok(Self {
            secret: secret.to_vec(),
            means,
        })
    }

    /// Whether one of `signatures`, as they were sent, is one of `message`.
    pub(super) fn is_any<P: AsRef<[u8]>>(
        &self,
        signatures: &[&[u8]],
        encoding: Encoding,
        message: &Message<'_, P>,
    ) -> bool {
        let is_any_equal = |expected: &[u8]| {
            let mut sent = signatures.iter();
            sent.any(|sent| verify_slices_are_equal(sent, expected).is_ok())
        };
        let mut decoded = signatures.iter().filter_map(|sent| encoding.read(sent));
        match &self.means {
            Means::Token => is_any_equal(&self.secret),
            // Their texts are compared, so that there is but one way to write it.
            Means::Hmac(key) => {
                let mut hmac = hmac::Context::with_key(key);
                message.feed(|bytes| hmac.update(bytes));
                is_any_equal(encoding.write(hmac.sign().as_ref()).as_bytes())
            }
            Means::EcdsaP256(key) => {
                let mut hash = digest::Context::new(&digest::SHA256);
                message.feed(|bytes| hash.update(bytes));
                let hash = hash.finish();
                decoded.any(|sent| key.verify_digest_sig(&hash, &sent).is_ok())
            }
            Means::Ed25519(key) => {
                let mut whole = Vec::new();
                message.feed(|bytes| whole.extend_from_slice(bytes));
                decoded.any(|sent| key.verify_sig(&whole, &sent).is_ok())
            }
        }
    }

    /// Whether it is public: that of Standard Webhooks then is of other signatures than a shared one.
    pub(super) fn is_public(&self) -> bool {
        match self.means {
            Means::Ed25519(_) | Means::EcdsaP256(_) => true,
            Means::Hmac(_) | Means::Token => false,
        }
    }

    /// Whether it takes a message in one piece only.
    pub(super) fn copies(&self) -> bool {
        matches!(self.means, Means::Ed25519(_))
    }
}

const DISCORD: &str = "the 64 hex digits of the application's public key";
const SENDGRID: &str = "the verification key in base64, as MFkwEwYHKoZIzj0C…";
const STANDARD_WEBHOOKS: &str = "whsec_ and base64, or whpk_ and base64 for a public key";

fn shared(hash: Hash, secret: &[u8]) -> Box<hmac::Key> {
    let algorithm = match hash {
        Hash::Sha1 => HMAC_SHA1_FOR_LEGACY_USE_ONLY,
        Hash::Sha256 => HMAC_SHA256,
    };
    Box::new(hmac::Key::new(algorithm, secret))
}

fn public(
    algorithm: &'static dyn VerificationAlgorithm,
    bytes: Option<Vec<u8>>,
) -> Option<ParsedPublicKey> {
    ParsedPublicKey::new(algorithm, bytes?).ok()
}

/// A key of Standard Webhooks, whose prefix says what it is. A shared one may stand without.
fn standard(secret: &[u8]) -> Option<Means> {
    if let Some(key) = secret.strip_prefix(b"whpk_") {
        let key = public(&ED25519, Encoding::Base64.read_loosely(key))?;
        return Some(Means::Ed25519(key));
    }
    let bare = secret.strip_prefix(b"whsec_").unwrap_or(secret);
    let bytes = Encoding::Base64.read_loosely(bare)?;
    (!bytes.is_empty()).then(|| Means::Hmac(shared(Hash::Sha256, &bytes)))
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key")
    }
}

impl PartialEq for Key {
    /// Whether it is the same secret. Both are ours: nobody learns from how long this takes.
    fn eq(&self, other: &Self) -> bool {
        self.secret == other.secret
    }
}

impl Eq for Key {}

impl fmt::Display for BadKey {
    /// What is wrong with the secret, as the rest of a sentence that begins with where it is kept.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("is empty; write the secret there"),
            Self::Form(right) => write!(f, "has no such secret in it; write {right}"),
        }
    }
}

impl std::error::Error for BadKey {}
