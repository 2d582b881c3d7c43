use proptest::prelude::*;
use rcgen::{CertificateParams, DnType, ExtendedKeyUsagePurpose, KeyPair, date_time_ymd};

use super::*;

fn params(names: &[&str]) -> CertificateParams {
    let names: Vec<_> = names.iter().map(ToString::to_string).collect();
    let mut params = CertificateParams::new(names).unwrap();
    params.not_before = date_time_ymd(2026, 1, 2);
    params.not_after = date_time_ymd(2051, 3, 4);
    params.distinguished_name = rcgen::DistinguishedName::new();
    params
}

fn der(params: &CertificateParams) -> Vec<u8> {
    let key = KeyPair::generate().unwrap();
    params.self_signed(&key).unwrap().der().to_vec()
}

#[test]
fn it_says_for_whom_it_is_by_whom_and_until_when() {
    let mut params = params(&["a.example", "*.b.example", "192.0.2.1", "2001:db8::1"]);
    params
        .distinguished_name
        .push(DnType::OrganizationName, "Org");
    let read = Certificate::read(&der(&params)).expect("it can be read");
    assert_eq!(
        read.to_string(),
        "for a.example, *.b.example, 192.0.2.1, 2001:db8::1, issued by itself, valid from \
         2026-01-02T00:00:00Z until 2051-03-04T00:00:00Z"
    );
    assert_eq!(read.subject.as_deref(), Some("Org"));
    assert!(read.is_for_servers && read.is_for_clients);

    let mut params = self::params(&[]);
    params
        .distinguished_name
        .push(DnType::OrganizationName, "Org");
    params
        .distinguished_name
        .push(DnType::CommonName, "old.example");
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
    let read = Certificate::read(&der(&params)).expect("it can be read");
    assert!(
        read.to_string()
            .starts_with("of \"old.example\", for no name, issued")
    );
    assert!(!read.is_for_servers && read.is_for_clients);

    let many: Vec<_> = (0..8).map(|number| format!("{number}.example")).collect();
    let many: Vec<_> = many.iter().map(String::as_str).collect();
    let read = Certificate::read(&der(&self::params(&many))).expect("it can be read");
    assert!(read.told_names().ends_with("4.example and 3 more"));
}

#[test]
fn how_it_stands_depends_on_the_time() {
    let read = Certificate::read(&der(&params(&["a"]))).expect("it can be read");
    let day = Duration::from_hours(24);
    for (now, validity) in [
        (read.from - day, Validity::NotYet),
        (read.from, Validity::Good),
        (read.until - SOON, Validity::Good),
        (read.until - SOON + day, Validity::Soon(13)),
        (read.until, Validity::Soon(0)),
        (read.until + day, Validity::Expired),
    ] {
        assert_eq!(read.at(now), validity);
    }
}

proptest! {
    /// Whatever it is, it is read or not, and nothing else happens.
    #[test]
    fn what_is_broken_is_no_trouble(at in 0..400_usize, byte: u8, end in 0..600_usize) {
        let mut der = der(&params(&["a.example", "192.0.2.1"]));
        if let Some(broken) = der.get_mut(at) {
            *broken = byte;
        }
        der.truncate(end);
        if let Some(read) = Certificate::read(&der) {
            let _ = read.to_string();
        }
    }
}
