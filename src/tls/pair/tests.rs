use rcgen::{CertificateParams, KeyPair};

use super::*;

fn made() -> (String, String) {
    let key = KeyPair::generate().unwrap();
    let params = CertificateParams::new(["a.example".to_owned()]).unwrap();
    let certificate = params.self_signed(&key).unwrap();
    (certificate.pem(), key.serialize_pem())
}

fn told(cert: &str, key: &str) -> String {
    let pair =
        Chain::read(cert.as_bytes()).and_then(|chain| Pair::new(chain, Key::read(key.as_bytes())?));
    match pair {
        Ok(pair) => format!("for {}", pair.certificate.told_names()),
        Err(flaw) => flaw.to_string(),
    }
}

#[test]
fn a_pair_fits_and_whatever_else_is_told_for_what_it_is() {
    let [(cert, key), (other, others)] = [made(), made()];
    let both = format!("{key}{cert}");
    let cut = &cert[..cert.len() / 2];
    let garbled = cert.replacen("\nMII", "\n!II", 1);
    let no_der = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    let second = format!("{cert}{no_der}");
    let no_key = key.replacen("\nM", "\nN", 1);
    let encrypted =
        "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n";
    let old = "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00\n\nAAAA\n\
               -----END RSA PRIVATE KEY-----\n";
    for (cert, key, expected) in [
        (&*cert, &*key, "for a.example"),
        (&both, &both, "for a.example"),
        (&format!("{cert}{other}"), &key, "for a.example"),
        (&cert, &others, "is the key of another certificate"),
        ("", &key, "has no certificate in it"),
        (&key, &key, "has no certificate in it"),
        (cut, &key, "is broken PEM"),
        (&garbled, &key, "is broken PEM"),
        (no_der, &key, "has something as certificate number 1"),
        (&second, &key, "has something as certificate number 2"),
        (&cert, "", "has no private key in it"),
        (&cert, &cert, "has no private key in it"),
        (&cert, encrypted, "is encrypted"),
        (&cert, old, "is encrypted"),
        (&cert, &no_key, "has a key that can't be used"),
    ] {
        let told = told(cert, key);
        assert!(told.starts_with(expected), "{told}");
    }
}

#[test]
fn authorities_are_one_or_several() {
    let [(one, key), (other, _)] = [made(), made()];
    assert!(Authorities::read(one.as_bytes()).is_ok());
    let both = Authorities::read(format!("{one}{other}").as_bytes()).unwrap();
    assert_eq!(both.0.len(), 2);
    assert!(matches!(
        Authorities::read(key.as_bytes()),
        Err(Flaw::NoCertificate)
    ));
}
