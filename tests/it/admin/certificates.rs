//! Until when the certificates hold that are shown.

use rcgen::date_time_ymd;

use super::{metrics, watched};
use crate::support::{Files, OK, Upstream, wait_until};

const NAME: &str = "hooksieve_certificate_expiry_timestamp_seconds";

#[test]
fn it_is_told_of_each_and_anew_once_it_is_renewed() {
    let files = Files::new();
    let until = |year| date_time_ymd(year, 1, 1);
    let save = |year| {
        let issued = files
            .authority
            .issue_with(&["localhost"], |params| params.not_after = until(year));
        files.save("a", &issued);
    };
    save(2040);
    let upstream = Upstream::answering(OK);
    let (_hooksieve, admin) = watched(&upstream, &files.tls("a"));
    let sample = format!(
        "{NAME}{{shown_to=\"senders\",file={}}}",
        files.quoted("a.pem")
    );
    let told = || metrics(admin)[&sample].parse::<f64>().expect("a number");
    #[expect(clippy::cast_precision_loss)]
    let expected = |year| until(year).unix_timestamp() as f64;
    assert_eq!(told().to_bits(), expected(2040).to_bits());
    save(2041);
    wait_until("the new one is told of", || told() > expected(2040));
    assert_eq!(told().to_bits(), expected(2041).to_bits());
}

#[test]
fn where_none_is_shown_none_is_told() {
    let upstream = Upstream::answering(OK);
    let (_hooksieve, admin) = watched(&upstream, "");
    let is_told = |name: &String| name.starts_with(NAME);
    assert!(!metrics(admin).keys().any(is_told));
}
